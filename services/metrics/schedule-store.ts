import type { PoolClient } from 'pg';
import { monitored } from './oversight-store.ts';

/** Accepted this long ago without verdict or open task: something is lost or stuck. */
export const unresolvedAgeUs = 60_000_000;
const batchMax = 500;

export type Finding = { alert: string; severity: 'warning' | 'critical'; dedupeKey: string; summary: string; system: string | null; decisionId: string | null; details: Record<string, string> };
type DecisionRow = { system: string; decision_id: string; decision_type: string | null };

/** Accepted before $1, and neither verdict nor open task. */
export const strandedIn = `from decision_facts d where d.resolved_at is null and d.accepted_at < $1
  and not exists (select 1 from task_facts t where t.system = d.system and t.decision_id = d.decision_id and t.closed_at is null and t.opened_at is not null)`;

/** Names two things of which the first may hold a slash, as the second may. */
const keyOf = (second: string) => `replace(replace(d.system, '%', '%25'), '/', '%2F') || '/' || ${second}`;
const decisionKey = keyOf('d.decision_id');
const typeKey = keyOf(`coalesce(d.decision_type, '')`);

const notRaised = (key: string) => `not exists (select 1 from alerts a where a.dedupe_key = ${key}) limit ${batchMax}`;

const unresolved = `select d.system, d.decision_id, d.decision_type, ${decisionKey} as key ${strandedIn} and ${notRaised(`'unresolved/' || ${decisionKey}`)}`;

/** One decision of each type without a policy, stepping from type to type, however many decisions each has. */
const unclassified = `
  with recursive d as (
    (select system, decision_id, decision_type from decision_facts where known = false order by system, decision_type limit 1)
    union all
    select n.* from d cross join lateral (select system, decision_id, decision_type from decision_facts where known = false and (system, decision_type) > (d.system, d.decision_type) order by system, decision_type limit 1) n
  )
  select d.*, ${typeKey} as key from d where ${notRaised(`'unclassified/' || ${typeKey}`)}`;

/** Of ordinary work alone: whoever hears of alerts must not learn what is sampled, and what nobody judged of it is counted as missing. */
const late = `select t.system, t.decision_id, t.decision_type, t.task_id, t.outcome from task_facts t
  where t.outcome in ('lapsed', 'expired') and t.alerted is null and t.kind not in ${monitored} and ${notRaised(`t.outcome || '/' || t.task_id`)}`;

const conflicting = `select c.system, c.decision_id, null as decision_type, c.event_id from verdict_conflicts c where ${notRaised(`'verdict-conflict/' || c.event_id`)}`;

/**
 * Every condition that deserves an alert and has none yet. `readUntil`: up to when everything is counted, since a verdict that is not
 * read yet is none that is missing; `null` where that is not known.
 */
export async function findAlerts(client: PoolClient, readUntil: number | null): Promise<Finding[]> {
  const stranded = readUntil === null ? [] : (await client.query<DecisionRow & { key: string }>(unresolved, [readUntil - unresolvedAgeUs])).rows;
  const unknown = await client.query<DecisionRow & { key: string }>(unclassified);
  const lapsed = await client.query<DecisionRow & { task_id: string; outcome: string }>(late);
  const conflicts = await client.query<DecisionRow & { event_id: string }>(conflicting);
  return [
    ...stranded.map((row) => finding('unresolved', 'critical', `unresolved/${row.key}`, row, 'was accepted more than 60 s ago and has neither verdict nor open task')),
    ...unknown.rows.map((row) => finding('unclassified', 'warning', `unclassified/${row.key}`, row, 'has no applicable policy: every decision of its type needs two seniors')),
    ...lapsed.rows.map((row) => finding(row.outcome, 'warning', `${row.outcome}/${row.task_id}`, row, row.outcome === 'lapsed' ? 'was not reviewed inside its window' : 'was not judged in time')),
    ...conflicts.rows.map((row) => finding('verdict-conflict', 'critical', `verdict-conflict/${row.event_id}`, row, 'got a second verdict with other bytes; the first stands')),
  ];
}

