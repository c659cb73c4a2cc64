import { decisionKey, derivedEventId, verdictEventId, type DecisionClassified, type DecisionRouted, type EventTypes, type ViewOf, type Views } from '@countersign/contracts';
import { route, uniformDraw, type RiskClass, type Routing, type SamplingKeySource } from '@countersign/core';
import type { OutgoingRecord } from '@countersign/kafka';
import { crashPoint, type PolicyFeed, type ReceivedBatch, type ServiceContext } from '@countersign/kit';

/** What a route depends on beyond the classification. */
const acceptedViews = {
  DecisionAccepted: { contentDigest: true, proposed: { system: true, decisionId: true, output: { label: true }, subject: true, action: { reversalDeadline: true } } },
} as const satisfies Views;

type Proposed = ViewOf<EventTypes['DecisionProposed'], (typeof acceptedViews)['DecisionAccepted']['proposed']>;

export type RoutingDeps = { context: ServiceContext<'routing'>; policies: PolicyFeed; keys: SamplingKeySource };

/**
 * Routes a batch, and gives the verdict where nobody is needed first: both in one produce call. Nothing is stored; a
 * repeat writes the same bytes.
 */
export async function handleClassified(deps: RoutingDeps, batch: ReceivedBatch<'decisions.classified'>): Promise<void> {
  const { context } = deps;
  const outgoing: OutgoingRecord[] = [];
  const accepted = await context.codec.decode('decisions.accepted', batch.events.map(({ event }) => event.value.accepted), acceptedViews);
  for (let index = 0; index < batch.events.length; index += 1) {
    const { event, trace } = batch.events[index]!;
    const classified = event.value;
    const system = classified.system ?? '';
    const decisionId = classified.decisionId ?? '';
    const key = decisionKey(system, decisionId);
    const inner = accepted[index];
    if (inner === undefined || 'undecodable' in inner) throw new Error(`The accepted event inside ${key} cannot be decoded.`);
    const { proposed, contentDigest } = inner.value;
    const routed = routeClassified(deps, classified, proposed);
    outgoing.push(context.publisher.record('decisions.routed', 'DecisionRouted', routed, key, trace));
    if (routed.verdictBy === 'routing') outgoing.push(context.publisher.record('decisions.resolved', 'DecisionResolved', verdictOf(routed, proposed.output.label, contentDigest), key, trace));
  }
  batch.requireOwned();
  await context.producer.send(outgoing);
  crashPoint('routing.produced');
}

function routeClassified({ policies, keys }: RoutingDeps, classified: DecisionClassified, proposed: Proposed): DecisionRouted {
  const key = keys.at(classified.acceptedAt);
  const formDraw = uniformDraw(key.key, 'form', proposed.system, proposed.decisionId);
  const policy = policies.byVersion(classified.policyVersion ?? '');
  const routing: Routing = route(classified.classification as RiskClass, policy, {
    decisionType: classified.decisionType, acceptedAt: classified.acceptedAt, reversalDeadline: proposed.action.reversalDeadline, formDraw,
  });
  return {
    eventId: derivedEventId(proposed.system, proposed.decisionId, 'routed'),
    occurredAt: classified.acceptedAt, system: proposed.system, decisionId: proposed.decisionId, actor: null, policyVersion: classified.policyVersion,
    decisionType: classified.decisionType, acceptedAt: classified.acceptedAt, classification: classified.classification,
    route: routing.route, point: routing.point, tier: classified.classification.tier, form: routing.form, queue: routing.queue, verdictBy: routing.verdictBy, kind: routing.kind,
    dueAt: routing.dueAt, warnAt: routing.warnAt, onExpiry: routing.onExpiry, escalateTo: routing.escalateTo, holdUntil: routing.holdUntil, windowEndsAt: routing.windowEndsAt,
    formDraw, formKeyVersion: key.version, reasons: routing.reasons, subjectKind: proposed.subject?.kind ?? null, subjectId: proposed.subject?.id ?? null, accepted: classified.accepted,
  };
}

function verdictOf(routed: DecisionRouted, outputLabel: string, contentDigest: string): EventTypes['DecisionResolved'] {
  return {
    eventId: verdictEventId(routed.system ?? '', routed.decisionId ?? ''),
    occurredAt: routed.acceptedAt, system: routed.system, decisionId: routed.decisionId, actor: 'routing', policyVersion: routed.policyVersion,
    decisionType: routed.decisionType, verdict: 'approved', resolvedBy: 'routing', basis: routed.kind === 'auto-approved' ? 'auto' : 'passive',
    reason: routed.reasons.at(-1) ?? '', route: routed.route, tier: routed.tier, kind: routed.kind, acceptedAt: routed.acceptedAt, signers: [], outputLabel, modifiedOutput: null, taskIds: [], contentDigest,
  };
}
