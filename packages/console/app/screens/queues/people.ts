/** The people of a supervisor's screen, in the order of their names: never of their figures. Pure. */

import type { ReviewingPerson } from '../../api/contract.ts';

export type Choice = { value: string; label: string; name: string; disabled: boolean };

/** Whoever could be given a task: those who are there first; who holds it is none of them, and who is away cannot be chosen. */
export function peopleToGive(people: readonly ReviewingPerson[], holder: string | null): Choice[] {
  return [...people]
    .filter(({ personId }) => personId !== holder)
    .sort((a, b) => Number(b.available) - Number(a.available) || a.name.localeCompare(b.name))
    .map(({ personId, name, available, claims }) => ({ value: personId, name, label: available ? `${name} (${claims} in hand)` : `${name} (not available)`, disabled: !available }));
}

/** By any part of the name or the id, whatever the case and the accents. */
export function matching<P extends { personId: string; name: string }>(people: readonly P[], wanted: string): P[] {
  const needle = plain(wanted);
  return needle === '' ? [...people] : people.filter(({ name, personId }) => plain(name).includes(needle) || plain(personId).includes(needle));
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase();
}
