import type { Pool } from 'pg';

/** A range by acceptance, in microseconds; `to` is exclusive. */
export type OversightFilter = { from: number; to: number; system: string | null; decisionType: string | null };

const decisionsIn = `from decision_facts d where d.accepted_at >= $1 and d.accepted_at < $2 and ($3::text is null or d.system = $3) and ($4::text is null or d.decision_type = $4)`;
const tasksIn = `from task_facts t join decision_facts d using (system, decision_id) where d.accepted_at >= $1 and d.accepted_at < $2 and ($3::text is null or d.system = $3) and ($4::text is null or d.decision_type = $4)`;
/** Kinds of tasks that are no ordinary work. */
export const monitored = `('spot-check', 're-review', 'calibration')`;
/** The ordinary work on a decision. */
const ordinary = `from task_facts t where t.system = d.system and t.decision_id = d.decision_id and t.kind not in ${monitored}`;

export type Volumes = { accepted: number; resolved: number; approved: number; rejected: number; modified: number; reversed: number; unclassified: number; autoResolved: number };

export async function readVolumes(pool: Pool, filter: OversightFilter): Promise<Volumes> {
  const { rows } = await pool.query<Volumes>(
    `select count(*) as accepted, count(resolved_at) as resolved, count(*) filter (where verdict = 'approved') as approved, count(*) filter (where verdict = 'rejected') as rejected,
       count(*) filter (where verdict = 'modified') as modified, count(reversed_at) as reversed, count(*) filter (where known = false) as unclassified,
       count(*) filter (where resolved_by = 'routing') as "autoResolved" ${decisionsIn}`, values(filter));
  return rows[0] ?? { accepted: 0, resolved: 0, approved: 0, rejected: 0, modified: 0, reversed: 0, unclassified: 0, autoResolved: 0 };
}

export async function readRouteMix(pool: Pool, filter: OversightFilter): Promise<Array<{ route: string; kind: string; count: number }>> {
  return (await pool.query<{ route: string; kind: string; count: number }>(`select route, kind, count(*) as count ${decisionsIn} and route is not null group by 1, 2 order by 1, 2`, values(filter))).rows;
}

export type TierRow = { tier: string; judgements: number; overrides: number; fast: number; totalActiveMs: number };

/** Without adjudications: they are asked for only because somebody differed. */
export async function readOverridesByTier(pool: Pool, filter: OversightFilter): Promise<TierRow[]> {
  return (await pool.query<TierRow>(
    `select coalesce(d.tier, 'none') as tier, count(*) as judgements, count(*) filter (where t.override) as overrides, count(*) filter (where t.fast) as fast, coalesce(sum(t.active_time_ms), 0)::bigint as "totalActiveMs"
     ${tasksIn} and t.judged_at is not null and t.kind not in ${monitored} and t.kind <> 'adjudication' group by 1 order by 1`, values(filter))).rows;
}

export type ReviewerRow = { reviewer: string; judgements: number; approvals: number; overrides: number; fast: number };

export async function readReviewers(pool: Pool, filter: OversightFilter): Promise<ReviewerRow[]> {
  return (await pool.query<ReviewerRow>(
    `select t.reviewer, count(*) as judgements, count(*) filter (where t.decision = 'approve' or (t.decision = 'answer' and not t.override)) as approvals, count(*) filter (where t.override) as overrides, count(*) filter (where t.fast) as fast
     ${tasksIn} and t.judged_at is not null and t.kind not in ${monitored} group by 1 order by 1`, values(filter))).rows;
}

export type SampleRow = { kind: string; stratum: string; selected: number; judged: number; contradicted: number; confirmed: number };

/** Samples by stratum. A contradiction counts as an error until a second judge says otherwise; confirmed: two judges say so. */
export async function readSamples(pool: Pool, filter: OversightFilter): Promise<SampleRow[]> {
  return (await pool.query<SampleRow>(
    `select s.kind, s.stratum, count(*) as selected, count(*) filter (where j.judged > 0) as judged,
       count(*) filter (where j.contradictions > 0 and (j.judged < 2 or j.contradictions > 1)) as contradicted, count(*) filter (where j.contradictions > 1) as confirmed
     from selections s join decision_facts d using (system, decision_id)
     left join lateral (
       select count(*) filter (where t.judged_at is not null) as judged, count(*) filter (where t.contradicts) as contradictions
       from task_facts t where t.system = s.system and t.decision_id = s.decision_id and t.kind = s.kind
     ) j on true
     where d.accepted_at >= $1 and d.accepted_at < $2 and ($3::text is null or d.system = $3) and ($4::text is null or d.decision_type = $4)
     group by 1, 2 order by 1, 2`, values(filter))).rows;
}

export type SlaRow = { route: string; closed: number; met: number };

export async function readSla(pool: Pool, filter: OversightFilter): Promise<SlaRow[]> {
  return (await pool.query<SlaRow>(
    `select coalesce(t.route, d.route, 'none') as route, count(*) filter (where t.sla_met is not null) as closed, count(*) filter (where t.sla_met) as met ${tasksIn} and t.closed_at is not null and t.kind not in ${monitored} group by 1 order by 1`, values(filter))).rows;
}

