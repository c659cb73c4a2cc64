import type { SealedCase } from '../cases/case.ts';
import type { ReviewContext } from '../context.ts';
import type { Task } from '../tasks/store.ts';
import type { Background, EarlierDecision, SimilarDecision } from './background.ts';
import * as store from './store.ts';
import { readTrackRecord } from './track-record.ts';

const similarMax = 10;

/** For a screen without the AI's output nothing sealed is opened: what is not read cannot be shown. */
export async function readBackground(review: ReviewContext, item: SealedCase, task: Pick<Task, 'seniority'>, screen: 'shown' | 'hidden', outputLabel: string): Promise<Background> {
  const rows = item.subjectKind === null || item.subjectId === null ? [] : await store.readEarlier(review.sql, item, item.acceptedAt);
  if (screen === 'hidden') return { earlier: rows.map(({ decisionId, decisionType, proposedAt }) => ({ decisionId, decisionType, proposedAt, outputLabel: null })), trackRecord: null, similar: null };
  const labels = await review.contents.openAll(rows.map(({ decisionId, sealedLabel }) => ({ owner: { system: item.system, decisionId }, sealed: sealedLabel })));
  // One that was erased by itself is no longer among them.
  const earlier = rows.flatMap(({ sealedLabel: _sealed, ...row }, index): EarlierDecision[] => {
    const label = labels[index] ?? null;
    return label === null ? [] : [{ ...row, outputLabel: label.toString('utf8') }];
  });
  const isSenior = task.seniority === 'senior' || review.extendedContextOf(item);
  return { earlier, trackRecord: await readTrackRecord(review.sql, item), similar: isSenior ? await readSimilar(review, item, outputLabel) : null };
}

/** Of the nearest in confidence, those with the same output. */
async function readSimilar(review: ReviewContext, item: SealedCase, outputLabel: string): Promise<SimilarDecision[]> {
  const { system, decisionType, confidence, acceptedAt, decisionId } = item;
  if (confidence === null) return [];
  const rows = await store.readSimilar(review.sql, { system, decisionType, confidence, before: acceptedAt, decisionId });
  const labels = await review.contents.openAll(rows.map((row) => ({ owner: { system, ...row }, sealed: row.sealedLabel })));
  // Whoever reports outcomes may write anything, and what is shown here stays with this case when the other one is erased.
  const answers = new Set(review.questionOf(item).answers.map(({ label: answer }) => answer));
  return rows
    .flatMap(({ decisionId: id, proposedAt, confidence: near, verdict, outcome }, index) => {
      const label = labels[index]?.toString('utf8');
      return label === outputLabel ? [{ decisionId: id, proposedAt, outputLabel, confidence: near, verdict, outcome: outcome !== null && answers.has(outcome) ? outcome : null }] : [];
    })
    .slice(0, similarMax);
}
