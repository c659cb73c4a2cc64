/** How a decision stands that is judged again: what was let through of it, and until when that can be reversed. */

import type { Case, SealedCase } from '../cases/case.ts';
import * as cases from '../cases/store.ts';
import type { Accepted, ReviewContext } from '../context.ts';
import { unlessErased } from '../opening.ts';
import type { Standing } from '../judgements/settlement.ts';
import { judgesContent } from '../presentation/form.ts';
import type { Sql } from '../sql.ts';

/** What monitored judgements are held against, and until when what they contradict can be reversed; `null` where nothing is left to reverse. */
export type Measure = { standing: Standing; aiLabel: string; reversibleUntil: number | null };

/** `null` where the person was erased: there is nothing left to compare. */
export async function readMeasure(review: ReviewContext, sql: Sql, item: SealedCase): Promise<Measure | null> {
  const bytes = await unlessErased(review.contents.open(item, item.sealedAccepted));
  if (bytes === null) return null;
  const accepted = await review.decodeAccepted(bytes);
  const aiLabel = accepted.output.label;
  if (!(await wasLetThrough(sql, item))) return { standing: { label: null }, aiLabel, reversibleUntil: null };
  const verdict = await cases.readVerdict(sql, item);
  return { standing: await readStanding(review, item, verdict, aiLabel), aiLabel, reversibleUntil: reversibleUntil(review, item, verdict, accepted) };
}

/** True where something was approved, changed or not, and nobody reversed it. */
export async function wasLetThrough(sql: Sql, item: Pick<Case, 'system' | 'decisionId' | 'verdictBy'>): Promise<boolean> {
  if ((await cases.readAfterAction(sql, item)) === 'reversed') return false;
  if (item.verdictBy === 'routing') return true;
  const verdict = await cases.readVerdict(sql, item);
  return verdict !== null && verdict.verdict !== 'rejected';
}

/**
 * The label that was let through. Who judges content sees it as the AI wrote it, and says whether it is fit: whoever wrote it anew held, like a
 * rejection, that it was not.
 */
async function readStanding(review: ReviewContext, item: SealedCase, verdict: cases.Verdict | null, aiLabel: string): Promise<Standing> {
  if (verdict === null || verdict.verdict !== 'modified') return { label: aiLabel };
  if (judgesContent(review.questionOf(item))) return { label: null };
  if (verdict.sealedOutput === null) return { label: aiLabel };
  const output = JSON.parse((await review.contents.open(item, verdict.sealedOutput)).toString('utf8')) as { label: string };
  return { label: output.label };
}

/** As routing counts (`windowEnd` in packages/core/src/route.ts), from the verdict on where people gave it: nothing was done before. */
function reversibleUntil(review: ReviewContext, item: Case, verdict: cases.Verdict | null, { reversalDeadline }: Accepted): number | null {
  if (item.windowEndsAt !== null) return item.windowEndsAt;
  const windowUs = review.windowUsOf(item);
  if (windowUs === null) return reversalDeadline;
  return Math.min((verdict?.resolvedAt ?? item.acceptedAt) + windowUs, reversalDeadline ?? Infinity);
}
