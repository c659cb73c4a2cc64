/**
 * What review does with events. Both topics may arrive in any order, and more than once: a row is made by whichever comes
 * first, and completed by the other.
 */

import type { DecisionRouted, SpotCheckSelected } from '@countersign/contracts';
import { forms } from '@countersign/core';
import { rememberSubjects } from './background/recording.ts';
import type { Case, DecisionKey, MonitoredLane } from './cases/case.ts';
import { openCase, severityRanks } from './cases/case.ts';
import * as cases from './cases/store.ts';
import type { NewCase } from './cases/store.ts';
import type { ReviewContext, Work } from './context.ts';
import { followArrivals, openWatchedOfPast } from './cases/watched.ts';
import { openWaitingSelections } from './findings/monitoring.ts';
import { endErasedArrivals } from './erasure.ts';
import { sealForEach } from './sealing.ts';
import { openTasks } from './tasks/opening.ts';
import { insertTimers, readNow } from './timers/store.ts';

/** Where sampling states no deadline for a monitored task. */
const monitoredDueUs = 24 * 3_600_000_000;

export type Keyed<E> = E & DecisionKey;

/**
 * Opens the work that routed decisions ask for, and remembers whom they are about; an automatic one that is about nobody leaves no
 * trace here. What was erased meanwhile asks for no work: it is rejected, where people were to decide.
 */
export async function handleRouted(review: ReviewContext, work: Work, events: readonly DecisionRouted[]): Promise<void> {
  const keyed = distinct(events.filter((event): event is Keyed<DecisionRouted> => isKeyed(event)), keyText);
  if (keyed.length === 0) return;
  const outlines = await review.outlinesOf(keyed.map(({ accepted }) => accepted));
  const sealed = await sealForEach(review.contents, keyed.map((event, index) => ({
    owner: event,
    plains: [Buffer.from(outlines[index]?.outputLabel ?? ''), ...(event.route === 'auto' ? [] : [event.accepted])],
  })));
  const arrived = keyed.map((event, index): Arrived => {
    const [sealedLabel = null, sealedAccepted = null] = sealed[index] ?? [];
    return { event, proposedAt: outlines[index]?.proposedAt ?? event.acceptedAt, sealedLabel, sealedAccepted };
  });
  await openRouted(review, work, arrived);
  await rememberSubjects(work, arrived.flatMap(({ sealedLabel, ...one }) => (sealedLabel === null ? [] : [{ ...one, sealedLabel }])));
}

/** Nothing is sealed of what was erased, and `sealedAccepted` of automatic decisions is not kept. */
type Arrived = { event: Keyed<DecisionRouted>; proposedAt: number; sealedLabel: Buffer | null; sealedAccepted: Buffer | null };

async function openRouted(review: ReviewContext, work: Work, arrived: readonly Arrived[]): Promise<void> {
  const waiting = arrived.filter(({ event }) => event.route !== 'auto');
  if (waiting.length === 0) return;
  const now = await readNow(work.sql);
  const incoming = waiting.map(({ event, proposedAt, sealedLabel, sealedAccepted }): NewCase => {
    const base = { ...caseOfRouted(event, now), routed: true, proposedAt, sealedLabel };
    return sealedAccepted === null ? { ...base, erased: true, sealedAccepted: Buffer.alloc(0), subjectKind: null, subjectId: null } : { ...base, erased: false, sealedAccepted };
  });
  const routed = new Map((await cases.insertRouted(work.sql, incoming)).map((row) => [keyText(row), row]));
  const fresh = incoming.filter((item) => routed.get(keyText(item))?.erased === false);
  await openAll(work, fresh);
  if (fresh.length > 0) await followArrivals(work, [...new Set(fresh.map(({ decisionType }) => decisionType))], now);
  await endErasedArrivals(review, work, [...routed.values()].filter(({ erased }) => erased), now);
}

/** Remembers what sampling selected, and opens what can be opened: a re-review waits for the end of the original. */
export async function handleSelected(review: ReviewContext, work: Work, events: readonly SpotCheckSelected[]): Promise<void> {
  const selected = distinct(events.filter((event): event is Keyed<SpotCheckSelected> => isKeyed(event)), (event) => `${keyText(event)} ${laneOf(event)}`);
  if (selected.length === 0) return;
  const now = await readNow(work.sql);
  const kept = await keepCases(review, work, selected, now);
  const fresh = await cases.insertSelections(
    work.sql,
    kept.map((event) => ({
      system: event.system,
      decisionId: event.decisionId,
      lane: laneOf(event),
      dueAfterUs: dueAfterUs(review, event),
      queue: workingQueue(event),
      selectedAt: now,
    })),
  );
  const [checks, again] = [fresh.filter(({ lane }) => lane === 'spot-check'), fresh.filter(({ lane }) => lane !== 'spot-check')];
  // They come in as ordinary work does, and are opened as that is.
  if (checks.length > 0) await openWaitingSelections(review, work, await cases.lockCases(work.sql, distinct(checks, keyText)), now);
  if (again.length > 0) await openWatchedOfPast(review, work, distinct(again, keyText));
}

