import { exerciseRate } from '../calibration/calibration.ts';
import type { Finding, PolicyDocument } from './document.ts';

const reReviewRateDefault = 0.03;

/**
 * Of the hidden work at most half may be monitored, or a reviewer who sees a hidden form had better bet on being watched. What
 * a policy says of that: exercises and re-reviews come on top of the ordinary work, of which a share is hidden.
 */
export function checkBlindness(document: PolicyDocument): Finding[] {
  const exercises = exerciseRate(document);
  const monitored = exercises + (document.reReviewRate ?? reReviewRateDefault);
  if (exercises === 0 || monitored <= document.hiddenShare) return [];
  return [{
    path: ['calibration', 'share'], code: 'exercises-recognisable', message: `Beside ${document.hiddenShare} of the work that is hidden anyhow, ${monitored.toFixed(3)} would be monitored: more than half of what is hidden.`,
    remedy: 'Raise hiddenShare, or lower calibration.share or reReviewRate.',
  }];
}
