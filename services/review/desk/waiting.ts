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
  /** People with a part in the decision other than by this task. */
  partakers: readonly string[];
};

export type Worker = { personId: string; senior: boolean; queues: readonly string[] };

export type Waiting = { open: number; overdue: number; nextDueAt: number | null };
export type WaitingQueue = Waiting & { queue: string };

/** Claimable by this person at this instant. */
export function waitingFor(worker: Worker, tasks: readonly OpenTask[], now: number): Waiting {
  return count(claimable(worker, tasks, now), now);
}

/** The same by queue, in the order of their names. */
export function waitingByQueue(worker: Worker, tasks: readonly OpenTask[], now: number): WaitingQueue[] {
  const byQueue = Map.groupBy(claimable(worker, tasks, now), ({ queue }) => queue);
  return [...byQueue].map(([queue, mine]) => ({ queue, ...count(mine, now) })).sort((one, other) => (one.queue < other.queue ? -1 : 1));
}

function claimable({ personId, senior, queues }: Worker, tasks: readonly OpenTask[], now: number): OpenTask[] {
  const qualified = new Set(queues);
  return tasks.filter((task) => {
    if (task.seniority === 'senior' && !senior) return false;
    if ((task.heldUntil ?? 0) > now || !isUnreserved(task, personId, now)) return false;
    return worksQueue(qualified, senior, task) && !task.partakers.includes(personId);
  });
}

function count(mine: readonly OpenTask[], now: number): Waiting {
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
