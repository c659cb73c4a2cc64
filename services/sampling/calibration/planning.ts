/** Planning of exercises: beside which work, and which case. */

import type { PoolClient } from 'pg';
import { decisionKey, derivedEventId, type EventTypes } from '@countersign/contracts';
import { aiRightBy, chooseExercise, exerciseRate, exerciseSeats, uniformDraw, type CompiledPolicy, type ExerciseSeat, type SamplingKeySource } from '@countersign/core';
import type { OutgoingRecord } from '@countersign/kafka';
import { ErasedError, type PolicyFeed } from '@countersign/kit';
import type { CalibrationDeps, Routed } from './candidates.ts';
import * as store from './store.ts';

/** Work that an exercise is mixed into. */
export type Trigger = { routed: Routed; system: string; decisionId: string; policy: CompiledPolicy; seat: ExerciseSeat; draw: number; probability: number; keyVersion: string };

/** The tasks of a routed decision beside which the keyed draw puts an exercise. Pure: an auditor with the key gets the same. */
export function triggersOf({ policies, keys }: { policies: Pick<PolicyFeed, 'byVersion'>; keys: SamplingKeySource }, routed: Routed): Trigger[] {
  const policy = policies.byVersion(routed.policyVersion ?? '');
  const { system, decisionId } = routed;
  if (policy === null || routed.kind === 'unclassified' || system === null || decisionId === null) return [];
  const probability = exerciseRate(policy.document);
  if (probability === 0) return [];
  const key = keys.at(routed.acceptedAt);
  return exerciseSeats(routed.route)
    .map((seat) => ({ routed, system, decisionId, policy, seat, probability, draw: uniformDraw(key.key, seat.purpose, system, decisionId), keyVersion: key.version }))
    .filter(({ draw }) => draw < probability);
}

/** Work that was accepted so long ago is done, or late: exercises that came now, all at once, would be known by it. */
const lateUs = 3_600_000_000;
/** Plans are remembered for longer than their work can still call for one. */
const plansKeptUs = 2 * lateUs;

/** Plans an exercise beside each piece of work that the pool has a case for. Beside the others there is none. */
export async function planExercises(deps: CalibrationDeps, client: PoolClient, triggers: readonly Trigger[], now: number): Promise<OutgoingRecord[]> {
  const records: OutgoingRecord[] = [];
  for (const trigger of triggers) {
    if (trigger.routed.acceptedAt < now - lateUs) continue;
    const eventId = derivedEventId(trigger.system, trigger.decisionId, trigger.seat.purpose);
    if (!(await store.insertPlan(client, eventId, now))) continue;
    const planned = await planOne(deps, client, trigger, eventId, now);
    if (planned !== null) records.push(deps.context.publisher.record('calibrations.planned', 'CalibrationPlanned', planned, decisionKey(planned.system ?? '', planned.decisionId ?? '')));
  }
  if (triggers.length > 0) await store.dropPlansBefore(client, now - plansKeptUs);
  return records;
}

async function planOne({ vault, config }: CalibrationDeps, client: PoolClient, trigger: Trigger, eventId: string, now: number): Promise<EventTypes['CalibrationPlanned'] | null> {
  const { system, policy, routed } = trigger;
  const balance = await store.readBalance(client, system, routed.decisionType);
  // By the answers that are asked for today: under an older policy the outcome may have been another one.
  let pool = (await store.readPool(client, system, routed.decisionType)).flatMap((row) => {
    const aiRight = aiRightBy(row.outcome, row.outputLabel, policy.document.answers);
    return aiRight === null || row.decisionId === trigger.decisionId ? [] : [{ ...row, aiRight }];
  });
  for (;;) {
    const chosen = chooseExercise(pool, balance, config.usesMax);
    if (chosen === null) return null;
    const accepted = await openOr(vault, chosen, await store.readSealed(client, chosen));
    if (accepted !== null) {
      await store.countUse(client, chosen, config.usesMax);
      await store.addToBalance(client, system, routed.decisionType, chosen.aiRight);
      return eventOf(trigger, chosen, accepted, eventId, now);
    }
    await store.dropCase(client, chosen);
    pool = pool.filter((row) => row !== chosen);
  }
}

/** `null` where the subject was erased. */
async function openOr(vault: CalibrationDeps['vault'], row: store.PoolRow, sealed: Buffer | null): Promise<Buffer | null> {
  if (sealed === null) return null;
  try {
    return await vault.open(row, sealed);
  } catch (error) {
    if (error instanceof ErasedError) return null;
    throw error;
  }
}

function eventOf({ routed, decisionId, seat, draw, probability, keyVersion }: Trigger, chosen: store.PoolRow & { aiRight: boolean }, accepted: Buffer, eventId: string, now: number): EventTypes['CalibrationPlanned'] {
  const dueAt = routed.holdUntil ?? routed.dueAt;
  return {
    eventId, occurredAt: now, system: chosen.system, decisionId: chosen.decisionId, actor: null, policyVersion: chosen.policyVersion, decisionType: chosen.decisionType, kind: 'calibration',
    triggerDecisionId: decisionId, triggerSeat: seat.seat, purpose: seat.purpose, probability, draw, keyVersion, poolDraw: chosen.draw, poolKeyVersion: chosen.keyVersion,
    truth: chosen.outcome, aiRight: chosen.aiRight, acceptedAt: chosen.acceptedAt, route: chosen.route, tier: chosen.tier, queue: routed.queue, seniority: seat.seniority,
    dueAfterMs: spanMs(now, dueAt) ?? dueDefaultMs, warnAfterMs: spanMs(now, routed.warnAt), askedPolicyVersion: routed.policyVersion ?? '', subjectKind: chosen.subjectKind, subjectId: chosen.subjectId, accepted,
  };
}

/** As review does where routing states no deadline. */
const dueDefaultMs = 24 * 3_600_000;

/** What is left at an instant: the live work beside it has had its time since it was accepted. */
function spanMs(now: number, instant: number | null): number | null {
  return instant === null ? null : Math.max(0, Math.round((instant - now) / 1000));
}
