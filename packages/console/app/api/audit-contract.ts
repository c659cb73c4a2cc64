/** The shapes of `/v1/audit` that the console reads and writes; held against the OpenAPI document as the others are (`contract.ts`). */

import type { Instant } from './contract.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** One event as it is on record. */
export type AuditEvent = {
  recordedAt: Instant; eventId: string; topic: string; partition: number; offset: number; record: string; occurredAt: Instant; publishedAt: Instant | null; system: string | null; decisionId: string | null; decisionType: string | null;
  actor: string | null; policyVersion: string | null; kind: string | null; reviewer: string | null; valueDigest: string | null; commitment: string | null;
  /** Null once its content was erased. */
  event: Fields | null; erased: boolean;
  /** Its place in the log; null until it was sequenced. */
  logIndex: number | null;
};
export type EventPage = { events: AuditEvent[]; next: string | null };

export type FoundDecision = {
  system: string; decisionId: string; decisionType: string | null; kind: string | null; verdict: string | null; resolvedAt: Instant | null; reviewers: readonly string[]; reversed: boolean; erased: boolean; firstRecordedAt: Instant;
};
export type DecisionPage = { decisions: FoundDecision[]; next: string | null };

export type ShownState = 'whole' | 'partial' | 'missing' | 'erased';
/** What somebody was shown: one for each time it was painted. Digest and task are null once that is erased. */
export type ShownPresentation = { digest: string | null; taskId: string | null; reviewer: string | null; paintedAt: Instant; eventId: string; bytes: number | null; state: ShownState };
export type PinnedPolicy = { version: string; text: string; proposedBy: string | null; proposedAt: Instant | null; approvedBy: string | null; approvedAt: Instant | null; activatedBy: string | null; activatedAt: Instant | null };
export type DecisionSummary = {
  decisionType: string | null; policyVersion: string | null; route: string | null; tier: string | null; verdict: string | null; resolvedAt: Instant | null; reversedAt: Instant | null; signers: readonly string[]; erased: boolean;
};
/** Everything on record of one decision. */
export type DecisionRecord = {
  events: AuditEvent[];
  /** How many more are on record than are told here. */
  omitted: number;
  summary: DecisionSummary; presentations: ShownPresentation[]; policy: PinnedPolicy | null;
};

export type LogKey = { verifierKey: string; addedAt: Instant; retiredAt: Instant | null };
export type Witness = { name: string; size: number | null; signedAt: Instant | null };
/** Sizes count records: those that have their place, those under the newest checkpoint, and those under the newest one that is kept outside the database. */
export type LogStatus = {
  origin: string | null; size: number; checkpointSize: number; checkpointAt: Instant | null; anchoredSize: number; unprotectedRows: number; unprotectedSeconds: number; leading: boolean; problems: readonly string[];
  keys: readonly LogKey[]; witnesses: readonly Witness[];
};

/** Query parameters by name: a text, or several of which any fits. */
export type SearchFilter = Readonly<Record<string, string | readonly string[]>>;
export type SavedSearch = { searchId: string; name: string; of: 'events' | 'decisions'; filter: SearchFilter; shared: boolean; owner: string; mine: boolean };

export type ExportKind = 'case' | 'range' | 'search';
export type ExportFormat = 'bundle' | 'csv' | 'parquet' | 'pdf';
export type ExportState = 'waiting' | 'running' | 'ready' | 'failed' | 'expired' | 'removed';
export type ExportFile = { format: ExportFormat; name: string; records: number; bytes: number; sha256: string };
export type ExportJob = {
  exportId: string; kind: ExportKind; filter: SearchFilter; formats: readonly ExportFormat[]; disclose: boolean; reason: string; state: ExportState; requestedBy: string; requestedAt: Instant; finishedAt: Instant | null; expiresAt: Instant | null;
  progress: { records: number; bytes: number }; files: readonly ExportFile[]; failure: { detail: string; remedy: string } | null;
};
export type ExportPage = { exports: ExportJob[]; next: string | null };

/** From `entombed` on nothing new is kept, from `destroyed` on the keys are gone, in `announced` the services take the rest out of their rows. */
export type ErasureState = 'requested' | 'refused' | 'approved' | 'entombed' | 'listed' | 'destroyed' | 'announced' | 'completed';
export type ErasureProgress = { service: string; applied: number; of: number };
export type Erasure = {
  erasureId: string; kind: string; system: string | null;
  /** Until it is over; afterwards the name is not kept. */
  subject: { subjectKind: string; subjectId: string } | null;
  /** Only where one erasure is asked for, and of a subject only once it was approved. */
  decisionIds: readonly string[]; eventIds: readonly string[];
  reason: string; state: ErasureState; requestedBy: string; requestedAt: Instant; decidedBy: string | null; decidedAt: Instant | null; refusal: string | null; destroyedAt: Instant | null; completedAt: Instant | null;
  decisions: number; held: number; progress: readonly ErasureProgress[];
};
export type HoldState = 'standing' | 'lift-asked' | 'lifted';
/** A subject is known by its reference alone. */
export type LegalHold = {
  holdId: string; system: string | null; subjectRef: string | null; decisionIds: readonly string[]; decisionType: string | null; from: Instant | null; to: Instant | null; reason: string; state: HoldState; placedBy: string; placedAt: Instant;
  liftAskedBy: string | null; liftReason: string | null; liftedBy: string | null; liftedAt: Instant | null;
};
/** Days that records of a type are kept; null keeps them for ever. `*` is every type without a rule, and what belongs to none. */
export type RetentionRule = { decisionType: string; keepDays: number | null; changedBy: string | null; changedAt: Instant | null; asked: { keepDays: number | null; by: string; at: Instant; reason: string; etag: string } | null };
export type RetentionDay = { day: string; state: 'kept' | 'due' | 'held' | 'exported' | 'applied'; records: number; firstIndex: number | null; lastIndex: number | null; exportSha256: string | null; appliedAt: Instant | null; because: string };
export type Retention = { rules: RetentionRule[]; days: RetentionDay[] };
