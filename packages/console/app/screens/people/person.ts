/** An entry of the register as it is edited, and what happens when somebody else edited it meanwhile. Pure. */

import type { RegisteredPerson } from '../../api/contract.ts';

/** What an administrator may change. `claimsMax` null: as the setting says. */
export type Entry = { name: string; roles: readonly string[]; queues: readonly string[]; active: boolean; available: boolean; claimsMax: number | null };

export const emptyEntry: Entry = { name: '', roles: ['reviewer'], queues: [], active: true, available: true, claimsMax: null };

export function entryOf({ name, roles, queues, active, available = true, claimsMax = null }: RegisteredPerson): Entry {
  return { name, roles, queues, active, available, claimsMax };
}

const labels: Readonly<Record<keyof Entry, string>> = { name: 'name', roles: 'roles', queues: 'queues', active: 'whether they work here', available: 'whether they take new work', claimsMax: 'how many tasks they may hold' };
const fields = Object.keys(labels) as Array<keyof Entry>;

/** Order says nothing in roles and queues. */
function same(a: Entry, b: Entry, field: keyof Entry): boolean {
  const [left, right] = [a[field], b[field]];
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) return left === right;
  return left.length === right.length && left.every((each) => right.includes(each));
}

export function changedFields(before: Entry, after: Entry): Array<keyof Entry> {
  return fields.filter((field) => !same(before, after, field));
}

export type Merge = {
  /** Theirs where I changed nothing, mine where I did. */
  merged: Entry;
  /** What they changed, in words. */
  theirs: string[];
  /** What both changed, differently: mine would undo theirs. */
  conflicts: string[];
};

/** Three-way: what I read, what I want, what is there now. */
export function mergeEntries(base: Entry, mine: Entry, theirs: Entry): Merge {
  const own = changedFields(base, mine);
  const other = changedFields(base, theirs);
  return {
    merged: { ...theirs, ...Object.fromEntries(own.map((field) => [field, mine[field]])) },
    theirs: other.map((field) => labels[field]),
    conflicts: other.filter((field) => own.includes(field) && !same(mine, theirs, field)).map((field) => labels[field]),
  };
}

/** What keeps it from being entered, or null. */
export function problemOf(personId: string, { name, roles, active, claimsMax }: Entry): string | null {
  if (personId.trim() === '') return 'Say which id the sign-in service gives them.';
  if (name.trim() === '') return 'Say what colleagues call them.';
  if (claimsMax !== null && (!Number.isInteger(claimsMax) || claimsMax < 1 || claimsMax > 50)) return 'They may hold between 1 and 50 tasks.';
  return active && roles.length === 0 ? 'Give them a role, or say that they do not work here.' : null;
}

/** `*` is every queue, a decision type all of its queues. */
export function queuesText(queues: readonly string[]): string {
  if (queues.includes('*')) return 'Every queue';
  return queues.length === 0 ? 'None' : queues.join(', ');
}

/** Queues that can be suggested: each type, and each of its queues. */
export function queueSuggestions(decisionTypes: readonly string[], chosen: readonly string[]): string[] {
  return decisionTypes.flatMap((type) => [type, `${type}/standard`, `${type}/senior`, `${type}/dual`, `${type}/no-confidence`]).filter((queue) => !chosen.includes(queue));
}
