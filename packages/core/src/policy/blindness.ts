import { exerciseRate } from '../calibration/calibration.ts';
import type { DocumentPath, Finding, PolicyDocument } from './document.ts';

/** Re-reviews unless the policy says otherwise. */
export const reReviewRateDefault = 0.03;

/**
 * Of the hidden work at most half may be monitored, or a reviewer who sees a hidden form had better bet on being watched. What
 * a policy says of that: exercises and re-reviews come on top of the ordinary work, of which a share is hidden.
 */
export function checkBlindness(document: PolicyDocument): Finding[] {
  return exerciseRate(document) === 0 ? [] : recognisable(document, ['calibration', 'share'], 'Raise hiddenShare, or lower calibration.share or reReviewRate.');
}

/** The same where there are no exercises. */
export function checkReReviews(document: PolicyDocument): Finding[] {
  return exerciseRate(document) > 0 ? [] : recognisable(document, ['reReviewRate'], 'Raise hiddenShare, or lower reReviewRate.');
}

function recognisable(document: PolicyDocument, path: DocumentPath, remedy: string): Finding[] {
  const monitored = exerciseRate(document) + (document.reReviewRate ?? reReviewRateDefault);
  if (monitored <= document.hiddenShare) return [];
  return [{ path, code: 'exercises-recognisable', message: `Beside ${document.hiddenShare} of the work that is hidden anyhow, ${monitored.toFixed(3)} would be monitored: more than half of what is hidden.`, remedy }];
}
