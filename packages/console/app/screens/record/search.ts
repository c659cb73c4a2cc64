/** What the address of the record says: of which decision. */

export type RecordSearch = { system?: string; id?: string };

export function readRecordSearch({ system, id }: Record<string, unknown>): RecordSearch {
  return { ...textIn('system', system), ...textIn('id', id) };
}

/** The router reads digits in an address as a number. */
function textIn<K extends string>(name: K, value: unknown): Partial<Record<K, string>> {
  if (typeof value !== 'string' && typeof value !== 'number') return {};
  return { [name]: String(value) } as Record<K, string>;
}
