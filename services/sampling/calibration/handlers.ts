/** Keeps the pool of exercises: candidates when they are routed, what became of them when it is known, plans beside live work. */

import type { PoolClient } from 'pg';
import type { EventTypes } from '@countersign/contracts';
import { exerciseRate } from '@countersign/core';
import { enqueue, erasureApplied, type Received, type ReceivedBatch } from '@countersign/kit';
import type { calibrationViews} from './candidates.ts';
import { candidateOf, nameOf, rowsOf, type CalibrationDeps, type Candidate } from './candidates.ts';
import { planExercises, triggersOf } from './planning.ts';
import * as store from './store.ts';

export const calibrationTopics = ['decisions.routed', 'outcomes.recorded', 'decisions.erased'] as const;
type CalibrationTopic = (typeof calibrationTopics)[number];
type Batch = ReceivedBatch<CalibrationTopic, typeof calibrationViews>;

/** False for what changes nothing: most decisions are not among the lowest of their day, and most work is without an exercise beside it. */
export function concernsPool(deps: CalibrationDeps, { event }: Received<CalibrationTopic, typeof calibrationViews>): boolean {
  if (event.record === 'DecisionErased') return true;
  if (event.record === 'OutcomeRecorded') return mayBeUsed(deps, event.value);
  const candidate = candidateOf(deps, event.value);
  return candidate !== null && (deps.thresholds.below(candidate) || triggersOf(deps, event.value).length > 0);
}

/** The outcome of a type that wants exercises now; where the type is not told, it may be. */
function mayBeUsed({ policies }: Pick<CalibrationDeps, 'policies'>, { decisionType, occurredAt }: EventTypes['OutcomeRecorded']): boolean {
  if (decisionType === null) return true;
  const policy = policies.byVersion(policies.activeVersion(decisionType, occurredAt));
  return policy !== null && exerciseRate(policy.document) > 0;
}

/**
 * One batch of either topic, in the transaction that moves the positions. The pool that is left does not depend on the order
 * of events, nor on repeats; which case a plan takes does, and is therefore recorded with the plan.
 */
export async function handleCalibration(deps: CalibrationDeps, client: PoolClient, batch: Batch): Promise<void> {
  await store.lockPool(client);
  await erase(deps, client, batch.events.flatMap(({ event }) => (event.record === 'DecisionErased' ? [event.value] : [])));
  const routed = batch.events.flatMap(({ event }) => (event.record === 'DecisionRouted' ? [event.value] : []));
  const outcomes = batch.events.flatMap(({ event }) => (event.record === 'OutcomeRecorded' && mayBeUsed(deps, event.value) ? [event.value] : []));
  await admit(deps, client, routed.flatMap((one) => candidateOf(deps, one) ?? []).filter((candidate) => deps.thresholds.below(candidate)));
  await note(deps, client, outcomes);
  const triggers = routed.flatMap((one) => triggersOf(deps, one));
  if (triggers.length > 0) await enqueue(client, await planExercises(deps, client, triggers, await store.readNow(client)));
}

async function erase({ vault, context }: CalibrationDeps, client: PoolClient, events: ReadonlyArray<EventTypes['DecisionErased']>): Promise<void> {
  if (events.length === 0) return;
  const keys = events.map(({ system, decisionId }) => ({ system: system ?? '', decisionId: decisionId ?? '' }));
  vault.forget(keys);
  await store.eraseDecisions(client, keys);
  await enqueue(client, events.map((event) => erasureApplied(context.publisher, 'sampling', event)));
}

async function admit(deps: CalibrationDeps, client: PoolClient, candidates: readonly Candidate[]): Promise<void> {
  if (candidates.length === 0) return;
  const { casesPerDayMax, daysMax } = deps.config;
  const buckets = [...new Map(candidates.map(({ bucket }) => [nameOf(bucket), bucket])).values()];
  // Sealing costs more than a look at what is full already.
  deps.thresholds.learn(await store.readThresholds(client, buckets, casesPerDayMax));
  const rows = await rowsOf(deps, candidates.filter((candidate) => deps.thresholds.below(candidate)));
  if (rows.length === 0) return;
  await store.insertCases(client, rows);
  await store.trimReservoirs(client, buckets, casesPerDayMax);
  await store.dropOldDays(client, buckets, daysMax);
  deps.thresholds.learn(await store.readThresholds(client, buckets, casesPerDayMax));
  await store.matchOutcomes(client, rows);
}

async function note({ config }: CalibrationDeps, client: PoolClient, outcomes: ReadonlyArray<EventTypes['OutcomeRecorded']>): Promise<void> {
  const latest = new Map<string, store.OutcomeRow>();
  for (const { system, decisionId, outcome, occurredAt, eventId } of outcomes) {
    if (system === null || decisionId === null) continue;
    const row = { system, decisionId, outcome, rank: `${String(occurredAt).padStart(16, '0')}/${eventId}` };
    const before = latest.get(`${system}\n${decisionId}`);
    // Of two reports the later counts, in whatever order they come.
    if (before === undefined || before.rank < row.rank) latest.set(`${system}\n${decisionId}`, row);
  }
  if (latest.size === 0) return;
  const rows = [...latest.values()];
  await store.insertOutcomes(client, rows, config.outcomesMax);
  await store.matchOutcomes(client, rows);
}
