/** SQL of decisions that need people, their verdicts and what sampling selected of them. */

import type { Sql } from '../sql.ts';
import type { Case, DecisionKey, MonitoredLane, Seniority } from './case.ts';

/** `proposedAt` and `sealedLabel` are unknown where only a selection told of the decision. */
export type NewCase = Case & { routed: boolean; erased: boolean; sealedAccepted: Buffer; proposedAt: number | null; sealedLabel: Buffer | null };

const caseColumns = `
  system, decision_id as "decisionId", decision_type as "decisionType", policy_version as "policyVersion",
  accepted_at as "acceptedAt", route, point, tier, kind, severity, rule_ids as "ruleIds", form, queue, severity_rank as "severityRank", known,
  verdict_by as "verdictBy", reasons, confidence, on_expiry as "onExpiry", due_at as "dueAt", warn_at as "warnAt",
  hold_until as "holdUntil", window_ends_at as "windowEndsAt", lapse, subject_kind as "subjectKind",
  subject_id as "subjectId", opened_at as "openedAt", finished_at as "finishedAt"`;

const insertedColumns = `system, decision_id, decision_type, policy_version, accepted_at, route, point, tier, kind, severity, rule_ids, form, queue,
  severity_rank, known, verdict_by, reasons, confidence, on_expiry, due_at, warn_at, hold_until, window_ends_at, lapse,
  subject_kind, subject_id, opened_at, routed, erased, finished_at, proposed_at`;

const insertFrom = `
  insert into cases (${insertedColumns}, sealed_accepted, sealed_label)
  select "system", "decisionId", "decisionType", "policyVersion", "acceptedAt", "route", "point", "tier", "kind", "severity", "ruleIds", "form", "queue",
    "severityRank", "known", "verdictBy", "reasons", "confidence", "onExpiry", "dueAt", "warnAt", "holdUntil", "windowEndsAt",
    "lapse", "subjectKind", "subjectId", "openedAt", "routed", "erased", "finishedAt", "proposedAt", sealed, label
  from rows from (
    json_to_recordset($1::json) as ("system" text, "decisionId" text, "decisionType" text, "policyVersion" text,
      "acceptedAt" bigint, "route" text, "point" text, "tier" text, "kind" text, "severity" text, "ruleIds" jsonb, "form" text, "queue" text, "severityRank" smallint,
      "known" boolean, "verdictBy" text, "reasons" jsonb, "confidence" double precision, "onExpiry" text, "dueAt" bigint,
      "warnAt" bigint, "holdUntil" bigint, "windowEndsAt" bigint, "lapse" text, "subjectKind" text, "subjectId" text,
      "openedAt" bigint, "routed" boolean, "erased" boolean, "finishedAt" bigint, "proposedAt" bigint),
    unnest($2::bytea[], $3::bytea[])
  ) as incoming ("system", "decisionId", "decisionType", "policyVersion", "acceptedAt", "route", "point", "tier", "kind", "severity", "ruleIds", "form",
    "queue", "severityRank", "known", "verdictBy", "reasons", "confidence", "onExpiry", "dueAt", "warnAt", "holdUntil",
    "windowEndsAt", "lapse", "subjectKind", "subjectId", "openedAt", "routed", "erased", "finishedAt", "proposedAt", sealed, label)`;

/** Rows as JSON, what is sealed as bytes beside them. */
function insertValues(cases: readonly NewCase[]): unknown[] {
  return [JSON.stringify(cases.map((item) => ({ ...item, sealedAccepted: undefined, sealedLabel: undefined }))), cases.map((item) => item.sealedAccepted), cases.map((item) => item.sealedLabel)];
}

/**
 * Inserts routed decisions, each named once. A row that only a selection made becomes a routed one. Answers the decisions that are routed by
 * this call, and whether they are erased; a repeat of the event answers nothing.
 */
