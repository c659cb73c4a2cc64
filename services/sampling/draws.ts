import { derivedEventId, type DecisionRouted, type EventTypes, type ViewOf, type Views } from '@countersign/contracts';
import { reReviewRateDefault, stratumOf, uniformDraw, type CompiledPolicy, type DrawPurpose, type SamplingKeySource } from '@countersign/core';

/** What a draw, and the selection it may give, depend on. */
export const samplingViews = {
  DecisionRouted: {
    system: true, decisionId: true, policyVersion: true, decisionType: true, acceptedAt: true, route: true, tier: true, kind: true, queue: true,
    dueAt: true, windowEndsAt: true, subjectKind: true, subjectId: true, accepted: true,
  },
} as const satisfies Views;

type Routed = ViewOf<DecisionRouted, (typeof samplingViews)['DecisionRouted']>;

export type Draw = { purpose: Extract<DrawPurpose, 'spot-check' | 're-review'>; rate: number };

/**
 * Which draw a routed decision takes part in, and at which rate. Unknown types, seen by two people already, take part in none; what a
 * policy covers and cannot classify is re-reviewed as other reviews are.
 */
export function drawFor(routed: Pick<Routed, 'kind'>, policy: CompiledPolicy | null): Draw | null {
  if (policy === null) return null;
  if (routed.kind === 'auto-approved') return { purpose: 'spot-check', rate: policy.document.spotCheckRate };
  return { purpose: 're-review', rate: policy.document.reReviewRate ?? reReviewRateDefault };
}

/** The selection a decision's draw gives, or `null`. Pure: an auditor with the key gets the same. */
export function select(routed: Routed, outputLabel: string, policy: CompiledPolicy | null, keys: SamplingKeySource): EventTypes['SpotCheckSelected'] | null {
  const draw = drawFor(routed, policy);
  if (draw === null) return null;
  const key = keys.at(routed.acceptedAt);
  const system = routed.system ?? '';
  const decisionId = routed.decisionId ?? '';
  const drawn = uniformDraw(key.key, draw.purpose, system, decisionId);
  if (drawn >= draw.rate) return null;
  return {
    eventId: derivedEventId(system, decisionId, draw.purpose), occurredAt: routed.acceptedAt, system, decisionId, actor: null, policyVersion: routed.policyVersion,
    decisionType: routed.decisionType, kind: draw.purpose, stratum: stratumOf(system, routed.decisionType, routed.tier), purpose: draw.purpose, probability: draw.rate, draw: drawn, keyVersion: key.version,
    acceptedAt: routed.acceptedAt, route: routed.route, tier: routed.tier, queue: queueOf(routed), dueAt: routed.dueAt, windowEndsAt: routed.windowEndsAt, outputLabel,
    subjectKind: routed.subjectKind, subjectId: routed.subjectId, accepted: routed.accepted,
  };
}

/** Monitored work waits where ordinary work of its type waits. */
function queueOf(routed: Routed): string {
  return routed.route === 'auto' ? `${routed.decisionType}/standard` : routed.queue;
}

