/**
 * Looking at one decision. Who supervises may review too, and would learn there what a hidden task is and what became of its case. So nobody is
 * shown a decision that they could still be asked about, and whoever was shown one is not asked about it any more.
 */

import type { DecisionKey } from '../cases/case.ts';
import type { ReviewContext } from '../context.ts';
import { lockPerson, readPerson } from '../people/store.ts';
import { ReviewRefusal } from '../refusals.ts';
import { noteLook, openWorkFor } from './store.ts';

/** Refuses whoever could still get, or has, open work of the decision. Call before anything of it is read. */
export async function requireNoOpenWork(review: ReviewContext, viewer: { personId: string; roles: readonly string[] }, key: DecisionKey): Promise<void> {
  const { personId } = viewer;
  await review.transact(async ({ sql }) => {
    // A claim of theirs that is being made at this instant is seen, or sees that they looked.
    await lockPerson(sql, personId);
    const roles = [...viewer.roles, ...((await readPerson(sql, personId))?.roles ?? [])];
    const senior = roles.includes('senior');
    if (!senior && !roles.includes('reviewer')) return;
    if (await openWorkFor(sql, { personId, senior }, key)) {
      throw new ReviewRefusal('decision-open-to-you', 'You review too, and could be asked about this decision: it would tell you what you must not know then.');
    }
    await noteLook(sql, personId, key);
  });
}
