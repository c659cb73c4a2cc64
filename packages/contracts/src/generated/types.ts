// Generated from schemas/*.avsc by `npm run generate`. Do not edit.

/** Somebody was refused. */
export type AccessDenied = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** What was asked. */
  permission: string;
  /** HTTP method. */
  method: string;
  /** Path without query. */
  path: string;
  /** Why. */
  reason: string;
  /** The API key that was presented, by whomever: with a wrong secret it proves nothing. */
  apiKeyId: null | string;
};

/** Something needs a person's attention. */
export type AlertRaised = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Name. */
  alert: string;
  /** info, warning or critical. */
  severity: string;
  /** In words. */
  summary: string;
  /** One alert per key. */
  dedupeKey: string;
  /** Facts. */
  details: Record<string, string>;
};

/** The state of a pipeline's API key. The last one of a key counts. */
export type ApiKeyChanged = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Which key; the part of it that is no secret. */
  keyId: string;
  /** Rises with each change of the key: an older one that is delivered again does not count. */
  version: number;
  /** What it is for. */
  name: string;
  /** Systems it may speak for; * is every one. */
  systems: Array<string>;
  /** Hex SHA-256 of the secret, which itself is nowhere. */
  secretSha256: string;
  /** active, rotating (replaced, and good until it expires) or revoked. */
  state: string;
  /** Who made it. */
  createdBy: string;
  /** When it was made. */
  createdAt: number;
  /** From when on it is refused. */
  expiresAt: number;
  /** The key that replaces it. */
  replacedBy: null | string;
  /** Why it was revoked. */
  reason: null | string;
};

/** An API key was presented and accepted: told at most every five minutes by each instance that sees it. */
export type ApiKeyUsed = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Which key. */
  keyId: string;
  /** The service that was called. */
  service: string;
};

/** A past decision whose outcome is known, to be judged again unknowingly. */
export type CalibrationPlanned = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The decision type. */
  decisionType: string;
  /** calibration. */
  kind: string;
  /** The decision of the same system whose draw called for an exercise beside it. */
  triggerDecisionId: string;
  /** Which of its seats drew it. */
  triggerSeat: number;
  /** Purpose string of that draw. */
  purpose: string;
  /** Exercises per task of ordinary work. */
  probability: number;
  /** The uniform number drawn. */
  draw: number;
  /** Sampling key version of that draw. */
  keyVersion: string;
  /** The number by which the case came into the pool. */
  poolDraw: number;
  /** Sampling key version of that number. */
  poolKeyVersion: string;
  /** The outcome as it was known when planned: one of the answers. */
  truth: string;
  /** Was the output of the AI right? */
  aiRight: boolean;
  /** When intake accepted the case. */
  acceptedAt: number;
  /** Route the case had. */
  route: string;
  /** Tier the case had. */
  tier: string;
  /** Where the exercise waits: with the work that it is mixed into. */
  queue: string;
  /** Who may do it: any or senior. */
  seniority: string;
  /** How long the work that it is mixed into may take. */
  dueAfterMs: number;
  /** When that work is warned of. */
  warnAfterMs: null | number;
  /** The policy version whose question is asked: that of the work it is mixed into. */
  askedPolicyVersion: string;
  /** Kind of the data subject. */
  subjectKind: null | string;
  /** Id of the data subject. */
  subjectId: null | string;
  /** The value of the DecisionAccepted event of the case, framed, byte for byte. */
  accepted: Buffer;
};

/** What a person answered in an exercise was held against what is known; for supervisors. */
export type CalibrationScored = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** The individual. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown or hidden. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** Id. */
  judgementId: string;
  /** The event that planned it. */
  exerciseId: string;
  /** Was the answer of the person right? */
  right: boolean;
  /** Was the output of the AI right, which the person did not see? */
  aiRight: boolean;
};

/** The head of the audit log's tree, signed: whoever keeps it can prove what came before. */
export type CheckpointPublished = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Names the log. */
  origin: string;
  /** Records under this checkpoint. */
  size: number;
  /** The signed note (C2SP tlog-checkpoint), to be checked with the log's public key. */
  checkpoint: string;
};

/** A chunk of something that was shown. */
export type ContentRecorded = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Id. */
  contentId: string;
  /** Hex SHA-256 of the whole. */
  digest: string;
  /** presentation or part. */
  kind: string;
  /** Media type. */
  mediaType: string;
  /** From 0. */
  chunkIndex: number;
  /** How many. */
  chunkCount: number;
  /** At most 512 KiB. */
  bytes: Buffer;
  /** Kind of the data subject. */
  subjectKind: null | string;
  /** Id of the data subject. */
  subjectId: null | string;
};

