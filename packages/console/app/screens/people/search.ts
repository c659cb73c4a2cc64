/** What the address of the people screen says: whose entry is open. */

export type PeopleSearch = { person?: string };

export function readPeopleSearch({ person }: Record<string, unknown>): PeopleSearch {
  return typeof person === 'string' && person !== '' ? { person } : typeof person === 'number' ? { person: String(person) } : {};
}
