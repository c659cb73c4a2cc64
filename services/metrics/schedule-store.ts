import type { PoolClient } from 'pg';

/** Accepted this long ago without verdict or open task: something is lost or stuck. */
export const unresolvedAgeUs = 60_000_000;
const batchMax = 500;

export type Finding = { alert: string; severity: 'warning' | 'critical'; dedupeKey: string; summary: string; system: string | null; decisionId: string | null; details: Record<string, string> };
type DecisionRow = { system: string; decision_id: string; decision_type: string | null };

/** Every condition that deserves an alert and has none yet. */
export async function findAlerts(client: PoolClient, now: number): Promise<Finding[]> {
  const unresolved = await client.query<DecisionRow>(
    `select d.system, d.decision_id, d.decision_type from decision_facts d
     where d.resolved_at is null and d.accepted_at < $1
       and not exists (select 1 from task_facts t where t.system = d.system and t.decision_id = d.decision_id and t.closed_at is null and t.opened_at is not null)
       and not exists (select 1 from alerts a where a.dedupe_key = 'unresolved/' || d.system || '/' || d.decision_id) limit ${batchMax}`, [now - unresolvedAgeUs]);
  const unclassified = await client.query<DecisionRow>(
    `select distinct on (d.system, d.decision_type) d.system, d.decision_id, d.decision_type from decision_facts d
     where d.known = false and not exists (select 1 from alerts a where a.dedupe_key = 'unclassified/' || d.system || '/' || coalesce(d.decision_type, '')) limit ${batchMax}`);
  const lapsed = await client.query<DecisionRow & { task_id: string; outcome: string }>(
    `select t.system, t.decision_id, t.decision_type, t.task_id, t.outcome from task_facts t
     where t.outcome in ('lapsed', 'expired') and not exists (select 1 from alerts a where a.dedupe_key = t.outcome || '/' || t.task_id) limit ${batchMax}`);
  const conflicts = await client.query<DecisionRow & { event_id: string }>(
    `select c.system, c.decision_id, null as decision_type, c.event_id from verdict_conflicts c where not exists (select 1 from alerts a where a.dedupe_key = 'verdict-conflict/' || c.event_id) limit ${batchMax}`);
  return [
    ...unresolved.rows.map((row) => finding('unresolved', 'critical', `unresolved/${row.system}/${row.decision_id}`, row, 'was accepted more than 60 s ago and has neither verdict nor open task')),
    ...unclassified.rows.map((row) => finding('unclassified', 'warning', `unclassified/${row.system}/${row.decision_type ?? ''}`, row, 'has no applicable policy: every decision of its type needs two seniors')),
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
  tier: string; modelName: string; modelVersion: string; reasonCodes: string[] | null; policyVersion: null;
};

const correctionColumns = `d.system, d.decision_id as "decisionId", d.decision_type as "decisionType", d.output_label as "outputLabel", d.confidence, coalesce(d.tier, 'none') as tier, d.model_name as "modelName", d.model_version as "modelVersion"`;

/** Corrections that models can learn from and that nobody was told of yet. */
export async function findCorrections(client: PoolClient): Promise<Correction[]> {
  const { rows } = await client.query<Correction>(
    `select distinct on (source, system, "decisionId") * from (
       select case when t.kind in ('spot-check', 're-review') then 'spot-check' else 'override' end as source, ${correctionColumns}, d.outcome as "correctedLabel", t.reason_codes as "reasonCodes"
       from task_facts t join decision_facts d using (system, decision_id)
       where t.judged_at is not null and d.output_label is not null and (t.contradicts or (t.override and t.kind not in ('spot-check', 're-review')))
       union all
       select 'outcome', ${correctionColumns}, d.outcome, null from decision_facts d where d.outcome is not null and d.output_label is not null and d.outcome <> d.output_label
     ) c where not exists (select 1 from feedback f where f.feedback_key = c.source || '/' || c.system || '/' || c."decisionId") limit ${batchMax}`);
  return rows;
}

export async function insertFeedback(client: PoolClient, key: string, now: number): Promise<boolean> {
  const { rowCount } = await client.query('insert into feedback (feedback_key, recorded_at) values ($1, $2) on conflict do nothing', [key, now]);
  return rowCount === 1;
}
