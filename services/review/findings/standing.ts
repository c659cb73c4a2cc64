/** How a decision stands that is judged again: what was let through of it, and until when that can be reversed. */

import type { Case, SealedCase } from '../cases/case.ts';
import * as cases from '../cases/store.ts';
import type { ReviewContext } from '../context.ts';
import { unlessErased } from '../opening.ts';
import type { Standing } from '../judgements/settlement.ts';
import type { Sql } from '../sql.ts';

/** What monitored judgements are held against. */
export type Measure = { standing: Standing; aiLabel: string };

/** `null` where the person was erased: there is nothing left to compare. */
export async function readMeasure(review: ReviewContext, sql: Sql, item: SealedCase): Promise<Measure | null> {
  const bytes = await unlessErased(review.contents.open(item, item.sealedAccepted));
  if (bytes === null) return null;
  const { output } = await review.decodeAccepted(bytes);
  return { standing: await readStanding(review, sql, item, output.label), aiLabel: output.label };
}

/** True where something was approved, changed or not, and nobody reversed it. */
export async function wasLetThrough(sql: Sql, item: Pick<Case, 'system' | 'decisionId' | 'verdictBy'>): Promise<boolean> {
  if ((await cases.readAfterAction(sql, item)) === 'reversed') return false;
  if (item.verdictBy === 'routing') return true;
  const verdict = await cases.readVerdict(sql, item);
  return verdict !== null && verdict.verdict !== 'rejected';
}

/** What was let through: the AI's label unless people changed, rejected or reversed it. */
async function readStanding(review: ReviewContext, sql: Sql, item: SealedCase, aiLabel: string): Promise<Standing> {
  if (!(await wasLetThrough(sql, item))) return { label: null };
  const verdict = await cases.readVerdict(sql, item);
  if (verdict === null || verdict.sealedOutput === null) return { label: aiLabel };
  const output = JSON.parse((await review.contents.open(item, verdict.sealedOutput)).toString('utf8')) as { label: string };
  return { label: output.label };
}