/** A message a service could not process. */
export type DeadLetter = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** undecodable or stalled. */
  reason: string;
  /** Who. */
  service: string;
  /** Topic. */
  topic: string;
  /** Partition. */
  partition: number;
  /** Offset. */
  offset: number;
  /** Key. */
  key: null | Buffer;
  /** Value. */
  value: null | Buffer;
  /** Headers. */
  headers: Record<string, Buffer>;
  /** What went wrong. */
  error: string;
};

/** A person had a dead letter sent to its topic again, byte for byte. */
export type DeadLetterReplayed = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Event id of the dead letter. */
  deadLetterId: string;
  /** Topic it came from and went to. */
  topic: string;
  /** Partition. */
  partition: number;
  /** Offset of the message that could not be processed. */
  offset: number;
  /** Hex SHA-256 of the value; null where it had none. */
  valueSha256: null | string;
};

/** Intake accepted and pinned a decision. */
export type DecisionAccepted = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The decision type. */
  decisionType: string;
  /** Hex SHA-256 of the RFC 8785 form of the content. */
  contentDigest: string;
  /** When intake accepted it. */
  acceptedAt: number;
  /** kafka or http. */
  channel: string;
  /** Where the pinned proposal stands. */
  source: Coordinates;
  /** The proposal, re-encoded canonically. */
  proposed: DecisionProposed;
};

/** A place in Kafka. */
export type Coordinates = {
  /** Topic. */
  topic: string;
  /** Partition. */
  partition: number;
  /** Offset. */
  offset: number;
};

/** A decision an AI pipeline proposes: the contract with pipelines. */
export type DecisionProposed = {
  /** The AI system that proposes. */
  system: string;
  /** Unique per system, at most 128 characters; the idempotency key. */
  decisionId: string;
  /** The question answered, e.g. credit.application. */
  decisionType: string;
  /** When the pipeline proposed it, UTC. */
  proposedAt: number;
  /** The case. */
  input: Input;
  /** The AI's answer. */
  output: Output;
  /** Reasoning. */
  reasoning: Reasoning;
  /** Probability of the output being right, 0..1; null when the model gives none. */
  confidence: null | number;
  /** Uncertainty. */
  uncertainty: null | Uncertainty;
  /** Most probable first. */
  alternatives: Array<Alternative>;
  /** Provenance. */
  provenance: Provenance;
  /** What policies test. */
  attributes: Record<string, string | number | boolean>;
  /** The data subject. */
  subject: null | Subject;
  /** The action. */
  action: Action;
};

/** The case itself: what a person needs to answer the question without the AI. */
export type Input = {
  /** At least one part. */
  parts: Array<InputPart>;
};

/** One part of the case; content, or uri with sha256. */
export type InputPart = {
  /** What this part is. */
  name: string;
  /** Media type of the content. */
  mediaType: string;
  /** The bytes. */
  content: null | Buffer;
  /** Where the bytes can be fetched. */
  uri: null | string;
  /** Lower-case hex SHA-256 of the bytes behind uri. */
  sha256: null | string;
};

/** What the AI decided. */
export type Output = {
  /** The answer as a label of the decision type. */
  label: string;
  /** The output itself, where a label does not say it all. */
  content: null | Buffer;
  /** Media type of content. */
  mediaType: null | string;
};

/** Why, in the pipeline's own words. */
export type Reasoning = {
  /** Required: one readable paragraph. */
  summary: string;
  /** Largest first. */
  factors: Array<Factor>;
};

/** A contribution to the output. */
export type Factor = {
  /** Name of the feature or fact. */
  name: string;
  /** Its value in this case. */
  value: string;
  /** Signed contribution towards the output. */
  weight: number;
};

/** Range of the confidence and the model's own hedging. */
export type Uncertainty = {
  /** 0..1 */
  lower: null | number;
  /** 0..1 */
  upper: null | number;
  /** The hedging in words. */
  statement: null | string;
};

/** Another answer considered. */
export type Alternative = {
  /** Its label. */
  label: string;
  /** Its content. */
  content: null | Buffer;
  /** 0..1 */
  probability: null | number;
};

/** Where the answer comes from. */
export type Provenance = {
  /** The model. */
  model: Model;
  /** What data it was trained on. */
  trainingDomain: string;
  /** Sources. */
  sources: Array<Source>;
};