/** Keeps the cases of events that carry them, sealed. Answers the events whose subject was not erased. */
export async function keepCases<E extends Parameters<typeof caseOfSelected>[1] & { accepted: Buffer }>(review: ReviewContext, work: Work, events: readonly E[], now: number): Promise<E[]> {
  const firsts = distinct(events, keyText);
  const sealedEach = await sealForEach(review.contents, firsts.map((event) => ({ owner: event, plains: [event.accepted] })));
  const sealed = firsts.flatMap((event, index): NewCase[] => {
    const [sealedAccepted] = sealedEach[index] ?? [];
    return sealedAccepted === undefined ? [] : [{ ...caseOfSelected(review, event, now), routed: false, erased: false, proposedAt: null, sealedLabel: null, sealedAccepted }];
  });
  await cases.insertSelectedCases(work.sql, sealed);
  const kept = new Set(sealed.map(keyText));
  return events.filter((event) => kept.has(keyText(event)));
}

export function isKeyed(event: { system: string | null; decisionId: string | null }): event is DecisionKey {
  return event.system !== null && event.decisionId !== null;
}

/** No text of either part can hold U+0000, which intake refuses. */
export function keyText({ system, decisionId }: DecisionKey): string {
  return `${system}\u0000${decisionId}`;
}

/** The first of each key, in key order: two batches that meet lock rows in the same order. */
export function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const byKey = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (!byKey.has(key)) byKey.set(key, item);
  }
  return [...byKey.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);
}

async function openAll(work: Work, items: readonly Case[]): Promise<void> {
  const asked = items.map((item) => ({ item, ...openCase(item) }));
  const opened = await openTasks(work, asked.flatMap(({ item, tasks }) => tasks.map((opening) => ({ item, opening }))));
  const taskIds = new Map(opened.map((task) => [`${keyText(task)} ${task.seat}`, task.taskId]));
  await insertTimers(work.sql, asked.flatMap(({ item, timers }) => timers.map(({ kind, seat, dueAt }) => ({
    kind, system: item.system, decisionId: item.decisionId, taskId: seat === null ? null : (taskIds.get(`${keyText(item)} ${seat}`) ?? null), dueAt,
  }))));
}

function caseOfRouted(event: Keyed<DecisionRouted>, now: number): Case {
  const { classification } = event;
  return {
    system: event.system,
    decisionId: event.decisionId,
    decisionType: event.decisionType,
    policyVersion: event.policyVersion ?? 'fail-closed',
    acceptedAt: event.acceptedAt,
    route: event.route,
    point: event.point,
    tier: event.tier,
    kind: event.kind,
    severity: classification.severity,
    ruleIds: classification.matchedRules.map((rule) => rule.id),
    form: forms.find((form) => form === event.form) ?? 'shown',
    queue: event.queue,
    severityRank: severityRanks[classification.severity] ?? 3,
    known: classification.known,
    verdictBy: event.verdictBy === 'routing' ? 'routing' : 'review',
    reasons: event.reasons,
    confidence: classification.confidence,
    // Anything but a stated escalation ends in a rejection.
    onExpiry: event.onExpiry === 'escalate' ? 'escalate' : 'reject',
    dueAt: event.dueAt,
    warnAt: event.warnAt,
    holdUntil: event.holdUntil,
    windowEndsAt: event.windowEndsAt,
    lapse: event.verdictBy !== 'routing' ? null : event.onExpiry === 'reverse' ? 'reverse' : 'alert',
    subjectKind: event.subjectKind,
    subjectId: event.subjectId,
    openedAt: now,
    finishedAt: null,
  };
}

/** What a selection or plan tells of its case. */
type Chosen = Keyed<Pick<SpotCheckSelected, 'decisionType' | 'policyVersion' | 'acceptedAt' | 'route' | 'tier' | 'queue' | 'dueAt' | 'windowEndsAt' | 'subjectKind' | 'subjectId'>>;

function caseOfSelected(review: ReviewContext, event: Chosen, now: number): Case {
  const automatic = event.route === 'auto';
  const base = { decisionType: event.decisionType, policyVersion: event.policyVersion ?? 'fail-closed', known: true };
  const severity = review.severityOf(base);
  return {
    ...base,
    system: event.system,
    decisionId: event.decisionId,
    acceptedAt: event.acceptedAt,
    route: event.route,
    point: automatic ? 'after' : 'before',
    tier: event.tier,
    kind: automatic ? 'auto-approved' : event.route,
    severity,
    ruleIds: [],
    form: 'hidden',
    queue: workingQueue(event),
    severityRank: severityRanks[severity] ?? 3,
    verdictBy: automatic ? 'routing' : 'review',
    reasons: [],
    confidence: null,
    onExpiry: 'reject',
    dueAt: event.dueAt,
    warnAt: null,
    holdUntil: null,
    windowEndsAt: event.windowEndsAt,
    lapse: null,
    subjectKind: event.subjectKind,
    subjectId: event.subjectId,
    openedAt: now,
    // An automatic decision has its verdict already.
    finishedAt: automatic ? event.acceptedAt : null,
  };
}

/** Until they have a place (`placeSelections`), monitored automatic decisions belong to the standard work of their type. */
function workingQueue(event: { queue: string; decisionType: string; route: string }): string {
  return event.route === 'auto' ? `${event.decisionType}/standard` : event.queue;
}

/** A deadline of its own would give monitored work away, so it has the one that ordinary work has. */
function dueAfterUs(review: ReviewContext, event: SpotCheckSelected): number {
  if (event.dueAt !== null) return Math.max(event.dueAt - event.acceptedAt, 60_000_000);
  return review.ordinarySlaUs({ decisionType: event.decisionType, policyVersion: event.policyVersion ?? 'fail-closed', known: true }) ?? monitoredDueUs;
}

function laneOf(event: { kind: string }): MonitoredLane {
  return event.kind === 're-review' ? 're-review' : 'spot-check';
}
