import { decisionKey, derivedEventId, type Views } from '@countersign/contracts';
import { classify, type RiskClass } from '@countersign/core';
import type { OutgoingRecord } from '@countersign/kafka';
import { crashPoint, type PolicyFeed, type ReceivedBatch, type ServiceContext } from '@countersign/kit';

/** What a classification depends on. */
export const riskViews = {
  DecisionAccepted: {
    acceptedAt: true, decisionType: true, policyVersion: true,
    proposed: { system: true, decisionId: true, decisionType: true, confidence: true, output: { label: true }, attributes: true },
  },
} as const satisfies Views;

type AcceptedBatch = ReceivedBatch<'decisions.accepted', typeof riskViews>;

/**
 * Classifies a batch and produces it at once. Nothing is stored: ids and times follow from the accepted event and the
 * pinned policy version, so a repeat writes the same bytes. An unread version throws, and the partition waits for it.
 */
export async function handleAccepted(context: ServiceContext<'risk'>, policies: PolicyFeed, batch: AcceptedBatch): Promise<void> {
  const outgoing = batch.events.map(({ record, event, trace }): OutgoingRecord => {
    const accepted = event.value;
    const { proposed } = accepted;
    return context.publisher.record('decisions.classified', 'DecisionClassified', {
      eventId: derivedEventId(proposed.system, proposed.decisionId, 'classified'),
      occurredAt: accepted.acceptedAt, system: proposed.system, decisionId: proposed.decisionId, actor: null, policyVersion: accepted.policyVersion,
      decisionType: accepted.decisionType, acceptedAt: accepted.acceptedAt, classification: classifyAccepted(accepted, policies), accepted: record.value ?? Buffer.alloc(0),
    }, decisionKey(proposed.system, proposed.decisionId), trace);
  });
  batch.requireOwned();
  await context.producer.send(outgoing);
  crashPoint('risk.produced');
}

function classifyAccepted({ proposed, policyVersion }: AcceptedBatch['events'][number]['event']['value'], policies: PolicyFeed): RiskClass {
  return classify({
    system: proposed.system, decisionType: proposed.decisionType, confidence: proposed.confidence, outputLabel: proposed.output.label, attributes: proposed.attributes,
  }, policies.byVersion(policyVersion ?? ''));
}