/** The model. */
export type Model = {
  /** Name. */
  name: string;
  /** Version. */
  version: string;
};

/** A document used. */
export type Source = {
  /** Title. */
  title: string;
  /** Where it is. */
  uri: null | string;
  /** The passage used. */
  excerpt: null | string;
  /** Relevance score. */
  score: null | number;
};

/** Whose data it is. */
export type Subject = {
  /** e.g. person. */
  kind: string;
  /** Identifier; erasure is per subject. */
  id: string;
};

/** What happens when the verdict allows it. */
export type Action = {
  /** In words. */
  description: string;
  /** Until when it can be undone. */
  reversalDeadline: null | number;
  /** How long it runs; null or 0 is instantaneous. */
  expectedDurationMs: null | number;
};

/** Risk classified a decision. */
export type DecisionClassified = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The decision type. */
  decisionType: string;
  /** When intake accepted it. */
  acceptedAt: number;
  /** Classification. */
  classification: Classification;
  /** The value of the DecisionAccepted event, framed, byte for byte. */
  accepted: Buffer;
};

/** Risk of one decision under one policy version. */
export type Classification = {
  /** low, moderate, high or catastrophic: the 95th-percentile outcome. */
  severity: string;
  /** reversible, costly or irreversible. */
  reversibility: string;
  /** Cell of the 2x2. */
  quadrant: string;
  /** hootl, passive or active: the least the quadrant demands. */
  oversight: string;
  /** Confidence band. */
  tier: string;
  /** Intervention point the policy asks for. */
  point: string;
  /** Route the policy asks for. */
  route: string;
  /** Dual sign-off demanded. */
  dual: boolean;
  /** As proposed. */
  confidence: null | number;
  /** False when no policy covers the type. */
  known: boolean;
  /** Rules that matched, in policy order. */
  matchedRules: Array<MatchedRule>;
  /** Sentences a person can read. */
  reasons: Array<string>;
};

/** A rule that applied. */
export type MatchedRule = {
  /** Rule id. */
  id: string;
  /** Why the policy has it. */
  because: string;
  /** What it set. */
  sets: Record<string, string>;
};

/** The key to a decision's content was destroyed; whoever keeps rows of it takes its content out of them. */
export type DecisionErased = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Names the erasure. */
  erasureId: string;
  /** Hex of what stands for the subject, keyed; null where decisions or events were named. */
  subjectRef: null | string;
  /** When the keys were destroyed. */
  erasedAt: number;
};

/** Intake refused a message. */
export type DecisionRefused = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Stable refusal code. */
  code: string;
  /** One sentence. */
  message: string;
  /** Path of the field at fault. */
  field: null | string;
  /** kafka or http. */
  channel: string;
  /** Where the original stands. */
  origin: null | Coordinates;
  /** Digest of the refused content, when it could be computed. */
  contentDigest: null | string;
  /** Hex SHA-256 of the refused bytes. */
  valueSha256: string;
};

/** The one verdict. */
export type DecisionResolved = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The decision type. */
  decisionType: string;
  /** approved, rejected or modified. */
  verdict: string;
  /** routing or review. */
  resolvedBy: string;
  /** auto, passive, human, expiry, veto-window or erasure. */
  basis: string;
  /** In words. */
  reason: string;
  /** Route. */
  route: string;
  /** Tier. */
  tier: string;
  /** Case kind. */
  kind: string;
  /** When intake accepted it. */
  acceptedAt: number;
  /** Individuals whose judgements made it. */
  signers: Array<string>;
  /** Label of the output that is in force. */
  outputLabel: null | string;
  /** The changed output when modified. */
  modifiedOutput: null | Output;
  /** Tasks that led to it. */
  taskIds: Array<string>;
  /** Hex SHA-256 of the accepted content that it is on, as in DecisionAccepted; null in verdicts from before there was one, and where the content was erased. */
  contentDigest: null | string;
};

/** A verdict that was acted on is to be undone. */
export type DecisionReversed = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The decision type. */
  decisionType: string;
  /** In words. */
  reason: string;
  /** Task that reversed it. */
  taskId: null | string;
  /** The verdict event. */
  resolvedEventId: string;
  /** Inside the reversal window. */
  withinWindow: boolean;
};