function finding(alert: string, severity: Finding['severity'], dedupeKey: string, row: DecisionRow, what: string): Finding {
  return { alert, severity, dedupeKey, summary: `Decision ${row.decision_id} of ${row.system} ${what}.`, system: row.system, decisionId: row.decision_id, details: row.decision_type === null ? {} : { decisionType: row.decision_type } };
}

/** Keeps the alert so that it is raised once; false when another instance was first. */
export async function insertAlert(client: PoolClient, found: Finding, now: number): Promise<boolean> {
  const { rowCount } = await client.query('insert into alerts (dedupe_key, alert, severity, summary, raised_at) values ($1, $2, $3, $4, $5) on conflict do nothing', [found.dedupeKey, found.alert, found.severity, found.summary, now]);
  return rowCount === 1;
}

export type Correction = {
  source: 'override' | 'spot-check' | 'outcome'; system: string; decisionId: string; decisionType: string; outputLabel: string; correctedLabel: string | null; confidence: number | null;
  tier: string; modelName: string; modelVersion: string; reasonCodes: string[] | null; outcomeRank: string | null;
};

const correctionColumns = `d.system, d.decision_id as "decisionId", d.decision_type as "decisionType", d.output_label as "outputLabel", d.confidence, coalesce(d.tier, 'none') as tier, d.model_name as "modelName", d.model_version as "modelVersion"`;
const untold = (source: string) => `not exists (select 1 from feedback f where f.feedback_key = '${source}/' || ${decisionKey})`;

/** What people settled on against the AI: the verdict they gave, or a reversal by who judged afterwards. One signer of several may have been overruled. */
const overrides = `
  select 'override' as source, ${correctionColumns}, nullif(case when d.verdict = 'approved' then nullif(t.changed_label, '') else d.verdict_label end, d.output_label) as "correctedLabel", t.reason_codes as "reasonCodes", null as "outcomeRank"
  from decision_facts d join lateral (
    select t.changed_label, t.reason_codes from task_facts t
    where t.system = d.system and t.decision_id = d.decision_id and t.judged_at is not null and t.override and t.kind not in ${monitored} and (d.verdict <> 'approved' or t.reviewer = d.reversed_by)
    order by t.kind = 'adjudication' desc, t.judged_at limit 1
  ) t on true
  where d.told_override is null and d.output_label is not null and ((d.basis = 'human' and d.verdict in ('rejected', 'modified')) or (d.verdict = 'approved' and d.reversed_by is not null)) and ${untold('override')}`;

/** Errors that two judges confirm. Who contradicts a verdict of people may side with the AI, so they must differ from it too. */
const confirmedErrors = `
  select 'spot-check', ${correctionColumns}, nullif(t.label, d.output_label), t.reason_codes, null
  from (
    select system, decision_id, min(reason_codes) as reason_codes, case when count(changed_label) > 1 and min(changed_label) = max(changed_label) then nullif(min(changed_label), '') end as label
    from task_facts where contradicts and override and kind in ('spot-check', 're-review') group by system, decision_id, kind having count(*) > 1
  ) t join decision_facts d using (system, decision_id)
  where d.told_check is null and d.output_label is not null and ${untold('spot-check')}`;

/** Outcomes other than what the AI said, or than what was told of them before. Ordered, so that the index is worth it to Postgres, which cannot guess how few they are. */
const outcomes = `
  (select 'outcome', ${correctionColumns}, d.outcome, null::text[], d.outcome_rank
  from decision_facts d where d.output_label is not null and d.outcome <> coalesce(d.told_outcome, d.output_label) order by d.system, d.decision_id limit ${batchMax})`;

/** Corrections that models can learn from and that nobody was told of yet: none that somebody may refute yet, and none of an exercise. */
export async function findCorrections(client: PoolClient): Promise<Correction[]> {
  const { rows } = await client.query<Correction>(`select * from (${overrides} union all ${confirmedErrors} union all ${outcomes}) c limit ${batchMax}`);
  return rows;
}

export async function insertFeedback(client: PoolClient, key: string, now: number): Promise<boolean> {
  const { rowCount } = await client.query('insert into feedback (feedback_key, recorded_at) values ($1, $2) on conflict do nothing', [key, now]);
  return rowCount === 1;
}

/** What is looked for every few seconds, over all there is. */
export const lookedFor = { unresolved, unclassified, late, overrides, confirmedErrors, outcomes } as const;
