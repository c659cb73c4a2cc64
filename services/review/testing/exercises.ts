/** What tests of exercises look at. */

import type { OpenedReview } from './opened-review.ts';

export function scoresOf({ events }: OpenedReview) {
  return events.flatMap((event) => {
    if (event.record !== 'CalibrationScored') return [];
    const { reviewer, right, aiRight, kind, decisionId } = event.value;
    return [{ reviewer, right, aiRight, kind, decisionId }];
  });
}

export async function findingsOf({ sql }: OpenedReview, decisionId: string): Promise<number> {
  return (await sql.rows('select 1 from findings where decision_id = $1', [decisionId])).length;
}
