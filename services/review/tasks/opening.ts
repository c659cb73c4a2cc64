/** Opening tasks inside a transaction. */

import type { Case, TaskOpening } from '../cases/case.ts';
import type { Work } from '../context.ts';
import { taskOpened } from '../events.ts';
import type { OpenedTask } from './store.ts';
import { insertTasks, nameTask } from './store.ts';

export type CaseOpening = { item: Case; opening: TaskOpening };

/** Opens what is not open yet and says so; answers the tasks this call opened. */
export async function openTasks(work: Work, openings: readonly CaseOpening[]): Promise<OpenedTask[]> {
  if (openings.length === 0) return [];
  const named = openings.map(({ item, opening }) => ({ item, task: nameTask(item, opening) }));
  const inserted = await insertTasks(work.sql, named.map(({ task }) => task));
  const opened = named.filter(({ task }) => inserted.has(task.taskId));
  work.emit(...opened.map(({ item, task }) => taskOpened(item, task)));
  return opened.map(({ task }) => task);
}