export type SwitchRow = { decisionType: string; judged: number; differed: number; switched: number; turned: number };

/** Of who answered first: how many differed from the AI and went over to it once they saw it, and how many turned away from it. */
export async function readSwitches(pool: Pool, filter: OversightFilter): Promise<SwitchRow[]> {
  return (await pool.query<SwitchRow>(
    `select coalesce(d.decision_type, 'none') as "decisionType", count(*) as judged, count(*) filter (where t.first_override) as differed,
       count(*) filter (where t.first_override and not t.override) as switched, count(*) filter (where not t.first_override and t.override) as turned
     ${tasksIn} and t.judged_at is not null and t.first_override is not null group by 1 order by 1`, values(filter))).rows;
}

export type RuleRow = { ruleId: string; judged: number; unchanged: number };

/** Per rule: of the decisions that people settled, before or after the action, how many they left unchanged, however many of them it took. A rule nobody ever disagrees with costs attention. */
export async function readRules(pool: Pool, filter: OversightFilter): Promise<RuleRow[]> {
  return (await pool.query<RuleRow>(
    `select rule as "ruleId", count(*) as judged, count(*) filter (where d.verdict = 'approved' and d.reversed_at is null) as unchanged
     from decision_facts d, unnest(d.rule_ids) as rule
     where d.accepted_at >= $1 and d.accepted_at < $2 and ($3::text is null or d.system = $3) and ($4::text is null or d.decision_type = $4) and rule <> ''
       and (d.basis = 'human' or (d.resolved_by = 'routing' and exists (select 1 ${ordinary} and t.judged_at is not null) and not exists (select 1 ${ordinary} and t.closed_at is null)))
     group by 1 order by 1`, values(filter))).rows;
}

export type OutcomeRow = { tier: string; known: number; aiRight: number; verdictRight: number };

/** What turned out to be true, against what the AI said and what was let through. A rejection, or a reversal, was right where the AI was wrong. */
export async function readOutcomes(pool: Pool, filter: OversightFilter): Promise<OutcomeRow[]> {
  return (await pool.query<OutcomeRow>(
    `select coalesce(d.tier, 'none') as tier, count(*) as known, count(*) filter (where d.outcome = d.output_label) as "aiRight",
       count(*) filter (where case when d.verdict = 'rejected' or d.reversed_at is not null then d.outcome <> d.output_label else d.outcome = coalesce(d.verdict_label, d.output_label) end) as "verdictRight"
     ${decisionsIn} and d.outcome is not null and d.output_label is not null and d.verdict is not null group by 1 order by 1`, values(filter))).rows;
}

export type QueueRow = { queue: string; depth: number; oldestOpenedAt: number | null };

export async function readQueues(pool: Pool): Promise<QueueRow[]> {
  return (await pool.query<QueueRow>(`select queue, count(*) as depth, min(opened_at) as "oldestOpenedAt" from task_facts where closed_at is null and queue is not null group by 1 order by 1`)).rows;
}

/** Seconds from acceptance to verdict: the median and the 95th percentile, by who gave it. */
export async function readLatency(pool: Pool, filter: OversightFilter): Promise<Array<{ resolvedBy: string; count: number; p50Ms: number; p95Ms: number }>> {
  return (await pool.query<{ resolvedBy: string; count: number; p50Ms: number; p95Ms: number }>(
    `select resolved_by as "resolvedBy", count(*) as count, percentile_disc(0.5) within group (order by resolved_at - accepted_at) / 1000 as "p50Ms", percentile_disc(0.95) within group (order by resolved_at - accepted_at) / 1000 as "p95Ms"
     ${decisionsIn} and resolved_at is not null group by 1 order by 1`, values(filter))).rows;
}

export type HiddenShareRow = { hidden: number; monitoredHidden: number; ordinary: number; ordinaryHidden: number };

/** Of the tasks opened in the range: an exercise is as old as its task, however old its decision is. */
export async function readHiddenShare(pool: Pool, filter: OversightFilter): Promise<HiddenShareRow> {
  const { rows } = await pool.query<HiddenShareRow>(
    `select count(*) filter (where t.form = 'hidden') as hidden, count(*) filter (where t.form = 'hidden' and t.kind in ${monitored}) as "monitoredHidden",
       count(*) filter (where t.kind not in ${monitored}) as ordinary, count(*) filter (where t.form = 'hidden' and t.kind not in ${monitored}) as "ordinaryHidden"
     from task_facts t where t.opened_at >= $1 and t.opened_at < $2 and ($3::text is null or t.system = $3) and ($4::text is null or t.decision_type = $4)`, values(filter));
  return rows[0] ?? { hidden: 0, monitoredHidden: 0, ordinary: 0, ordinaryHidden: 0 };
}

export async function readRefusals(pool: Pool, from: number, to: number): Promise<Array<{ code: string; count: number }>> {
  return (await pool.query<{ code: string; count: number }>('select code, count(*) as count from refusals where refused_at >= $1 and refused_at < $2 group by 1 order by 1', [from, to])).rows;
}

function values(filter: OversightFilter): unknown[] {
  return [filter.from, filter.to, filter.system, filter.decisionType];
}