export async function insertRouted(sql: Sql, cases: readonly NewCase[]): Promise<Array<DecisionKey & { erased: boolean }>> {
  return await sql.rows<DecisionKey & { erased: boolean }>(
    `${insertFrom}
     on conflict (system, decision_id) do update set
       decision_type = excluded.decision_type, policy_version = excluded.policy_version, accepted_at = excluded.accepted_at, erased = cases.erased or excluded.erased,
       route = excluded.route, point = excluded.point, tier = excluded.tier, kind = excluded.kind,
       severity = excluded.severity, rule_ids = excluded.rule_ids, form = excluded.form, queue = excluded.queue,
       severity_rank = excluded.severity_rank, known = excluded.known, verdict_by = excluded.verdict_by,
       reasons = excluded.reasons, confidence = excluded.confidence, on_expiry = excluded.on_expiry,
       due_at = excluded.due_at, warn_at = excluded.warn_at, hold_until = excluded.hold_until,
       window_ends_at = excluded.window_ends_at, lapse = excluded.lapse, opened_at = excluded.opened_at, routed = true,
       proposed_at = excluded.proposed_at, sealed_label = excluded.sealed_label
     where not cases.routed
     returning system, decision_id as "decisionId", erased`,
    insertValues(cases),
  );
}

/** Inserts what a selection tells of a decision; a known one is left as it is. */
export async function insertSelectedCases(sql: Sql, cases: readonly NewCase[]): Promise<void> {
  await sql.run(`${insertFrom} on conflict (system, decision_id) do nothing`, insertValues(cases));
}

/**
 * Locks one decision until the transaction ends: everything that can end it happens one after the other. `no key`, because rows
 * that refer to it check their foreign key while they are locked themselves: the full lock would deadlock with them.
 */
export async function lockCase(sql: Sql, key: DecisionKey): Promise<(Case & { sealedAccepted: Buffer; routed: boolean }) | null> {
  return await sql.row(
    `select ${caseColumns}, routed, sealed_accepted as "sealedAccepted" from cases where system = $1 and decision_id = $2 for no key update`,
    [key.system, key.decisionId],
  );
}

/** Locks as `lockCase` does, in the order of their keys; answers those that are there and not erased. */
export async function lockCases(sql: Sql, keys: readonly DecisionKey[]): Promise<Case[]> {
  return await sql.rows(
    `select ${caseColumns} from cases join unnest($1::text[], $2::text[]) as wanted(system, decision_id) using (system, decision_id)
     where not cases.erased order by system, decision_id for no key update of cases`,
    [keys.map(({ system }) => system), keys.map(({ decisionId }) => decisionId)],
  );
}

export async function readCase(sql: Sql, key: DecisionKey): Promise<(Case & { sealedAccepted: Buffer; routed: boolean }) | null> {
  return await sql.row(
    `select ${caseColumns}, routed, sealed_accepted as "sealedAccepted" from cases where system = $1 and decision_id = $2`,
    [key.system, key.decisionId],
  );
}

/** Without what was accepted, which may be long. */
export async function readCaseFacts(sql: Sql, key: DecisionKey): Promise<Case | null> {
  return await sql.row(`select ${caseColumns} from cases where system = $1 and decision_id = $2`, [key.system, key.decisionId]);
}

/** Locks as `lockCase` does, for whoever has read the decision already. */
export async function holdCase(sql: Sql, key: DecisionKey): Promise<void> {
  await sql.run('select 1 from cases where system = $1 and decision_id = $2 for no key update', [key.system, key.decisionId]);
}

export async function finishCase(sql: Sql, key: DecisionKey, now: number): Promise<void> {
  await sql.run('update cases set finished_at = $3 where system = $1 and decision_id = $2 and finished_at is null', [
    key.system,
    key.decisionId,
    now,
  ]);
}

/** A hold that nobody could have seen becomes an ordinary wait for approval. */
export async function endHold(sql: Sql, key: DecisionKey, dueAt: number, reason: string): Promise<void> {
  await sql.run(
    `update cases set point = 'before', hold_until = null, due_at = $3, on_expiry = 'reject', reasons = reasons || to_jsonb($4::text)
     where system = $1 and decision_id = $2`,
    [key.system, key.decisionId, dueAt, reason],
  );
}

