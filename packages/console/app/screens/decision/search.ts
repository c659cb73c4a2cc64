/** What the address of a decision's page says: which decision. */

import { textOf } from '../record/fields.ts';

export type DecisionSearch = { system?: string; id?: string };

/** The router reads digits in an address as a number; an id of digits is one all the same. */
export function readDecisionSearch({ system, id }: Record<string, unknown>): DecisionSearch {
  return { ...(textOf(system) === '' ? {} : { system: textOf(system) }), ...(textOf(id) === '' ? {} : { id: textOf(id) }) };
}