/** Routing decided who looks, when and how. */
export type DecisionRouted = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The decision type. */
  decisionType: string;
  /** When intake accepted it. */
  acceptedAt: number;
  /** Classification. */
  classification: Classification;
  /** auto, standard, senior or dual. */
  route: string;
  /** after, hold or before. */
  point: string;
  /** Confidence tier. */
  tier: string;
  /** shown, hidden or first-judge-then-see. */
  form: string;
  /** Queue its tasks wait in. */
  queue: string;
  /** routing or review. */
  verdictBy: string;
  /** Case kind. */
  kind: string;
  /** When a judgement is due. */
  dueAt: null | number;
  /** When to warn. */
  warnAt: null | number;
  /** escalate, reject, approve (only an unvetoed hold), reverse or lapse. */
  onExpiry: string;
  /** Route after escalation. */
  escalateTo: null | string;
  /** End of the veto time. */
  holdUntil: null | number;
  /** End of the reversal window. */
  windowEndsAt: null | number;
  /** The uniform number that chose the form. */
  formDraw: null | number;
  /** Key version of that draw. */
  formKeyVersion: null | string;
  /** Why this route, for people. */
  reasons: Array<string>;
  /** Kind of the data subject. */
  subjectKind: null | string;
  /** Id of the data subject. */
  subjectId: null | string;
  /** The value of the DecisionAccepted event, framed, byte for byte. */
  accepted: Buffer;
};

/** A service has taken the content of an erased decision out of its rows, and nothing of it waits in its outbox. */
export type ErasureApplied = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Names the erasure. */
  erasureId: string;
  /** Which service. */
  service: string;
};

/** A second privacy officer approved an erasure; it cannot be stopped any more. */
export type ErasureApproved = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Names the erasure. */
  erasureId: string;
  /** Hex of what stands for the subject, keyed; null where decisions or events were named. */
  subjectRef: null | string;
  /** Who asked for it. */
  requestedBy: string;
  /** Of a subject, what was accepted until then is erased. */
  erasedThrough: number;
};

/** All services have applied an erasure. */
export type ErasureCompleted = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Names the erasure. */
  erasureId: string;
  /** Hex of what stands for the subject, keyed; null where decisions or events were named. */
  subjectRef: null | string;
  /** Who asked for it. */
  requestedBy: string;
  /** Who approved it. */
  approvedBy: string;
  /** How many decisions were erased. */
  decisions: number;
  /** How many a legal hold kept. */
  heldBack: number;
  /** The events, where they were named. */
  eventIds: Array<string>;
};

/** A second privacy officer refused an erasure. */
export type ErasureRefused = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Names the erasure. */
  erasureId: string;
  /** Hex of what stands for the subject, keyed; null where decisions or events were named. */
  subjectRef: null | string;
  /** Who asked for it. */
  requestedBy: string;
  /** Why not. */
  reason: string;
};

/** Somebody asked for the erasure of a subject, of decisions, or of events that belong to no decision. */
export type ErasureRequested = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Names the erasure. */
  erasureId: string;
  /** Hex of what stands for the subject, keyed; null where decisions or events were named. */
  subjectRef: null | string;
  /** The decisions, where they were named. */
  decisionIds: Array<string>;
  /** The events, where they were named. */
  eventIds: Array<string>;
  /** Why, in words that do not name the subject. */
  reason: string;
};

/** Audit data is about to leave as a stream. Recorded before its first byte; ExportMade with the same id follows when it ends. */
export type ExportBegun = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Names the stream. */
  exportId: string;
  /** jsonl or csv. */
  format: string;
  /** The filter, as a query string. */
  filter: string;
  /** True where content leaves in the clear. */
  disclosed: boolean;
  /** Why it was asked for, in the words of whoever did. */
  reason: string;
};

/** Somebody took a file of an export away. */
export type ExportFetched = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The export. */
  exportId: string;
  /** bundle, csv, parquet or pdf. */
  format: string;
  /** Hex SHA-256 of the file. */
  sha256: string;
  /** True where content left in the clear. */
  disclosed: boolean;
};

/** Audit data left the system. */
export type ExportMade = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** jsonl or csv of a stream; bundle, csv, parquet or pdf of a file. */
  format: string;
  /** The filter, as a query string. */
  filter: string;
  /** How many events are in it. */
  records: number;
  /** The export whose file it is, or the stream that ExportBegun told of. */
  exportId: null | string;
  /** case, range or search; null for a stream. */
  kind: null | string;
  /** Bytes that left. */
  bytes: null | number;
  /** Hex SHA-256 of what left. */
  sha256: null | string;
  /** True where content left in the clear. */
  disclosed: null | boolean;
  /** Why it was asked for, in the words of whoever did. */
  reason: null | string;
};

