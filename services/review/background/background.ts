/**
 * What a case is shown against. It depends on what came in before the case did, not on what became of it: it looks the same on
 * ordinary work, and on a spot check or re-review of something long decided.
 */

import type { TrackRecord } from './track-record.ts';

/** Another decision about the same subject; instants in microseconds. */
export type EarlierDecision = { decisionId: string; decisionType: string; proposedAt: number; outputLabel: string | null };
export type SimilarDecision = { decisionId: string; proposedAt: number | null; outputLabel: string; confidence: number; verdict: string; outcome: string | null };

export type Background = {
  earlier: readonly EarlierDecision[];
  trackRecord: TrackRecord | null;
  /** `null` where the task is not one for senior eyes. */
  similar: readonly SimilarDecision[] | null;
};
