/** What the address of the search says, and what the server is asked for it. Pure. */

import { daysOf, instantsOf, isDay } from '../../parts/day-range.ts';
import type { SavedSearch, SearchFilter } from '../../api/audit-contract.ts';
import { textOf } from './fields.ts';

export const found = ['decisions', 'events'] as const;
export type Found = (typeof found)[number];

/** Texts that are given as they are; all of them must hold. */
const texts = ['system', 'id', 'type', 'reviewer', 'actor', 'kind', 'record', 'policy', 'verdict'] as const;
type Texts = { [K in (typeof texts)[number]]?: string };

export type RecordSearch = Texts & { of?: Found; from?: string; to?: string; order?: 'oldest' };

/** What is not understood is left out: an old link still opens the screen. The router reads digits in an address as a number. */
export function readRecordSearch(search: Record<string, unknown>): RecordSearch {
  const { of, from, to, order } = search;
  return {
    ...(of === 'events' ? { of } : {}),
    ...Object.fromEntries(texts.flatMap((name) => (textOf(search[name]).trim() === '' ? [] : [[name, textOf(search[name]).trim()]]))),
    ...(isDay(from) ? { from } : {}), ...(isDay(to) ? { to } : {}), ...(order === 'oldest' ? { order } : {}),
  };
}

/** True where anything narrows what is found. */
export function isNarrowed({ of: _of, order: _order, ...narrowing }: RecordSearch): boolean {
  return Object.keys(narrowing).length > 0;
}

/** A system and an id name one decision: its page says more than a list. */
export function decisionOf({ of, system, id, ...others }: RecordSearch): { system: string; id: string } | null {
  return of === 'events' || system === undefined || id === undefined || Object.keys(others).length > 0 ? null : { system, id };
}

/** An id without its system fits decisions of several systems: events are searched by it. */
export function foundOf({ of, id }: RecordSearch): Found {
  return of === 'events' || id !== undefined ? 'events' : 'decisions';
}

export function eventsQuery({ system, id, type, reviewer, actor, kind, record, policy, order, ...days }: RecordSearch) {
  return { system, decisionId: id, decisionType: type, reviewer, actor, kind, record, policyVersion: policy, ...instantsOf(days), order: order ?? 'newest' };
}

export function decisionsQuery({ system, type, reviewer, kind, policy, verdict, order, ...days }: RecordSearch) {
  return { system, decisionType: type, reviewer, kind, policyVersion: policy, verdict, ...instantsOf(days), order: order ?? 'newest' };
}

/** What is saved or exported of a search: what narrows it, in the names of the server. */
export function filterOf(search: RecordSearch): SearchFilter {
  const { order: _order, ...query } = foundOf(search) === 'events' ? eventsQuery(search) : decisionsQuery(search);
  return Object.fromEntries(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, name === 'record' ? [value] : value]])));
}

const names: Readonly<Record<string, keyof Texts>> = { system: 'system', decisionId: 'id', decisionType: 'type', reviewer: 'reviewer', actor: 'actor', kind: 'kind', record: 'record', policyVersion: 'policy', verdict: 'verdict' };

/** A saved search as an address. Of several events that it may ask for, an address holds one: such a search was made by a program. */
export function searchOf({ of, filter }: Pick<SavedSearch, 'of' | 'filter'>): RecordSearch {
  const text = (value: SearchFilter[string] | undefined) => (typeof value === 'string' ? value : (value?.[0] ?? ''));
  const range = { ...(filter['from'] === undefined ? {} : { from: text(filter['from']) }), ...(filter['to'] === undefined ? {} : { to: text(filter['to']) }) };
  return readRecordSearch({ of, ...Object.fromEntries(Object.entries(names).map(([name, own]) => [own, text(filter[name])])), ...daysOf(range) });
}
