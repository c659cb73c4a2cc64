/**
 * The shapes of `/v1` that the console reads and writes. Each call of the client is held against the OpenAPI document of the running product
 * (tests/openapi/console.test.ts).
 */

export type Instant = string;

export type Claim = { taskId: string; etag: string; expiresAt: Instant; dueAt: Instant; decisionType: string; prefetched?: boolean };
export type HeldClaim = Claim & { judged: boolean };
export type ClaimOutcome = { outcome: 'claimed'; claim: Claim } | { outcome: 'empty' } | { outcome: 'all-claimed'; until: Instant };

export type Waiting = { open: number; overdue: number; nextDueAt: Instant | null };
/** What waits in one queue somebody may work. */
export type WaitingQueue = Waiting & { queue: string };
/** A task that somebody put aside, or that was handed to them. */
export type KeptTask = { taskId: string; decisionType: string; dueAt: Instant; until: Instant; how: 'held' | 'reserved' };
export type Me = {
  claims: number; claimsMax: number; available: boolean; judgedLastHour: number; softCapPerHour: number | null; activeMsSinceBreak: number;
  nudge: 'break' | 'cap' | null; waiting: Waiting & { queues?: readonly WaitingQueue[] }; kept?: readonly KeptTask[];
};

export type Draft = { decision?: 'approve' | 'reject' | 'modify'; answer?: string; output?: { label: string; content?: string | null }; reasonCodes: string[]; reasoning: string };
/** As the server keeps it: it may be another client's, and not all of it written. */
export type SavedDraft = {
  decision?: string | null; answer?: string | null; output?: { label?: string | null; content?: string | null } | null; reasonCodes?: readonly string[]; reasoning?: string;
};
export type StoredDraft = { draft: SavedDraft | null; savedAt: Instant | null };
export type OrphanedDraft = { taskId: string; decisionType: string; savedAt: Instant; open: boolean };

export type Encoding = 'text' | 'base64';
export type CasePart = { name: string; mediaType: string; content?: string; encoding?: Encoding; uri?: string; sha256?: string; missing?: boolean };
export type ReasonCode = { code: string; label: string; for: 'approve' | 'reject' | 'modify' };
export type Output = { label: string; content: string; encoding: Encoding; mediaType: string };
export type Factor = { name: string; value: unknown; weight: number | null };
export type Alternative = { label: string; content: string; encoding: Encoding; probability: number | null };
export type Source = { title: string; uri: string | null; excerpt: string | null; score: number | null };
export type EarlierDecision = { decisionId: string; decisionType: string; proposedAt: Instant; outputLabel?: string };
export type SimilarDecision = { decisionId: string; proposedAt: Instant; outputLabel: string; confidence: number | null; verdict: string | null; outcome: string | null };
export type TrackRecord = { tier: string; judged: number; agreed: number; share: number; lower: number; upper: number };

export type Proposal = {
  system: string; decisionId: string; output: Output;
  reasoning: { summary: string; factors: readonly Factor[] };
  confidence: number | null;
  uncertainty: { lower: number | null; upper: number | null; statement: string | null } | null;
  alternatives: readonly Alternative[];
  provenance: { model: { name: string; version: string }; trainingDomain: string | null; sources: readonly Source[] };
  attributes: Readonly<Record<string, string | number | boolean>>;
  action: { description: string; reversalDeadline: Instant | null };
};

/** What a reviewer is shown: `proposal` and all that follows from it are absent, not empty, where they are hidden. */
export type Presentation = {
  taskId: string; form: 'shown' | 'hidden' | 'first-judge-then-see'; stage?: 'first' | 'second'; dueAt: Instant; decisionType: string; question: string;
  answers: readonly string[]; case: { parts: readonly CasePart[] }; reasonCodes: readonly ReasonCode[];
  proposal?: Proposal; policy?: { tier: string | null; reasons: readonly string[] }; escalation?: { note: string };
  trackRecord?: TrackRecord | null; earlier?: readonly EarlierDecision[]; similar?: readonly SimilarDecision[]; firstAnswer?: string;
};

export type Submission = Draft & { presentationDigest: string; activeMs: number };
export type Submitted = { judgementId: string; finalAt: Instant; revealed?: boolean; etag?: string };
export type Undone = { etag: string; expiresAt: Instant };
export type Colleague = { personId: string; name: string; available: boolean };

export type HistoryEntry = { judgementId: string; taskId: string; decisionType: string; submittedAt: Instant; said: string; firstSaid?: string | null; reasonCodes: readonly string[]; reasoning: string | null; withdrawn: boolean };

export type Queue = {
  queue: string; open: number; claimed: number; judged: number; overdue: number; oldestOpenedAt: Instant | null; oldestAgeMs: number | null; nextDueAt: Instant | null;
  forecast?: { judgedLastHour: number; clearedAt: Instant | null; breachesExpected: number }; qualified?: { people: number; available: number };
};
export type SupervisedTask = {
  taskId: string; decisionType: string; queue: string; severity: string; state: string; openedAt: Instant; dueAt: Instant; claimant: string | null; claimantName: string | null;
  claimExpiresAt: Instant | null; heldUntil: Instant | null; reservedFor: string | null; reservedForName: string | null;
};
export type ReviewingPerson = { personId: string; name: string; available: boolean; claims: number; lastSeenAt: Instant | null };
export type Finding = {
  findingId: string; system: string; decisionId: string; source: 'spot-check' | 're-review'; openedAt: Instant; reversibleUntil: Instant | null; state: 'open' | 'reversed' | 'incident' | 'dismissed' | 'closed';
  owner: string | null; ownerName: string | null; dueAt: Instant | null; disposition: string | null; note: string | null; disposedBy: string | null; disposedByName: string | null; disposedAt: Instant | null;
};

export type RegisteredPerson = { personId: string; name: string; roles: string[]; queues: string[]; active: boolean; available?: boolean; claimsMax?: number | null; etag: string };
export type ApiKey = {
  keyId: string; name: string; systems: string[]; createdBy: string; createdAt: Instant; expiresAt: Instant; lastUsedAt: Instant | null; state: 'active' | 'expired' | 'revoked' | 'rotating'; replacedBy: string | null;
};
export type OwnSession = { sessionId: string; current: boolean; startedAt: Instant; lastSeenAt: Instant; userAgent: string | null; address: string | null };
