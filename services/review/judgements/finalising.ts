/** What happens when the undo window of a judgement ends: one transaction, whoever runs it. */

import { scoreExercise } from '../calibration/exercises.ts';
import type { Case, Lane } from '../cases/case.ts';
import { independentAgreement, keepTrackRecord } from '../background/track-record.ts';
import { isAfterAction, isDual, openAdjudication } from '../cases/case.ts';
import { lockCase } from '../cases/store.ts';
import { endAfterAction, giveVerdict } from '../cases/conclusion.ts';
import type { SealedCase } from '../cases/case.ts';
import type { ReviewContext, Work } from '../context.ts';
import { unlessErased } from '../opening.ts';
import { judgementFinalised, taskClosed } from '../events.ts';
import { settleMonitoredLane } from '../findings/monitoring.ts';
import { readMeasure } from '../findings/standing.ts';
import { openTasks } from '../tasks/opening.ts';
import * as tasks from '../tasks/store.ts';
import { dropTimersOfTask, insertTimers } from '../timers/store.ts';
import { unpackContent } from './content.ts';
import type { JudgementContent } from './content.ts';
import { readFirstJudgement } from './first-store.ts';
import { contradicts, settlePrimary } from './settlement.ts';
import type { FinalJudgement, PrimaryMode } from './settlement.ts';
import * as store from './store.ts';

/** Makes a judgement final and draws its consequences. A withdrawn or final one has none. */
export async function finaliseJudgement(review: ReviewContext, work: Work, judgementId: string, now: number): Promise<void> {
  const seen = await store.readJudgement(work.sql, judgementId);
  if (seen === null) return;
  const item = await lockCase(work.sql, seen);
  const judgement = await store.readJudgement(work.sql, judgementId);
  const task = await tasks.lockTask(work.sql, seen.taskId);
  if (item === null || task === null || judgement === null || judgement.state !== 'pending') return;
  await store.setFinal(work.sql, judgementId);
  // Its decision was erased meanwhile: it was given, and nothing follows from it.
  if (task.state === 'closed') return void work.emit(judgementFinalised(item, task, judgement, { contradicts: null, firstOverride: null }, now));
  await tasks.closeTask(work.sql, task.taskId, 'judged', now);
  await dropTimersOfTask(work.sql, task.taskId);
  if (task.lane === 'calibration') return await scoreExercise(review, work, item, task, judgement, now);
  const judgements = await readFinal(review, work, item, task.lane);
  const measure = task.lane === 'primary' ? null : await readMeasure(review, work.sql, item);
  const own = judgements.find(({ taskId }) => taskId === task.taskId);
  const differs = measure === null || own === undefined ? null : contradicts(measure.standing, measure.aiLabel, own.final);
  const first = task.form === 'first-judge-then-see' ? await readFirstJudgement(work.sql, task.taskId, judgement.personId) : null;
  const firstOverride = first?.override ?? null;
  work.emit(judgementFinalised(item, task, judgement, { contradicts: differs, firstOverride }, now), taskClosed(item, task, 'judged', 'It was judged.', now, judgement.submittedAt));
  if (task.lane === 'primary') await settlePrimaryLane(review, work, item, judgements, now);
  else if (measure !== null) await settleMonitoredLane(review, work, item, task.lane, judgements.map(({ final }) => final), measure, now);
  await keepTrackRecord(work.sql, item, independentAgreement(task, judgement, firstOverride));
}

export type ReadFinal = { final: FinalJudgement; content: JudgementContent; taskId: string; submittedAt: number };

export async function readFinal(review: ReviewContext, work: Work, item: Case, lane: Lane): Promise<ReadFinal[]> {
  const rows = await store.finalJudgements(work.sql, item, lane);
  const read: ReadFinal[] = [];
  for (const row of rows) {
    const bytes = await unlessErased(review.contents.open(item, row.sealedContent));
    const content = bytes === null ? erasedContent : unpackContent(bytes);
    // A changed output that is gone cannot be let through.
    const decision = bytes === null && row.decision === 'modify' ? 'reject' : row.decision;
    const final = { seat: row.seat, personId: row.personId, decision, position: content.position };
    read.push({ final, content, taskId: row.taskId, submittedAt: row.submittedAt });
  }
  return read;
}

const erasedContent: JudgementContent = { reasoning: '', answer: null, output: null, position: { label: null, content: null, mediaType: null } };

async function settlePrimaryLane(review: ReviewContext, work: Work, item: SealedCase, judgements: readonly ReadFinal[], now: number): Promise<void> {
  if (item.finishedAt !== null) return;
  const mode = modeOf(review, item);
  const settlement = settlePrimary(mode, judgements.map(({ final }) => final));
  switch (settlement.next) {
    case 'wait':
      return;
    case 'adjudicate':
      await adjudicate(review, work, item, now);
      return;
    case 'decide': {
      const deciding = judgements.find(({ final }) => final === settlement.by);
      if (deciding === undefined) throw new Error('the deciding judgement is not among the final ones');
      const taskIds = judgements.map(({ taskId }) => taskId);
      if (isAfterAction(item)) await endAfterAction(review, work, item, deciding, taskIds, now);
      else await giveVerdict(review, work, item, humanVerdict(deciding, settlement.signers, taskIds, mode), now);
      return;
    }
    default:
      return settlement satisfies never;
  }
}

/** Warned of like the work that it came from: what never is would be known by that. */
async function adjudicate(review: ReviewContext, work: Work, item: SealedCase, now: number): Promise<void> {
  const share = review.slaOf(item)?.warnAt ?? warnShareDefault;
  const opened = await openTasks(work, [{ item, opening: openAdjudication(item, now) }]);
  await insertTimers(work.sql, opened.map(({ system, decisionId, taskId, dueAt }) => ({ kind: 'warn', system, decisionId, taskId, dueAt: now + Math.round((dueAt - now) * share) })));
}

/** That of routing for what no policy covers. */
const warnShareDefault = 0.75;

function modeOf(review: ReviewContext, item: Case): PrimaryMode {
  if (isDual(item)) return 'dual';
  return item.form === 'hidden' && review.hiddenDisagreementOf(item) === 'adjudicate' ? 'seconded' : 'single';
}

function humanVerdict({ final, content }: ReadFinal, signers: readonly string[], taskIds: readonly string[], mode: PrimaryMode) {
  const verdict = ({ approve: 'approved', reject: 'rejected', modify: 'modified' } as const)[final.decision];
  return { verdict, basis: 'human' as const, signers, taskIds, output: content.output, reason: `${whoDecided(signers.length, mode)} ${verdict} it.` };
}

function whoDecided(signatures: number, mode: PrimaryMode): string {
  if (signatures === 1) return 'One reviewer';
  if (mode === 'seconded') return 'A second reviewer, after one answered otherwise than the AI,';
  return signatures === 2 ? 'Two reviewers, each blind to the other,' : 'A third reviewer, after two disagreed,';
}