/** A correction for model training. */
export type FeedbackRecorded = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The decision type. */
  decisionType: string;
  /** override, spot-check or outcome. */
  source: string;
  /** What the AI said. */
  outputLabel: string;
  /** What it should have said. */
  correctedLabel: null | string;
  /** Confidence. */
  confidence: null | number;
  /** Tier. */
  tier: string;
  /** Model. */
  modelName: string;
  /** Version. */
  modelVersion: string;
  /** Codes. */
  reasonCodes: Array<string>;
};

/** Two judges who saw neither the AI nor each other contradicted what was decided: an error for supervisors to settle. */
export type FindingOpened = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The finding. */
  findingId: string;
  /** spot-check or re-review: what found it; never shown to reviewers. */
  kind: string;
  /** The decision type. */
  decisionType: string;
  /** Their tasks. */
  taskIds: Array<string>;
  /** Until when it can be reversed; null where nothing is left to reverse. */
  reversibleUntil: null | number;
};

/** A supervisor settled a confirmed error, or closed the incident that it became. */
export type FindingSettled = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The finding. */
  findingId: string;
  /** spot-check or re-review: what found it; never shown to reviewers. */
  kind: string;
  /** The decision type. */
  decisionType: string;
  /** reversed, incident, dismissed or closed. */
  state: string;
  /** Why, in words. */
  note: string;
  /** Who sees to the incident. */
  owner: null | string;
  /** By when. */
  dueAt: null | number;
  /** What is to be done. */
  disposition: null | string;
};

/** A reviewer answered before anything of the AI was shown: final as it stands, and kept beside the judgement that counts. */
export type FirstJudgementSubmitted = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** The individual. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown, hidden or first-judge-then-see. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** Id. */
  judgementId: string;
  /** answer, or reject where none could be given. */
  decision: string;
  /** The answer; null where none could be given. */
  answer: null | string;
  /** Policy-defined codes. */
  reasonCodes: Array<string>;
  /** Free text, required. */
  reasoning: string;
  /** What was shown until then. */
  presentationDigest: string;
  /** Time with focus. */
  activeTimeMs: number;
  /** Time since painted. */
  wallTimeMs: number;
  /** Under five seconds. */
  fast: boolean;
  /** Reasoning repeats earlier text. */
  repeated: boolean;
  /** Differs from the AI's output, which was not shown. */
  override: boolean;
  /** The AI's output. */
  outputLabel: null | string;
};

/** The judgement counts. */
export type JudgementFinalised = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** The individual. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown, hidden or first-judge-then-see. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** Id. */
  judgementId: string;
  /** Decision. */
  decision: string;
  /** Differs from the AI's output. */
  override: boolean;
  /** Active time. */
  activeTimeMs: number;
  /** Under five seconds. */
  fast: boolean;
  /** Judged before due. */
  slaMet: null | boolean;
  /** Rules that brought it here. */
  ruleIds: Array<string>;
  /** For monitored work: contradicts the verdict. */
  contradicts: null | boolean;
  /** Did the answer that this reviewer gave before seeing the AI's output differ from it? Null where there was none. */
  firstOverride: null | boolean;
};

/** A judgement, pending until its undo window passed. */
export type JudgementSubmitted = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** The individual. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown, hidden or first-judge-then-see. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** Id. */
  judgementId: string;
  /** approve, reject, modify or answer. */
  decision: string;
  /** The answer of the hidden form. */
  answer: null | string;
  /** Policy-defined codes. */
  reasonCodes: Array<string>;
  /** Free text, required. */
  reasoning: string;
  /** Changed output. */
  modifiedOutput: null | Output;
  /** What was shown. */
  presentationDigest: string;
  /** Time with focus. */
  activeTimeMs: number;
  /** Time since painted. */
  wallTimeMs: number;
  /** Under five seconds. */
  fast: boolean;
  /** Reasoning repeats earlier text. */
  repeated: boolean;
  /** Differs from the AI's output. */
  override: boolean;
  /** The AI's output. */
  outputLabel: null | string;
  /** Confidence as shown; null when hidden. */
  confidenceShown: null | number;
  /** Tier as shown; null when hidden. */
  tierShown: null | string;
  /** When it becomes final. */
  finalAt: number;
};

