/**
 * What waits for one person, counted. Pure: from the rows that all who are connected share, so that a change costs one query however many
 * look on. The conditions are those of claiming (`qualifies` in tasks/store.ts), exactly: a number that counts a task which claiming
 * then does not give would tell its reader that they had a part in that decision. A test holds the two against each other.
 */

/** An open task, as far as it matters to whom it waits for. Instants in microseconds. */
export type OpenTask = {
  queue: string;
  escalatedFrom: string | null;
  seniority: 'any' | 'senior';
  dueAt: number;
  heldUntil: number | null;
  reservedFor: string | null;
  reservedUntil: number | null;
  reservedInName: boolean;
  reservedAgainst: string | null;
  /** People with a part in another task of the decision. */
  partakers: readonly string[];
};

export type Worker = { personId: string; senior: boolean; queues: readonly string[] };

export type Waiting = { open: number; overdue: number; nextDueAt: number | null };

/** Claimable by this person at this instant. */
export function waitingFor({ personId, senior, queues }: Worker, tasks: readonly OpenTask[], now: number): Waiting {
  const qualified = new Set(queues);
  const mine = tasks.filter((task) => {
    if (task.seniority === 'senior' && !senior) return false;
    if ((task.heldUntil ?? 0) > now || !isUnreserved(task, personId, now)) return false;
    return worksQueue(qualified, senior, task) && !task.partakers.includes(personId);
  });
  return {
    open: mine.length,
    overdue: mine.filter(({ dueAt }) => dueAt < now).length,
    nextDueAt: mine.length === 0 ? null : Math.min(...mine.map(({ dueAt }) => dueAt)),
  };
}

function isUnreserved(task: OpenTask, personId: string, now: number): boolean {
  if (task.reservedFor === null || task.reservedFor === personId || (task.reservedUntil ?? 0) <= now) return true;
  return task.reservedInName && task.reservedAgainst !== personId;
}

function worksQueue(qualified: ReadonlySet<string>, senior: boolean, { queue, escalatedFrom }: OpenTask): boolean {
  if (senior && queue === 'unclassified') return true;
  const [type = queue] = queue.split('/');
  return qualified.has('*') || qualified.has(queue) || qualified.has(type) || (escalatedFrom !== null && qualified.has(escalatedFrom));
}
