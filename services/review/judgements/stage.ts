/** Where a person is with a task: what is not `first-judge-then-see` has one stage only. */

import type { Form } from '../cases/case.ts';
import type { Sql } from '../sql.ts';
import type { Task } from '../tasks/store.ts';
import { readFirstJudgement } from './first-store.ts';

export const stages = ['only', 'first', 'second'] as const;
export type Stage = (typeof stages)[number];

/**
 * The stage of this person: whoever gave their first answer has seen the rest, also after losing the claim, and anybody
 * else begins with the first. A stage moves only together with the fence, so that it stays true under the fence it was read for.
 */
export async function stageOf(sql: Sql, task: Pick<Task, 'taskId' | 'form'>, personId: string): Promise<Stage> {
  if (task.form !== 'first-judge-then-see') return 'only';
  return (await readFirstJudgement(sql, task.taskId, personId)) === null ? 'first' : 'second';
}

/** What a stage puts on the screen, and so which kind of judgement it takes. */
export function screenOf(form: Form, stage: Stage): 'shown' | 'hidden' {
  return form === 'hidden' || stage === 'first' ? 'hidden' : 'shown';
}
