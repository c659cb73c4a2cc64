import type { PoolClient } from 'pg';
import { decisionIdentity, topology, type EventOf, type TopicName, type Views } from '@countersign/contracts';
import { enqueue, erasureApplied, type ReceivedBatch, type ServiceContext } from '@countersign/kit';
import { leaveOutContent, mergeByKey, mergeFacts } from './facts-store.ts';

/** Every topic that something is counted of; who may do what is followed by the HTTP server, and not counted. */
export const measuredTopics = (Object.keys(topology) as TopicName[]).filter((topic) => topology[topic].cleanup === 'delete' && (topology[topic].readers as readonly string[]).includes('metrics'));

/** Of the events of every decision, what is counted. */
export const metricsViews = {
  DecisionAccepted: { decisionType: true, acceptedAt: true, proposed: { system: true, decisionId: true, output: { label: true }, confidence: true, provenance: { model: true } } },
  DecisionRouted: {
    system: true, decisionId: true, decisionType: true, acceptedAt: true, route: true, tier: true, kind: true, form: true, verdictBy: true,
    classification: { known: true, matchedRules: true },
  },
  SpotCheckSelected: { eventId: true, occurredAt: true, system: true, decisionId: true, decisionType: true, kind: true, stratum: true },
} as const satisfies Views;

const identity = { system: 'text', decision_id: 'text' } as const;
/** What every decision goes through is written at once: whatever steps a batch holds of it are one row. */
const decisionSteps = {
  progress: {
    ...identity, decision_type: 'text', accepted_at: 'bigint', output_label: 'text', confidence: 'float8', model_name: 'text', model_version: 'text',
    route: 'text', tier: 'text', kind: 'text', form: 'text', known: 'boolean', verdict_by: 'text', rule_ids: 'text[]',
    verdict: 'text', verdict_label: 'text', basis: 'text', resolved_by: 'text', resolved_at: 'bigint',
  },
  reversed: { ...identity, reversed_at: 'bigint', reversed_by: 'text' },
  outcome: { ...identity, outcome: 'text', outcome_rank: 'text' },
  told: { ...identity, told_override: 'boolean', told_check: 'boolean' },
  toldOutcome: { ...identity, told_outcome: 'text', told_rank: 'text' },
  erased: { ...identity, erased: 'boolean' },
} as const;
/** What is told of a decision more than once, and by which rank the last counts. */
const decisionRanks = { outcome: 'outcome_rank', told_outcome: 'told_rank' } as const;
const rankOfDecisionStep: { readonly [S in keyof typeof decisionSteps]?: string } = { outcome: 'outcome_rank', toldOutcome: 'told_rank' };
const taskIdentity = { task_id: 'text', system: 'text', decision_id: 'text', decision_type: 'text', kind: 'text' } as const;
const taskSteps = {
  opened: { ...taskIdentity, queue: 'text', form: 'text', route: 'text', tier: 'text', opened_at: 'bigint', due_at: 'bigint', waits_rank: 'text' },
  escalated: { ...taskIdentity, queue: 'text', due_at: 'bigint', waits_rank: 'text' },
  submitted: { ...taskIdentity, reason_codes: 'text[]', changed_label: 'text', submitted_rank: 'text' },
  finalised: { ...taskIdentity, reviewer: 'text', judged_at: 'bigint', decision: 'text', override: 'boolean', active_time_ms: 'bigint', fast: 'boolean', contradicts: 'boolean', first_override: 'boolean' },
  closed: { ...taskIdentity, closed_at: 'bigint', outcome: 'text', sla_met: 'boolean' },
  alerted: { task_id: 'text', alerted: 'boolean' },
} as const;

const scoreColumns = { task_id: 'text', ...identity, decision_type: 'text', reviewer: 'text', is_right: 'boolean', ai_right: 'boolean', scored_at: 'bigint' } as const;

/** What is told of a task more than once, and by which rank the last counts. */
const taskRanks = { reason_codes: 'submitted_rank', changed_label: 'submitted_rank', queue: 'waits_rank', due_at: 'waits_rank' } as const;
const rankOfStep: { readonly [S in keyof typeof taskSteps]?: string } = { submitted: 'submitted_rank', escalated: 'waits_rank' };

type Row = Record<string, unknown>;
/** An event and when Kafka had it, in microseconds; `null` where the audit log did not keep that yet. */
export type Fact = { event: EventOf<TopicName, typeof metricsViews>; publishedAt: number | null };
type Steps = { decisions: Record<keyof typeof decisionSteps, Row[]>; tasks: Record<keyof typeof taskSteps, Row[]>; selections: Row[]; scores: Row[]; refusals: Row[]; alerts: Row[]; feedback: Row[]; conflicts: Row[] };

