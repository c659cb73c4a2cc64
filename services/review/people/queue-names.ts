/** Whether a qualification can ever match work, as a pure function. */

import { nearestName } from '@countersign/core';

/**
 * A sentence for each queue that no policy knows the decision type of. It may be meant for a policy to come, so it is
 * no mistake yet; it may be a slip, and whoever was entered would wait for work that never comes.
 */
export function queueWarnings(queues: readonly string[], decisionTypes: readonly string[]): string[] {
  return queues.flatMap((queue) => {
    const [decisionType = ''] = queue.split('/');
    if (queue === '*' || queue === 'unclassified' || decisionTypes.includes(decisionType)) return [];
    const near = nearestName(decisionType, decisionTypes);
    return [`No policy is in force for the decision type of ${queue}.${near === undefined ? '' : ` Did you mean ${near}?`}`];
  });
}