/** Undone inside the undo window. */
export type JudgementWithdrawn = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** The individual. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown, hidden or first-judge-then-see. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** Id. */
  judgementId: string;
};

/** Two people lifted a legal hold. */
export type LegalHoldLifted = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Names the hold. */
  holdId: string;
  /** Who asked for it; the actor agreed. */
  askedBy: string;
  /** Why, in words that do not name the subject. */
  reason: string;
};

/** Nothing of this may be erased, nor fall to retention, until the hold is lifted. */
export type LegalHoldPlaced = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Names the hold. */
  holdId: string;
  /** Hex of what stands for the subject, keyed. */
  subjectRef: null | string;
  /** The decisions, where they were named. */
  decisionIds: Array<string>;
  /** The decision type, where a range of it is held. */
  decisionType: null | string;
  /** Accepted at or after. */
  heldFrom: null | number;
  /** Accepted before. */
  heldTo: null | number;
  /** Why, in words that do not name the subject. */
  reason: string;
};

/** A key that signs checkpoints of the audit log came into use, or went out of it. */
export type LogKeyChanged = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Names the log. */
  origin: string;
  /** The public key as auditors know it: name, id and key (C2SP signed-note). */
  verifierKey: string;
  /** added or retired. */
  change: string;
};

/** A person was told how their work is checked, and said so. */
export type NoticeRead = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The session in which it was read. */
  sessionId: string;
  /** The text as it was shown. */
  notice: string;
};

/** What turned out to be true. */
export type OutcomeRecorded = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The true label. */
  outcome: string;
  /** When it was known. */
  observedAt: number;
  /** Who says so. */
  source: string;
  /** Type. */
  decisionType: null | string;
};

/** A reviewer account. */
export type PersonChanged = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Who. */
  personId: string;
  /** Name. */
  displayName: string;
  /** Roles. */
  roles: Array<string>;
  /** Qualifications; * is every queue. */
  queues: Array<string>;
  /** Takes new work: active and not away. */
  available: boolean;
  /** Entered as active; null in events of releases that did not tell it from available. */
  active: null | boolean;
  /** How many tasks they may hold at once; null is the setting. */
  claimsMax: null | number;
  /** Why their availability was changed, where somebody said so. */
  reason: null | string;
};

/** The version is in force from occurredAt on. */
export type PolicyActivated = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The decision type. */
  decisionType: string;
  /** Version. */
  version: string;
  /** The YAML. */
  text: string;
  /** Rises with time. */
  activationId: string;
  /** Who proposed. */
  proposedBy: string;
  /** Who approved. */
  approvedBy: string;
  /** Who activated. */
  activatedBy: string;
  /** Why; null in events from before it was kept. */
  note: null | string;
};

/** A second person approved. */
export type PolicyApproved = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The decision type. */
  decisionType: string;
  /** Version. */
  version: string;
  /** The YAML. */
  text: string;
  /** Who proposed. */
  proposedBy: string;
  /** Who approved. */
  approvedBy: string;
  /** Why. */
  note: string;
};

/** A policy version is proposed. */
export type PolicyProposed = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The decision type. */
  decisionType: string;
  /** sha256:hex */
  version: string;
  /** The YAML. */
  text: string;
  /** Why. */
  note: string;
  /** Who. */
  proposedBy: string;
};

/** A version that may no longer be activated. */
export type PolicyWithdrawn = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The decision type. */
  decisionType: string;
  /** Version. */
  version: string;
  /** Who. */
  withdrawnBy: string;
  /** Why. */
  note: string;
};

/** Rows of a day left the log after they were exported; their leaf hashes stay. */
export type RetentionApplied = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Of recording, UTC, YYYY-MM-DD. */
  day: string;
  /** First index of the log that is covered; null where nothing of the day was on it. */
  firstIndex: null | number;
  /** Last one. */
  lastIndex: null | number;
  /** How many rows. */
  records: number;
  /** Hex SHA-256 of the export. */
  exportSha256: string;
  /** Its length. */
  exportBytes: number;
  /** The types of the rows. */
  decisionTypes: Array<string>;
  /** The longest rule that applied, in days. */
  ruleDays: number;
};

/** Two people changed for how long records of a decision type are kept. */
export type RetentionRuleChanged = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The decision type; * is what belongs to none, and every type without a rule. */
  decisionType: string;
  /** Days; null keeps for ever. */
  keepDays: null | number;
  /** Who asked for it; the actor agreed. */
  askedBy: string;
};

