import pg from 'pg';
import type { Sources } from '../chaos/checker/reader.ts';
import { readWorld } from '../chaos/checker/reader.ts';
import type { TopicRecord } from '../chaos/checker/world.ts';
import type { RaceEvent, RaceWorld, Told } from './world.ts';

/** Reads tables and topic. MUST run while nothing writes. */
export async function readRace(sources: Sources, told: Told): Promise<RaceWorld> {
  const { records } = await readWorld(sources, { proposals: [], acknowledged: [] });
  const db = new pg.Client({ connectionString: sources.database });
  await db.connect();
  try {
    const tasks = await db.query<RaceWorld['tasks'][number]>('select task_id as "taskId", state from review.tasks');
    const judgements = await db.query<RaceWorld['judgements'][number]>('select judgement_id as "judgementId", task_id as "taskId", person_id as person, fence, state from review.judgements');
    return { told, tasks: tasks.rows, judgements: judgements.rows, events: eventsOf(records) };
  } finally {
    await db.end();
  }
}

/** A publisher that dies between Kafka and its outbox sends the same event again: the first one counts. */
function eventsOf(records: readonly TopicRecord[]): RaceEvent[] {
  const seen = new Set<string>();
  const changed = records.filter(({ topic }) => topic === 'reviews.changed').sort((one, other) => one.partition - other.partition || Number(one.offset) - Number(other.offset));
  return changed.flatMap(({ record, eventId, facts }) => {
    if (eventId === null || seen.has(eventId)) return [];
    seen.add(eventId);
    const text = (name: string) => (typeof facts[name] === 'string' ? facts[name] : null);
    const number = (name: string) => (typeof facts[name] === 'number' ? facts[name] : null);
    return [{ record, taskId: text('taskId') ?? '', person: text('reviewer'), fence: number('fence') ?? 0, at: number('occurredAt') ?? 0, judgementId: text('judgementId'), reasoning: text('reasoning'), expiresAt: number('expiresAt') }];
  });
}