/** Turns a batch of Kafka into facts, and says which erasures are done. A rebuild says nothing: it was said. */
export async function handleBatch(context: ServiceContext<'metrics'>, client: PoolClient, batch: ReceivedBatch<TopicName, typeof metricsViews>): Promise<void> {
  await handleFacts(client, batch.events.map(({ event, record }) => ({ event, publishedAt: record.timestampMs * 1000 })));
  await enqueue(client, batch.events.flatMap(({ event }) => (event.record === 'DecisionErased' ? [erasureApplied(context.publisher, 'metrics', event.value)] : [])));
}

/** Turns a batch into facts; the same from Kafka and from the audit log. */
export async function handleFacts(client: PoolClient, facts: readonly Fact[]): Promise<void> {
  const steps: Steps = {
    decisions: { progress: [], reversed: [], outcome: [], told: [], toldOutcome: [], erased: [] }, tasks: { opened: [], escalated: [], submitted: [], finalised: [], closed: [], alerted: [] },
    selections: [], scores: [], refusals: [], alerts: [], feedback: [], conflicts: [],
  };
  for (const fact of facts) collect(fact, steps);
  const byDecision = (row: Row) => decisionIdentity(String(row['system']), String(row['decision_id']));
  for (const [step, rows] of Object.entries(steps.decisions)) {
    const name = step as keyof typeof decisionSteps;
    await mergeFacts(client, 'decision_facts', ['system', 'decision_id'], decisionSteps[name], mergeByKey(rows, byDecision, rankOfDecisionStep[name]), decisionRanks);
  }
  for (const [step, rows] of Object.entries(steps.tasks)) {
    const name = step as keyof typeof taskSteps;
    await mergeFacts(client, 'task_facts', ['task_id'], taskSteps[name], mergeByKey(rows, (row) => String(row['task_id']), rankOfStep[name]), taskRanks);
  }
  if (steps.decisions.erased.length > 0) await leaveOutContent(client, steps.decisions.erased);
  const byId = (row: Row) => String(row['event_id']);
  await mergeFacts(client, 'selections', ['event_id'], { event_id: 'text', ...identity, decision_type: 'text', kind: 'text', stratum: 'text', selected_at: 'bigint' }, mergeByKey(steps.selections, byId));
  await mergeFacts(client, 'calibration_facts', ['task_id'], scoreColumns, mergeByKey(steps.scores, (row) => String(row['task_id'])));
  await mergeFacts(client, 'refusals', ['event_id'], { event_id: 'text', code: 'text', refused_at: 'bigint' }, mergeByKey(steps.refusals, byId));
  await mergeFacts(client, 'verdict_conflicts', ['event_id'], { event_id: 'text', ...identity }, mergeByKey(steps.conflicts, byId));
  await mergeFacts(client, 'alerts', ['dedupe_key'], { dedupe_key: 'text', alert: 'text', severity: 'text', summary: 'text', raised_at: 'bigint' }, mergeByKey(steps.alerts, (row) => String(row['dedupe_key'])));
  await mergeFacts(client, 'feedback', ['feedback_key'], { feedback_key: 'text', recorded_at: 'bigint' }, mergeByKey(steps.feedback, (row) => String(row['feedback_key'])));
}

