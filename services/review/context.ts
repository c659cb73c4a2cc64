/** What the operations of review are given: no globals, every part replaceable in a test. */

import type { HiddenDisagreement } from '@countersign/core';
import type { Case } from './cases/case.ts';
import type { ReviewEvent } from './events.ts';
import type { AiOutput } from './judgements/judgement.ts';
import type { ProposedCase, Question } from './presentation/form.ts';
import type { ContentVault } from './sealing.ts';
import type { Sql } from './sql.ts';
import type { Timer } from './timers/store.ts';

/** One open transaction. Events emitted leave through the outbox if it commits, and never otherwise. */
export type Work = { sql: Sql; emit(...events: ReviewEvent[]): void };

/** The accepted event, decoded as far as review needs it. */
export type Accepted = { contentDigest: string; proposed: ProposedCase; output: AiOutput; /** Until when the pipeline can take its action back, where it says so. */ reversalDeadline: number | null };

/** The little of an accepted event that is kept of decisions that need nobody. */
export type Outline = { proposedAt: number; outputLabel: string };

export type ReviewSettings = {
  claimTtlMs: number;
  claimsPerPersonMax: number;
  /** How long a pre-claim lives without a heartbeat, and how long at the most. */
  prefetchTtlMs: number;
  prefetchMaxMs: number;
  /** How long a task handed over is one person's alone. */
  reservationMs: number;
  breakAfterActiveMs: number;
  breakPauseMs: number;
  /** Where the policy says nothing else. */
  softCapPerHour: number;
  undoWindowMs: number;
  /** Re-reviews and exercises are opened within this time, when ordinary work came so long before. */
  watchedDelayMaxMs: number;
  /** Least time for a decision whose hold nobody could have seen. */
  holdExtensionMs: number;
  openQualifications: boolean;
  /** Prefixes that `uri` parts may be fetched from. */
  uriAllowList: readonly string[];
};

/** Fetches the bytes behind a `uri` that was allowed. */
export type FetchPart = (uri: string) => Promise<Buffer>;

export type OrdinarySla = { warnAt: number; onExpiry: 'escalate' | 'reject' };

export type ReviewContext = {
  sql: Sql;
  transact<T>(run: (work: Work) => Promise<T>): Promise<T>;
  /** Runs what a deadline does, in the trace it belongs to. */
  traceDeadline(sql: Sql, timer: Timer, run: () => Promise<void>): Promise<void>;
  contents: ContentVault;
  /** The question of the pinned policy. Throws while that version has not been read. */
  questionOf(item: Pick<Case, 'decisionType' | 'policyVersion' | 'known'>): Question;
  /** For how long what was let through can be reversed, by the pinned policy; `null` where it says nothing. Microseconds. */
  windowUsOf(item: Pick<Case, 'decisionType' | 'policyVersion' | 'known'>): number | null;
  /** The severity the pinned policy starts from. */
  severityOf(item: Pick<Case, 'decisionType' | 'policyVersion' | 'known'>): string;
  /** When ordinary work of the type is warned of its deadline, as a share of the time it has, and what becomes of it at the deadline; by the pinned policy. */
  slaOf(item: Pick<Case, 'decisionType' | 'policyVersion' | 'known'>): OrdinarySla | null;
  /** How long ordinary work of the type may take, by the pinned policy: monitored work gets as long. Microseconds, or `null`. */
  ordinarySlaUs(item: Pick<Case, 'decisionType' | 'policyVersion' | 'known'>): number | null;
  /** Every decision type that a policy was ever in force for. */
  decisionTypes(): readonly string[];
  /** What a hidden answer other than the AI's counts as, by the pinned policy. */
  hiddenDisagreementOf(item: Pick<Case, 'decisionType' | 'policyVersion' | 'known'>): HiddenDisagreement;
  /** Whether the pinned policy asks for history and similar cases beside a case of this tier. */
  extendedContextOf(item: Pick<Case, 'decisionType' | 'policyVersion' | 'known' | 'tier'>): boolean;
  /** After how many judgements an hour in one queue the policy in force at an instant advises to slow down; `null` where it says nothing. */
  softCapOf(decisionType: string, now: number): number | null;
  fetchPart: FetchPart;
  decodeAccepted(value: Buffer): Promise<Accepted>;
  /** Reads of many accepted events what is listed of a decision; in order. */
  outlinesOf(values: readonly Buffer[]): Promise<Outline[]>;
  settings: ReviewSettings;
};

export type ReviewPerson = { personId: string; name: string; senior: boolean };
