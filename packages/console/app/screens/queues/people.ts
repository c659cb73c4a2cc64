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