function collect({ event, publishedAt }: Fact, { decisions, tasks, ...others }: Steps): void {
  switch (event.record) {
    case 'DecisionAccepted': {
      const { proposed, decisionType, acceptedAt } = event.value;
      decisions.progress.push({ system: proposed.system, decision_id: proposed.decisionId, decision_type: decisionType, accepted_at: acceptedAt, output_label: proposed.output.label, confidence: proposed.confidence, model_name: proposed.provenance.model.name, model_version: proposed.provenance.model.version });
      return;
    }
    case 'DecisionRouted': {
      const { classification, ...routed } = event.value;
      decisions.progress.push({
        ...identityOf(routed), decision_type: routed.decisionType, accepted_at: routed.acceptedAt, route: routed.route, tier: routed.tier, kind: routed.kind, form: routed.form,
        known: classification.known, verdict_by: routed.verdictBy, rule_ids: classification.matchedRules.map((rule) => rule.id),
      });
      return;
    }
    case 'DecisionResolved': {
      const resolved = event.value;
      decisions.progress.push({ ...identityOf(resolved), decision_type: resolved.decisionType, accepted_at: resolved.acceptedAt, verdict: resolved.verdict, verdict_label: resolved.verdict === 'modified' ? resolved.outputLabel : null, basis: resolved.basis, resolved_by: resolved.resolvedBy, resolved_at: verdictAt(resolved.occurredAt, publishedAt) });
      return;
    }
    case 'DecisionReversed':
      decisions.reversed.push({ ...identityOf(event.value), reversed_at: event.value.occurredAt, reversed_by: event.value.actor });
      return;
    case 'DecisionErased':
      decisions.erased.push({ ...identityOf(event.value), erased: true });
      return;
    case 'OutcomeRecorded':
      decisions.outcome.push({ ...identityOf(event.value), outcome: event.value.outcome, outcome_rank: rankOf(event.value) });
      return;
    case 'TaskOpened':
      tasks.opened.push({ ...taskOf(event.value), queue: event.value.queue, form: event.value.form, route: event.value.route, tier: event.value.tier, opened_at: event.value.occurredAt, due_at: event.value.dueAt, waits_rank: whereOpened });
      return;
    case 'TaskEscalated':
      // Older releases did not say where to, and left it where it was.
      if (event.value.toQueue !== null) tasks.escalated.push({ ...taskOf(event.value), queue: event.value.toQueue, due_at: event.value.dueAt, waits_rank: `1/${rankOf(event.value)}` });
      return;
    case 'JudgementSubmitted':
      // Empty where nothing was changed, since that too replaces what was submitted and taken back before.
      tasks.submitted.push({ ...taskOf(event.value), reason_codes: event.value.reasonCodes, changed_label: event.value.modifiedOutput?.label ?? '', submitted_rank: rankOf(event.value) });
      return;
    case 'JudgementFinalised': {
      const { reviewer, actor, occurredAt, decision, override, activeTimeMs, fast, contradicts, firstOverride } = event.value;
      tasks.finalised.push({ ...taskOf(event.value), reviewer: reviewer ?? actor, judged_at: occurredAt, decision, override, active_time_ms: activeTimeMs, fast, contradicts, first_override: firstOverride });
      return;
    }
    case 'CalibrationScored': {
      const { taskId, decisionType, reviewer, actor, right, aiRight, occurredAt } = event.value;
      others.scores.push({ task_id: taskId, ...identityOf(event.value), decision_type: decisionType, reviewer: reviewer ?? actor ?? '', is_right: right, ai_right: aiRight, scored_at: occurredAt });
      return;
    }
    case 'TaskClosed':
      tasks.closed.push({ ...taskOf(event.value), closed_at: event.value.occurredAt, outcome: event.value.outcome, sla_met: event.value.slaMet });
      return;
    case 'SpotCheckSelected':
      others.selections.push({ event_id: event.value.eventId, ...identityOf(event.value), decision_type: event.value.decisionType, kind: event.value.kind, stratum: event.value.stratum, selected_at: event.value.occurredAt });
      return;
    case 'DecisionRefused':
      others.refusals.push({ event_id: event.value.eventId, code: event.value.code, refused_at: event.value.occurredAt });
      return;
    case 'VerdictConflict':
      others.conflicts.push({ event_id: event.value.eventId, ...identityOf(event.value) });
      return;
    case 'AlertRaised':
      others.alerts.push({ dedupe_key: event.value.dedupeKey, alert: event.value.alert, severity: event.value.severity, summary: event.value.summary, raised_at: event.value.occurredAt });
      if (lateAlerts.includes(event.value.alert)) tasks.alerted.push({ task_id: event.value.dedupeKey.slice(event.value.alert.length + 1), alerted: true });
      return;
    case 'FeedbackRecorded':
      others.feedback.push({ feedback_key: feedbackKey(event.value), recorded_at: event.value.occurredAt });
      if (event.value.source === 'outcome') decisions.toldOutcome.push({ ...identityOf(event.value), told_outcome: event.value.correctedLabel, told_rank: rankOf(event.value) });
      else decisions.told.push({ ...identityOf(event.value), told_override: event.value.source === 'override' || null, told_check: event.value.source === 'spot-check' || null });
      return;
    default:
  }
}

/**
 * When the verdict could be acted on: when Kafka had it. `occurredAt` will not do, since a verdict of routing follows
 * from its inputs alone and bears their time. Stamps have milliseconds only, hence never before `occurredAt`.
 */
function verdictAt(occurredAt: number, publishedAt: number | null): number {
  return Math.max(occurredAt, publishedAt ?? occurredAt);
}

/** Alerts whose key names a task. */
const lateAlerts: readonly string[] = ['lapsed', 'expired'];

/** Ranks before any escalation. */
const whereOpened = '0';

/** Sorts as text by time, then by id: of two reports the later counts, in whatever order they come. */
function rankOf(value: { occurredAt: number; eventId: string }): string {
  return `${String(value.occurredAt).padStart(16, '0')}/${value.eventId}`;
}

/** One correction a source and decision, as `keyOf` of the store writes it; of outcomes, which may be reported anew, one a report. */
export function feedbackKey(value: { source: string; system: string | null; decisionId: string | null; eventId: string }): string {
  const key = `${value.source}/${(value.system ?? '').replaceAll('%', '%25').replaceAll('/', '%2F')}/${value.decisionId ?? ''}`;
  return value.source === 'outcome' ? `${key}/${value.eventId}` : key;
}

function identityOf(value: { system: string | null; decisionId: string | null }) {
  return { system: value.system ?? '', decision_id: value.decisionId ?? '' };
}

function taskOf(value: { taskId: string; system: string | null; decisionId: string | null; decisionType: string | null; kind: string }) {
  return { task_id: value.taskId, system: value.system, decision_id: value.decisionId, decision_type: value.decisionType, kind: value.kind };
}
