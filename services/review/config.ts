import { defineSettings } from '@countersign/kit';
import type { ValuesOf } from '@countersign/kit';

/** What review reads besides the common settings. */
export const reviewSettings = defineSettings('review', {
  claimTtlMs: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_CLAIM_TTL_MS', default: 120_000, min: 5000, max: 3_600_000, describe: 'How long a claim lives without a heartbeat' },
  claimsPerPersonMax: { kind: 'integer', env: 'COUNTERSIGN_REVIEW_CLAIMS_MAX', default: 3, min: 1, max: 50, describe: 'Tasks a person may hold at once' },
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
