import type { Pool } from 'pg';
import type { Cursor, EventFilter, SearchOrder } from './filter.ts';
import { SearchQuery, sortedBy, where } from './query-store.ts';

/** What decisions are chosen by: one event of it matches all that an event can, and its verdict is `verdict`. */
export type DecisionFilter = Pick<EventFilter, 'system' | 'decisionType' | 'kind' | 'reviewer' | 'policyVersion' | 'from' | 'to'> & { verdict?: string };

export type FoundDecision = {
  system: string; decisionId: string; decisionType: string | null; policyVersion: string | null; firstRecordedAt: string; lastRecordedAt: string; kind: string | null; verdict: string | null;
  /** Microseconds. */
  resolvedAt: number | null;
  reviewers: string[]; reversed: boolean; erased: boolean; matchedAt: string; matchedEventId: string;
};

/** Verdicts that are few have an index of their own; what most decisions get is met on the way. */
export const commonVerdict = 'approved';
export const rareVerdict = (alias: string) => `${alias}verdict <> '${commonVerdict}'`;

export async function readDecisions(pool: Pool, filter: DecisionFilter, cursor: Cursor | null, limit: number, order: SearchOrder): Promise<FoundDecision[]> {
  const { text, values } = decisionsQuery(filter, cursor, limit, order);
  return (await pool.query<FoundDecision>(text, values)).rows;
}

const instantText = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** The query of a page, apart so that a test can look at its plan. */
export function decisionsQuery(filter: DecisionFilter, cursor: Cursor | null, limit: number, order: SearchOrder): { text: string; values: unknown[] } {
  const search = new SearchQuery();
  const { verdict, ...event } = filter;
  const byVerdict = verdict !== undefined && verdict !== commonVerdict && filter.reviewer === undefined && filter.kind === undefined;
  const page = byVerdict ? verdictPage(search, event, verdict, cursor, order) : eventPage(search, event, verdict, cursor, order);
  const text = `
    select p.system, p.decision_id as "decisionId", d.decision_type as "decisionType", d.policy_version as "policyVersion", ${instantText('coalesce(d.first_at, p.recorded_at)')} as "firstRecordedAt", ${instantText('coalesce(d.last_at, p.recorded_at)')} as "lastRecordedAt",
      coalesce(d.kind, v.kind) as kind, v.verdict, v.resolved_at as "resolvedAt", coalesce(d.reviewers, '{}') as reviewers, coalesce(d.reversed, false) as reversed, coalesce(d.erased, false) as erased,
      ${instantText('p.recorded_at')} as "matchedAt", p.event_id as "matchedEventId"
    from (${page} order by ${sortedBy('e', order)} limit ${search.parameter(limit, 'limit')}) p
    cross join lateral (
      select min(x.recorded_at) as first_at, max(x.recorded_at) as last_at, max(x.decision_type) filter (where x.record <> 'CalibrationPlanned') as decision_type, min(x.policy_version) filter (where x.record = 'DecisionAccepted') as policy_version,
        min(x.kind) filter (where x.record = 'DecisionRouted') as kind, array_agg(distinct x.reviewer) filter (where x.record in ('JudgementSubmitted', 'FirstJudgementSubmitted') and x.reviewer is not null) as reviewers,
        bool_or(x.record = 'DecisionReversed') as reversed, bool_or(x.record = 'DecisionErased') as erased
      from events x where x.system = p.system and x.decision_id = p.decision_id
    ) d
    left join lateral (select v.verdict, v.kind, v.resolved_at from verdicts v where v.system = p.system and v.decision_id = p.decision_id order by v.recorded_at limit 1) v on true
    order by ${sortedBy('p', order)}`;
  return { text, values: search.values };
}

/** Each decision at the first of its events that match. */
function eventPage(search: SearchQuery, filter: EventFilter, verdict: string | undefined, cursor: Cursor | null, order: SearchOrder): string {
  const matches = (alias: string) => [...search.conditionsOn(alias, filter), ...(filter.kind === undefined && filter.reviewer === undefined ? [`${alias}.record = 'DecisionAccepted'`] : [`${alias}.decision_id is not null`])];
  const earlier = `not exists (select from events x where ${['x.system = e.system', 'x.decision_id = e.decision_id', '(x.recorded_at, x.event_id) < (e.recorded_at, e.event_id)', ...matches('x')].join(' and ')})`;
  const judged = verdict === undefined ? [] : [`exists (select from verdicts v where v.system = e.system and v.decision_id = e.decision_id and v.verdict = ${search.parameter(verdict)})`];
  return `select e.system, e.decision_id, e.recorded_at, e.event_id from events e ${where([...matches('e'), ...search.after('e', cursor, order), earlier, ...judged])}`;
}

/** Each decision at its verdict. */
function verdictPage(search: SearchQuery, filter: EventFilter, verdict: string, cursor: Cursor | null, order: SearchOrder): string {
  return `select e.system, e.decision_id, e.recorded_at, e.event_id from verdicts e ${where([`e.verdict = ${search.parameter(verdict)}`, rareVerdict('e.'), ...search.conditionsOn('e', filter), ...search.after('e', cursor, order)])}`;
}