export async function extendDue(sql: Sql, key: DecisionKey, dueAt: number): Promise<void> {
  await sql.run('update cases set due_at = $3 where system = $1 and decision_id = $2', [key.system, key.decisionId, dueAt]);
}

export type Verdict = DecisionKey & {
  verdict: 'approved' | 'rejected' | 'modified';
  basis: 'human' | 'expiry' | 'veto-window' | 'erasure';
  eventId: string;
  resolvedAt: number;
  sealedOutput: Buffer | null;
};

/** Fails on a second verdict, and on one that is routing's to give: both are bugs, and the database says so. */
export async function insertVerdict(sql: Sql, verdict: Verdict): Promise<void> {
  await sql.run(
    `insert into verdicts (system, decision_id, verdict, basis, event_id, resolved_at, sealed_output) values ($1, $2, $3, $4, $5, $6, $7)`,
    [verdict.system, verdict.decisionId, verdict.verdict, verdict.basis, verdict.eventId, verdict.resolvedAt, verdict.sealedOutput],
  );
}

export async function readVerdict(sql: Sql, key: DecisionKey): Promise<Verdict | null> {
  return await sql.row(
    `select system, decision_id as "decisionId", verdict, basis, event_id as "eventId", resolved_at as "resolvedAt",
       sealed_output as "sealedOutput" from verdicts where system = $1 and decision_id = $2`,
    [key.system, key.decisionId],
  );
}

export type AfterActionEnding = 'upheld' | 'reversed' | 'lapsed';

/** Answers false where a supervisor's reversal came first. */
export async function insertAfterAction(sql: Sql, key: DecisionKey, ending: AfterActionEnding, now: number): Promise<boolean> {
  return (
    (await sql.run(
      `insert into after_actions (system, decision_id, ending, ended_at) values ($1, $2, $3, $4)
       on conflict (system, decision_id) do update set ending = excluded.ending, ended_at = excluded.ended_at
       where after_actions.ending <> 'reversed' and excluded.ending = 'reversed'`,
      [key.system, key.decisionId, ending, now],
    )) > 0
  );
}

export async function readAfterAction(sql: Sql, key: DecisionKey): Promise<AfterActionEnding | null> {
  const row = await sql.row<{ ending: AfterActionEnding }>('select ending from after_actions where system = $1 and decision_id = $2', [
    key.system,
    key.decisionId,
  ]);
  return row?.ending ?? null;
}

/** `seniority` is `null` until the selection has its place; `queue` and the time are sampling's until then. */
export type Selection = DecisionKey & { lane: MonitoredLane; dueAfterUs: number; queue: string; seniority: Seniority | null; selectedAt: number; opened: boolean };

/** Answers the selections that are new. */
export async function insertSelections(sql: Sql, selections: ReadonlyArray<Omit<Selection, 'seniority' | 'opened'>>): Promise<Array<DecisionKey & { lane: MonitoredLane }>> {
  return await sql.rows(
    `insert into selections (system, decision_id, lane, due_after_us, queue, selected_at, opened)
     select "system", "decisionId", "lane", "dueAfterUs", "queue", "selectedAt", false
     from json_to_recordset($1::json) as incoming ("system" text, "decisionId" text, "lane" text, "dueAfterUs" bigint, "queue" text, "selectedAt" bigint)
     on conflict do nothing returning system, decision_id as "decisionId", lane`,
    [JSON.stringify(selections)],
  );
}

/** Enough to choose among. */
const arrivalsMax = 1000;

/** Parameters: queue, since. */
export const arrivalsStatement = `select opened_at as "openedAt" from cases where routed and queue = $1 and opened_at > $2 order by opened_at desc limit ${arrivalsMax}`;