/** A sampling key becomes valid. */
export type SamplingKeyChanged = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Version. */
  keyVersion: string;
  /** Hex SHA-256 of the key. */
  commitment: string;
  /** From. */
  validFrom: number;
  /** To. */
  validTo: null | number;
};

/** A session ended otherwise than by signing out; the actor is who ended it, null where a rule did. */
export type SessionEnded = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The session that ended. */
  sessionId: string;
  /** Whose it was. */
  personId: string;
  /** revoked: by its owner. ended-by-admin. too-many: the oldest gives way. replaced: signed in anew in the same browser. expired. inactive: the person is not active any more. */
  because: string;
};

/** A person signed in; the actor is that person. */
export type SignedIn = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The session that began; tokens name it as sid. */
  sessionId: string;
  /** The identity provider that vouched. */
  issuer: string;
  /** Where from, as the proxy told. */
  address: null | string;
  /** True where this sign-in entered the person into the register. */
  entered: boolean;
};

/** A person signed out. */
export type SignedOut = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The session that ended. */
  sessionId: string;
};

/** A keyed draw chose a decision for monitoring. */
export type SpotCheckSelected = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The decision type. */
  decisionType: string;
  /** spot-check, re-review or scheduled-audit. */
  kind: string;
  /** system/type/tier. */
  stratum: string;
  /** Purpose string of the draw. */
  purpose: string;
  /** Rate of the stratum. */
  probability: number;
  /** The uniform number drawn. */
  draw: number;
  /** Sampling key version. */
  keyVersion: string;
  /** When intake accepted it. */
  acceptedAt: number;
  /** Route. */
  route: string;
  /** Tier. */
  tier: string;
  /** Queue. */
  queue: string;
  /** When a judgement is due. */
  dueAt: null | number;
  /** End of the reversal window. */
  windowEndsAt: null | number;
  /** The output under check. */
  outputLabel: string;
  /** Kind of the data subject. */
  subjectKind: null | string;
  /** Id of the data subject. */
  subjectId: null | string;
  /** The value of the DecisionAccepted event, framed, byte for byte. */
  accepted: Buffer;
};

/** A reviewer holds the task. */
export type TaskClaimed = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** The individual. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown, hidden or first-judge-then-see. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** When the claim ends without a heartbeat. */
  expiresAt: number;
  /** A pre-claim: short, and an ordinary claim only once the task is on the screen (TaskPresented). Null in events of earlier releases. */
  prefetched: null | boolean;
};

/** No more work on this task. */
export type TaskClosed = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** The individual. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown, hidden or first-judge-then-see. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** judged, expired, lapsed, superseded or erased. */
  outcome: string;
  /** In words. */
  reason: string;
  /** Closed before due. */
  slaMet: null | boolean;
};

/** Moved to a more senior queue. */
export type TaskEscalated = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** The individual. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown, hidden or first-judge-then-see. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** New route. */
  toRoute: string;
  /** Why. */
  note: string;
  /** By the SLA timer. */
  automatic: boolean;
  /** The queue that it waits in from now on; null in events of older releases. */
  toQueue: null | string;
  /** Its deadline from now on; null in events of older releases. */
  dueAt: null | number;
};

/** Put aside until a time. */
export type TaskHeld = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** The individual. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown, hidden or first-judge-then-see. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** Back in the queue then. */
  until: number;
  /** Why. */
  reason: string;
};

/** A piece of review work exists. */
export type TaskOpened = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** The individual. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown, hidden or first-judge-then-see. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** Severity. */
  severity: string;
  /** 1, 2; 3 is adjudication. */
  seat: number;
  /** Due. */
  dueAt: null | number;
  /** Warn. */
  warnAt: null | number;
  /** Why. */
  reasons: Array<string>;
  /** Rules that brought it here. */
  ruleIds: Array<string>;
};

/** What the reviewer was shown was painted. */
export type TaskPresented = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** The individual. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown, hidden or first-judge-then-see. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** Hex SHA-256 of the presentation. */
  presentationDigest: string;
  /** Painted. */
  paintedAt: number;
};

/** Handed over to a named person by its holder, or given to somebody, or back to everybody, by a supervisor. A claim on it ended. */
export type TaskReassigned = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The holder or the supervisor who did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** Whose claim ended; null where nobody held it. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown or hidden. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** The person it is for; null: everybody. */
  to: null | string;
  /** Until when it is that person's alone; null where it is nobody's. */
  reservedUntil: null | number;
  /** False where nobody was named, and where the person named may not work this task (too junior, or a part in the decision already): then it waits for whoever may. */
  reserved: boolean;
  /** Why. */
  reason: string;
};

