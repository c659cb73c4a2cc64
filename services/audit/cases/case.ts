import type { EventTypes, RecordName } from '@countersign/contracts';
import type { AuditRecord } from '../records.ts';
import { isoOf, isoOrNull } from '../instants.ts';

/** What an event says, as auditors read it: bytes became text. `null` for other events, and once it was erased. */
export function told<R extends RecordName>(event: AuditRecord, record: R): EventTypes[R] | null {
  return event.record === record ? (event.event as EventTypes[R] | null) : null;
}

/** Of all events of that name, in their order; without those that were erased. */
export function toldBy<R extends RecordName>(events: readonly AuditRecord[], record: R): Array<{ event: AuditRecord; value: EventTypes[R] }> {
  return events.flatMap((event) => {
    const value = told(event, record);
    return value === null ? [] : [{ event, value }];
  });
}

export type CaseSummary = {
  decisionType: string | null; policyVersion: string | null; acceptedAt: string | null; route: string | null; tier: string | null; kind: string | null; form: string | null; queue: string | null; verdict: string | null; resolvedBy: string | null;
  resolvedAt: string | null; reason: string | null; signers: readonly string[]; reversedAt: string | null; erased: boolean; firstRecordedAt: string; lastRecordedAt: string;
};

/** A decision in a few words. `verdict` is what is known of it besides the events, which an erasure may have closed. */
export function summaryOf(events: readonly AuditRecord[], verdict: { verdict: string; resolvedAt: number } | null): CaseSummary {
  const named = (record: RecordName) => events.find((event) => event.record === record);
  const [accepted, routedEvent, resolvedEvent] = [named('DecisionAccepted'), named('DecisionRouted'), named('DecisionResolved')];
  const routed = routedEvent === undefined ? null : told(routedEvent, 'DecisionRouted');
  const resolved = resolvedEvent === undefined ? null : told(resolvedEvent, 'DecisionResolved');
  const recorded = events.map(({ recordedAt }) => recordedAt).sort();
  return {
    decisionType: accepted?.decisionType ?? routedEvent?.decisionType ?? null, policyVersion: accepted?.policyVersion ?? null, acceptedAt: accepted?.occurredAt ?? null,
    route: routed?.route ?? resolved?.route ?? null, tier: routed?.tier ?? resolved?.tier ?? null, kind: routedEvent?.kind ?? null, form: routed?.form ?? null, queue: routed?.queue ?? null,
    verdict: resolved?.verdict ?? verdict?.verdict ?? null, resolvedBy: resolved?.resolvedBy ?? resolvedEvent?.actor ?? null, resolvedAt: resolvedEvent?.occurredAt ?? isoOrNull(verdict?.resolvedAt),
    reason: resolved?.reason ?? null, signers: resolved?.signers ?? [], reversedAt: named('DecisionReversed')?.occurredAt ?? null,
    erased: events.some(({ erased, record }) => erased || record === 'DecisionErased'), firstRecordedAt: recorded[0] ?? '', lastRecordedAt: recorded.at(-1) ?? '',
  };
}

export type CaseTask = {
  taskId: string; kind: string; queue: string; form: string; seat: number | null; severity: string | null; openedAt: string; dueAt: string | null; closedAt: string | null; outcome: string | null;
  reasons: readonly string[]; ruleIds: readonly string[];
};

/** The pieces of review work, in the order in which they were opened. */
export function tasksOf(events: readonly AuditRecord[]): CaseTask[] {
  const closed = new Map(toldBy(events, 'TaskClosed').map(({ event, value }) => [value.taskId, { at: event.occurredAt, outcome: value.outcome }]));
  return toldBy(events, 'TaskOpened').map(({ event, value }) => ({
    taskId: value.taskId, kind: value.kind, queue: value.queue, form: value.form, seat: value.seat, severity: value.severity, openedAt: event.occurredAt, dueAt: isoOrNull(value.dueAt),
    closedAt: closed.get(value.taskId)?.at ?? null, outcome: closed.get(value.taskId)?.outcome ?? null, reasons: value.reasons, ruleIds: value.ruleIds,
  }));
}

export type CaseDraw = { eventId: string; purpose: string; kind: string | null; what: 'form' | 'selection' | 'exercise' | 'pool'; draw: number; probability: number | null; keyVersion: string | null; stratum: string | null; occurredAt: string };

/** Every keyed draw that this decision is about, with what an auditor who has the key needs to repeat it. */
export function drawsOf(events: readonly AuditRecord[]): CaseDraw[] {
  const form = toldBy(events, 'DecisionRouted').flatMap(({ event, value }) => (value.formDraw === null ? [] : [drawn(event, { purpose: 'form', what: 'form', draw: value.formDraw, probability: null, keyVersion: value.formKeyVersion, stratum: null })]));
  const selections = toldBy(events, 'SpotCheckSelected').map(({ event, value }) => drawn(event, { purpose: value.purpose, what: 'selection', draw: value.draw, probability: value.probability, keyVersion: value.keyVersion, stratum: value.stratum }));
  const exercises = toldBy(events, 'CalibrationPlanned').flatMap(({ event, value }) => [
    drawn(event, { purpose: value.purpose, what: 'exercise', draw: value.draw, probability: value.probability, keyVersion: value.keyVersion, stratum: null }),
    drawn(event, { purpose: 'pool', what: 'pool', draw: value.poolDraw, probability: null, keyVersion: value.poolKeyVersion, stratum: null }),
  ]);
  return [...form, ...selections, ...exercises];
}

function drawn({ eventId, kind, occurredAt }: AuditRecord, draw: Omit<CaseDraw, 'eventId' | 'kind' | 'occurredAt'>): CaseDraw {
  return { eventId, kind, occurredAt, ...draw };
}

export type CaseOutcome = { eventId: string; outcome: string; observedAt: string; source: string; reportedBy: string | null; occurredAt: string };

/** What turned out to be true, as it was reported. */
export function outcomesOf(events: readonly AuditRecord[]): CaseOutcome[] {
  return toldBy(events, 'OutcomeRecorded').map(({ event, value }) => ({ eventId: event.eventId, outcome: value.outcome, observedAt: isoOf(value.observedAt), source: value.source, reportedBy: event.actor, occurredAt: event.occurredAt }));
}

export type CasePolicy = {
  version: string; decisionType: string; text: string; note: string | null; proposedBy: string | null; proposedAt: string | null; approvedBy: string | null; approvedAt: string | null; activatedBy: string | null; activatedAt: string | null;
};

/** A policy version as the log has it: its words, and who proposed, approved and activated it. `null` where it never came as an event, as the built-in one. */
export function policyOf(version: string, events: readonly AuditRecord[]): CasePolicy | null {
  const [proposed] = toldBy(events, 'PolicyProposed');
  const [approved] = toldBy(events, 'PolicyApproved');
  const [activated] = toldBy(events, 'PolicyActivated');
  const document = proposed?.value ?? approved?.value ?? activated?.value;
  if (document === undefined) return null;
  return {
    version, decisionType: document.decisionType, text: document.text, note: proposed?.value.note ?? null, proposedBy: document.proposedBy, proposedAt: proposed?.event.occurredAt ?? null,
    approvedBy: approved?.value.approvedBy ?? null, approvedAt: approved?.event.occurredAt ?? null, activatedBy: activated?.value.activatedBy ?? null, activatedAt: activated?.event.occurredAt ?? null,
  };
}
