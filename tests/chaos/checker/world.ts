/**
 * What the checker looks at, as plain data: what was proposed, what Kafka holds, what Postgres holds. The checker shares
 * no code with the services; whoever changes their words must change them here too, on purpose.
 */

export type LoggedProposal = { system: string; decisionId: string; fingerprint: string };
/** A judgement that a service told a person it has. */
export type AcknowledgedJudgement = { judgementId: string; taskId: string; person: string; presentationDigest: string; reasoning: string };

/** One record of a topic. `topic` is its name without prefix and version. */
export type TopicRecord = {
  topic: string; partition: number; offset: number; record: string;
  /** Hex SHA-256 of the value as it is on the topic. */
  sha256: string;
  /** Hex digest of the value under the key of its decision, as the audit log keeps it of content; `null` where there is no such key. */
  keyedDigest: string | null;
  /** Hex SHA-256 of the value without what it only carries along: what the audit log keeps of it. */
  keptSha256: string;
  eventId: string | null; system: string | null; decisionId: string | null;
  /** The scalar fields and lists of strings of the value; bytes as `sha256:…`. */
  facts: Readonly<Record<string, Fact>>;
};
export type Fact = string | number | boolean | null | readonly string[];

/** `digest` is keyed where `payloadKind` is `sealed`. */
export type AuditEvent = { eventId: string; topic: string; partition: number; offset: number; record: string; payloadKind: 'plain' | 'sealed' | 'erased'; digest: string | null; keptSha256: string | null; system: string | null; decisionId: string | null };
export type VerdictRow = { system: string; decisionId: string; verdict: string; resolvedBy: string; outputLabel: string | null; sha256: string };
export type MetricRow = { system: string; decisionId: string; verdict: string | null; accepted: boolean };
export type TaskRow = { taskId: string; system: string; decisionId: string; lane: string; seat: number; state: string; claimant: string | null };
export type JudgementRow = { judgementId: string; taskId: string; system: string; decisionId: string; person: string; state: string; presentationDigest: string };
export type PinRow = { system: string; decisionId: string; policyVersion: string; contentDigest: string };

export type World = {
  proposals: LoggedProposal[];
  acknowledged: AcknowledgedJudgement[];
  records: TopicRecord[];
  pins: PinRow[];
  verdicts: VerdictRow[];
  metrics: MetricRow[];
  tasks: TaskRow[];
  judgements: JudgementRow[];
  audit: AuditEvent[];
  /** Event ids that the audit service saw with two different values. */
  auditConflicts: string[];
};

export const violationKinds = [
  'proposal-lost', 'accepted-not-proposed', 'accepted-twice-differently', 'neither-verdict-nor-task', 'two-verdicts', 'verdict-by-the-wrong-service', 'verdict-without-acceptance',
  'replay-differs', 'carried-bytes-differ', 'pin-differs', 'two-hats', 'two-claims', 'signature-missing', 'judgement-ungrounded', 'judgement-lost',
  'audit-missing', 'audit-extra', 'audit-twice', 'audit-differs', 'verdict-model-differs', 'metrics-differ', 'alarm',
] as const;
export type ViolationKind = (typeof violationKinds)[number];
export type Violation = { kind: ViolationKind; what: string };
