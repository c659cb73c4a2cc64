/**
 * What the instances tell each other when something at the desk changed: which queues, whose tasks, which people. Made from the events of a
 * transaction and sent behind its commit (`pg_notify`), so that it is heard when the change can be seen, and never of one that was rolled back.
 * It says that there is something to look at and nothing of what it is: no lane, kind, verdict or word of anybody.
 */

import type { ReviewEvent } from '../events.ts';

export const taskChanges = ['assigned', 'released', 'expired', 'warned', 'closed'] as const;
export type TaskChange = (typeof taskChanges)[number];

/** A change to a task, for the person whose it is or was. */
export type OwnChange = { taskId: string; personId: string; change: TaskChange };

export type Notice = {
  /** True where what waits, or who holds it, may be different now. */
  queues: boolean;
  tasks: readonly OwnChange[];
  /** Whose entry in the register changed. */
  people: readonly string[];
  /** Sessions that ended. */
  sessions: readonly string[];
};

/** Postgres takes less than 8000 bytes at a time. */
const payloadBytesMax = 7500;

const nothing: Notice = { queues: false, tasks: [], people: [], sessions: [] };

export function noticeOf(events: readonly ReviewEvent[]): Notice {
  return mergeNotices(events.map(noticeOfEvent));
}

export function mergeNotices(notices: readonly Notice[]): Notice {
  return {
    queues: notices.some(({ queues }) => queues),
    tasks: notices.flatMap(({ tasks }) => tasks),
    people: [...new Set(notices.flatMap(({ people }) => people))],
    sessions: notices.flatMap(({ sessions }) => sessions),
  };
}

function noticeOfEvent(event: ReviewEvent): Notice {
  switch (event.record) {
    case 'TaskOpened':
    case 'TaskClaimed':
    case 'JudgementSubmitted':
    case 'JudgementWithdrawn':
      return { ...nothing, queues: true };
    case 'TaskReleased':
      return { ...nothing, queues: true, tasks: own(event.value, event.value.actor === null ? 'expired' : 'released') };
    case 'TaskEscalated':
    case 'TaskHeld':
      return { ...nothing, queues: true, tasks: own(event.value, 'released') };
    case 'TaskReassigned': {
      const { taskId, to, reserved } = event.value;
      const assigned = to !== null && reserved ? [{ taskId, personId: to, change: 'assigned' as const }] : [];
      return { ...nothing, queues: true, tasks: [...own(event.value, 'released'), ...assigned] };
    }
    case 'TaskWarned':
      return { ...nothing, tasks: own(event.value, 'warned') };
    case 'TaskClosed':
      return { ...nothing, queues: true, tasks: own(event.value, 'closed') };
    case 'PersonChanged':
      return { ...nothing, people: [event.value.personId] };
    case 'SignedOut':
    case 'SessionEnded':
      return { ...nothing, sessions: [event.value.sessionId] };
    default:
      return nothing;
  }
}

function own({ taskId, reviewer }: { taskId: string; reviewer: string | null }, change: TaskChange): OwnChange[] {
  return reviewer === null ? [] : [{ taskId, personId: reviewer, change }];
}

/** The notice in as many pieces as Postgres needs; none where there is nothing to tell. */
export function payloadsOf(notice: Notice): string[] {
  const entries: Array<[keyof Omit<Notice, 'queues'>, unknown]> = [
    ...notice.tasks.map((task) => ['tasks', task] as [keyof Omit<Notice, 'queues'>, unknown]),
    ...notice.people.map((person) => ['people', person] as [keyof Omit<Notice, 'queues'>, unknown]),
    ...notice.sessions.map((session) => ['sessions', session] as [keyof Omit<Notice, 'queues'>, unknown]),
  ];
  if (entries.length === 0) return notice.queues ? [JSON.stringify({ queues: true })] : [];
  const pieces: Array<Record<string, unknown[]>> = [{}];
  let bytes = 0;
  for (const [field, entry] of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (bytes > 0 && bytes + size > payloadBytesMax) {
      pieces.push({});
      bytes = 0;
    }
    const piece = pieces.at(-1) ?? {};
    piece[field] = [...(piece[field] ?? []), entry];
    bytes += size;
  }
  return pieces.map((piece) => JSON.stringify({ queues: notice.queues, ...piece }));
}

/** Reads what `payloadsOf` wrote; only this service speaks on its channel, and what does not read as such is nothing. */
export function readPayload(payload: string): Notice {
  try {
    return { ...nothing, ...(JSON.parse(payload) as Partial<Notice>) };
  } catch {
    return nothing;
  }
}
