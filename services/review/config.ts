import { defineSettings } from '@countersign/kit';
import type { ValuesOf } from '@countersign/kit';

/** What review reads besides the common settings. */
export const reviewSettings = defineSettings('review', {
  claimTtlMs: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_CLAIM_TTL_MS', default: 120_000, min: 5000, max: 3_600_000, describe: 'How long a claim lives without a heartbeat' },
  claimsPerPersonMax: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_CLAIMS_MAX', default: 3, min: 1, max: 50, describe: 'Tasks a person may hold at once' },
  prefetchTtlMs: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_PREFETCH_TTL_MS', default: 30_000, min: 5000, max: 3_600_000, describe: 'How long a pre-claim lives without a heartbeat; never longer than a claim' },
  prefetchMaxMs: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_PREFETCH_MAX_MS', default: 600_000, min: 5000, max: 86_400_000, describe: 'How long a pre-claim can be renewed by heartbeats' },
  reservationMs: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_RESERVATION_MS', default: 1_800_000, min: 1000, max: 7 * 86_400_000, describe: 'How long a task handed over to somebody is theirs alone; never more than half of the time that is left' },
  breakAfterActiveMs: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_BREAK_AFTER_MS', default: 50 * 60_000, min: 60_000, max: 86_400_000, describe: 'Active work without a pause after which a break is suggested' },
  breakPauseMs: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_BREAK_PAUSE_MS', default: 10 * 60_000, min: 10_000, max: 3_600_000, describe: 'Time without work that counts as a pause' },
  softCapPerHour: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_SOFT_CAP_PER_HOUR', default: 60, min: 1, max: 10_000, describe: 'Judgements an hour in one queue after which a reviewer is advised to slow down, where the policy says nothing else' },
  watchedDelayMaxMs: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_WATCHED_DELAY_MAX_MS', default: 24 * 3_600_000, min: 0, max: 7 * 86_400_000, describe: 'How long after ordinary work of their queue re-reviews and exercises have their hour; then they follow the next ordinary work of their type, so that their coming says nothing. 0 opens them at once' },
  undoWindowMs: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_UNDO_MS', default: 5000, min: 0, max: 600_000, describe: 'How long a judgement can be taken back before it becomes final' },
  holdExtensionMs: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_HOLD_EXTENSION_MS', default: 4 * 3_600_000, min: 60_000, max: 30 * 86_400_000, describe: 'Least time left to approve a decision whose hold nobody could have seen' },
  timerPollMs: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_TIMER_POLL_MS', default: 200, min: 10, max: 60_000, describe: 'How often deadlines are looked at' },
  openQualifications: { kind: 'boolean', env: 'COUNTERSIGN_REVIEW_OPEN_QUALIFICATIONS', default: false, describe: 'Enter unknown people on first sight, qualified for every queue; refused in production' },
  uriAllowList: { kind: 'list', env: 'COUNTERSIGN_URI_ALLOW_LIST', default: [], describe: 'Prefixes that uri parts of a case may have, separated by commas' },
});
export type ReviewConfig = ValuesOf<typeof reviewSettings>;

/** Refuses what only development may do. */
export function checkReviewConfig(config: ReviewConfig, environment: string): ReviewConfig {
  if (config.openQualifications && environment === 'production') {
    throw new Error('COUNTERSIGN_REVIEW_OPEN_QUALIFICATIONS=true is refused in production: enter people with PUT /v1/people/{id}.');
  }
  return config;
}