/** When ordinary work of a queue came, since an instant, the latest first; of more than a thousand the latest. */
export async function arrivalsSince(sql: Sql, queue: string, since: number): Promise<number[]> {
  const rows = await sql.rows<{ openedAt: number }>(arrivalsStatement, [queue, since]);
  return rows.map(({ openedAt }) => openedAt);
}

/** The same of all queues. */
export const latestArrivalsStatement = `select opened_at as "openedAt" from cases where routed and opened_at > $1 order by opened_at desc limit ${arrivalsMax}`;

export async function latestArrivals(sql: Sql, since: number): Promise<number[]> {
  const rows = await sql.rows<{ openedAt: number }>(latestArrivalsStatement, [since]);
  return rows.map(({ openedAt }) => openedAt);
}

/** Parameter: queue. */
export const latestPolicyStatement = `select policy_version as "policyVersion", accepted_at as "acceptedAt", known from cases where routed and queue = $1 order by opened_at desc limit 1`;

/** The policy of the latest ordinary work of a queue, where one covers it. */
export async function latestPolicyIn(sql: Sql, queue: string): Promise<{ policyVersion: string; acceptedAt: number } | null> {
  const row = await sql.row<{ policyVersion: string; acceptedAt: number; known: boolean }>(latestPolicyStatement, [queue]);
  return row?.known === true ? row : null;
}

/** The selections of some decisions that wait for their task. */
export async function waitingSelections(sql: Sql, keys: readonly DecisionKey[]): Promise<Selection[]> {
  return await sql.rows(
    `select system, decision_id as "decisionId", lane, due_after_us as "dueAfterUs", queue, seniority, selected_at as "selectedAt", opened
     from selections join unnest($1::text[], $2::text[]) as wanted(system, decision_id) using (system, decision_id)
     where not opened order by system, decision_id, lane`,
    [keys.map(({ system }) => system), keys.map(({ decisionId }) => decisionId)],
  );
}

/**
 * Gives up the re-reviews of decisions that a deadline or an erasure rejected or reversed: whoever agreed with the AI then would contradict what
 * nobody had said. What was let through unseen is judged again all the same.
 */
export async function dropUndecidedAgain(sql: Sql, keys: readonly DecisionKey[]): Promise<void> {
  await sql.run(
    `update selections s set opened = true from unnest($1::text[], $2::text[]) as w(system, decision_id)
     where s.system = w.system and s.decision_id = w.decision_id and s.lane = 're-review' and not s.opened
       and (exists (select 1 from verdicts v where v.system = s.system and v.decision_id = s.decision_id and v.basis in ('expiry', 'erasure'))
         or (exists (select 1 from after_actions a where a.system = s.system and a.decision_id = s.decision_id and a.ending = 'reversed')
           and not exists (select 1 from judgements j join tasks t using (task_id) where t.system = s.system and t.decision_id = s.decision_id and t.lane = 'primary' and j.state = 'final')))`,
    [keys.map(({ system }) => system), keys.map(({ decisionId }) => decisionId)],
  );
}

export async function readSelection(sql: Sql, key: DecisionKey, lane: MonitoredLane): Promise<Selection | null> {
  return await sql.row(
    `select system, decision_id as "decisionId", lane, due_after_us as "dueAfterUs", queue, seniority, selected_at as "selectedAt", opened
     from selections where system = $1 and decision_id = $2 and lane = $3`,
    [key.system, key.decisionId, lane],
  );
}

export async function markSelectionsOpened(sql: Sql, selections: ReadonlyArray<Pick<Selection, 'system' | 'decisionId' | 'lane'>>): Promise<void> {
  await sql.run(
    `update selections s set opened = true from unnest($1::text[], $2::text[], $3::text[]) as w(system, decision_id, lane)
     where s.system = w.system and s.decision_id = w.decision_id and s.lane = w.lane`,
    [selections.map(({ system }) => system), selections.map(({ decisionId }) => decisionId), selections.map(({ lane }) => lane)],
  );
}