/** The claim ended without a judgement. */
export type TaskReleased = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** The individual. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown, hidden or first-judge-then-see. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** Why. */
  reason: string;
};

/** The SLA warning time passed. */
export type TaskWarned = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** The task. */
  taskId: string;
  /** Case kind, for auditors; never shown to reviewers. */
  kind: string;
  /** Queue. */
  queue: string;
  /** The individual. */
  reviewer: null | string;
  /** Fencing token of the claim. */
  fence: number;
  /** shown, hidden or first-judge-then-see. */
  form: string;
  /** The decision type. */
  decisionType: null | string;
  /** Route. */
  route: null | string;
  /** Tier. */
  tier: null | string;
  /** Due. */
  dueAt: number;
};

/** A second verdict with other bytes arrived; the first stands. */
export type VerdictConflict = {
  /** Unique id of this event; a repeat carries the same id and the same bytes. */
  eventId: string;
  /** When it happened, UTC. */
  occurredAt: number;
  /** The AI system concerned. */
  system: null | string;
  /** The decision concerned, unique within the system. */
  decisionId: null | string;
  /** The person or service that did it. */
  actor: null | string;
  /** The policy version in force for the decision. */
  policyVersion: null | string;
  /** Bytes kept. */
  firstSha256: string;
  /** Bytes refused. */
  otherSha256: string;
};

/** Every event by the name of its record. */
export type EventTypes = {
  AccessDenied: AccessDenied;
  AlertRaised: AlertRaised;
  ApiKeyChanged: ApiKeyChanged;
  ApiKeyUsed: ApiKeyUsed;
  CalibrationPlanned: CalibrationPlanned;
  CalibrationScored: CalibrationScored;
  CheckpointPublished: CheckpointPublished;
  ContentRecorded: ContentRecorded;
  DeadLetter: DeadLetter;
  DeadLetterReplayed: DeadLetterReplayed;
  DecisionAccepted: DecisionAccepted;
  DecisionClassified: DecisionClassified;
  DecisionErased: DecisionErased;
  DecisionProposed: DecisionProposed;
  DecisionRefused: DecisionRefused;
  DecisionResolved: DecisionResolved;
  DecisionReversed: DecisionReversed;
  DecisionRouted: DecisionRouted;
  ErasureApplied: ErasureApplied;
  ErasureApproved: ErasureApproved;
  ErasureCompleted: ErasureCompleted;
  ErasureRefused: ErasureRefused;
  ErasureRequested: ErasureRequested;
  ExportBegun: ExportBegun;
  ExportFetched: ExportFetched;
  ExportMade: ExportMade;
  FeedbackRecorded: FeedbackRecorded;
  FindingOpened: FindingOpened;
  FindingSettled: FindingSettled;
  FirstJudgementSubmitted: FirstJudgementSubmitted;
  JudgementFinalised: JudgementFinalised;
  JudgementSubmitted: JudgementSubmitted;
  JudgementWithdrawn: JudgementWithdrawn;
  LegalHoldLifted: LegalHoldLifted;
  LegalHoldPlaced: LegalHoldPlaced;
  LogKeyChanged: LogKeyChanged;
  NoticeRead: NoticeRead;
  OutcomeRecorded: OutcomeRecorded;
  PersonChanged: PersonChanged;
  PolicyActivated: PolicyActivated;
  PolicyApproved: PolicyApproved;
  PolicyProposed: PolicyProposed;
  PolicyWithdrawn: PolicyWithdrawn;
  RetentionApplied: RetentionApplied;
  RetentionRuleChanged: RetentionRuleChanged;
  SamplingKeyChanged: SamplingKeyChanged;
  SessionEnded: SessionEnded;
  SignedIn: SignedIn;
  SignedOut: SignedOut;
  SpotCheckSelected: SpotCheckSelected;
  TaskClaimed: TaskClaimed;
  TaskClosed: TaskClosed;
  TaskEscalated: TaskEscalated;
  TaskHeld: TaskHeld;
  TaskOpened: TaskOpened;
  TaskPresented: TaskPresented;
  TaskReassigned: TaskReassigned;
  TaskReleased: TaskReleased;
  TaskWarned: TaskWarned;
  VerdictConflict: VerdictConflict;
};

