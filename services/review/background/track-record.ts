/** How often people who were not shown the AI's output agreed with it: what a confidence has meant so far. */

import { jeffreysInterval } from '@countersign/core';
import type { Case } from '../cases/case.ts';
import type { Judgement } from '../judgements/store.ts';
import type { Sql } from '../sql.ts';
import type { Task } from '../tasks/store.ts';
import { countAgreement, readAgreement } from './store.ts';

export type TrackRecord = { tier: string; judged: number; agreed: number; share: number; lower: number; upper: number };

/**
 * What is told moves in steps of so many judgements. One at a time, whoever works alone could read from it whether their last
 * hidden answer was the AI's, and whether it was counted.
 */
const toldStep = 5;

/**
 * Whether a final judgement agreed with the AI, where it can speak for the AI's quality; `null` where it cannot. Who saw the output
 * tends to agree with it; who settles a disagreement or confirms an error is asked only because somebody disagreed.
 */
export function independentAgreement(task: Pick<Task, 'form' | 'kind' | 'lane' | 'seat'>, judgement: Pick<Judgement, 'override'>, firstOverride: boolean | null): boolean | null {
  if (task.kind === 'adjudication') return null;
  if (task.lane !== 'primary' && (task.seat !== 1 || (task.lane !== 'spot-check' && task.lane !== 're-review'))) return null;
  if (task.form === 'hidden') return !judgement.override;
  return firstOverride === null ? null : !firstOverride;
}

/** MUST be the last that locks rows in its transaction: the row of a stratum is everybody's. */
export async function keepTrackRecord(sql: Sql, item: Case, agreed: boolean | null): Promise<void> {
  if (agreed !== null) await countAgreement(sql, item, agreed, toldStep);
}

export async function readTrackRecord(sql: Sql, item: Case): Promise<TrackRecord | null> {
  const told = await readAgreement(sql, item);
  return told === null ? null : { tier: item.tier, ...told, share: told.agreed / told.judged, ...jeffreysInterval(told.agreed, told.judged) };
}
