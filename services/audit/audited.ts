import { topology, type TopicName, type Views } from '@countersign/contracts';
import type { KeyPlace, Received, ReceivedBatch } from '@countersign/kit';

/** Every topic but what is only a step between two others. */
export const auditedTopics = (Object.keys(topology) as TopicName[]).filter((topic) => (topology[topic].readers as readonly string[]).includes('audit'));

const envelope = { eventId: true, occurredAt: true, system: true, decisionId: true, actor: true, policyVersion: true } as const;
const embedding = { ...envelope, decisionType: true, kind: true, acceptedAt: true, subjectKind: true, subjectId: true, accepted: true } as const;
/** Of the events of every decision, what the log is searched by and whom it is about; `accepted` for where it stands. */
export const auditViews = {
  DecisionAccepted: { ...envelope, decisionType: true, acceptedAt: true, proposed: { subject: true } },
  DecisionRouted: embedding,
  SpotCheckSelected: embedding,
  CalibrationPlanned: embedding,
  DecisionResolved: { ...envelope, decisionType: true, kind: true, verdict: true, basis: true, acceptedAt: true },
} as const satisfies Views;

export type AuditedRecord = Received<TopicName, typeof auditViews>;
export type AuditedEvent = AuditedRecord['event'];
export type AuditedBatch = ReceivedBatch<TopicName, typeof auditViews>;

/** Where the key of a decision stands in the vault; what belongs to no decision, as bytes that nobody could decode, has a key of its own. */
export function ownerOf(row: { system: string | null; decisionId: string | null; eventId: string }): KeyPlace {
  return { system: row.system ?? '', decisionId: row.decisionId ?? row.eventId };
}
