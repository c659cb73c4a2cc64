import { setTimeout as wait } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import pg from 'pg';
import type { Sources } from './checker/reader.ts';

const lookEveryMs = 250;
/** The groups that keep their place in Kafka alone, and what they read. */
const committing = { intake: 'decisions.proposed', risk: 'decisions.accepted', routing: 'decisions.classified', sampling: 'decisions.routed' } as const;
/** What one look finds may move between two of its questions. */
const quietLooks = 2;

/**
 * Resolves when everything that is on the topics was handled by every group, no judgement is pending and no outbox holds
 * anything. Rejects with what is behind. Groups that store their position in Postgres are judged by that; those in `except`
 * are not asked.
 */
export async function drained(sources: Sources, deadlineMs: number, except: readonly string[] = []): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  const client = new kafkajs.Kafka({ clientId: 'chaos-drain', brokers: [sources.kafka], logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 30, maxRetryTime: 1000 } });
  const admin = client.admin();
  const db = new pg.Client({ connectionString: sources.database });
  await Promise.all([admin.connect(), db.connect()]);
  try {
    for (let quiet = 0; quiet < quietLooks; ) {
      const behind = await behindOf(sources, admin, db, except);
      quiet = behind.length === 0 ? quiet + 1 : 0;
      if (behind.length > 0 && Date.now() > deadline) throw new Error(`Not drained after ${deadlineMs} ms: ${behind.slice(0, 10).join('; ')}`);
      await wait(lookEveryMs);
    }
  } finally {
    await Promise.all([admin.disconnect(), db.end()]);
  }
}

/** How many events of these services are not published yet. */
export async function outboxRows(sources: Sources, services: readonly string[]): Promise<number> {
  const db = new pg.Client({ connectionString: sources.database });
  await db.connect();
  try {
    return await countOutbox(db, services);
  } finally {
    await db.end();
  }
}

async function countOutbox(db: pg.Client, services: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ count: string }>(`select ${services.map((service) => `(select count(*) from ${db.escapeIdentifier(service)}.outbox)`).join(' + ')} as count`);
  return Number(rows[0]?.count);
}

async function behindOf(sources: Sources, admin: Admin, db: pg.Client, except: readonly string[]): Promise<string[]> {
  const positions = new Map<string, Map<string, number>>();
  for (const schema of ['intake', 'sampling', 'review', 'audit', 'metrics']) {
    const { rows } = await db.query<{ group_id: string; topic: string; partition: number; next_offset: string }>(`select group_id, topic, partition, next_offset from ${schema}.positions`);
    for (const row of rows) {
      const group = positions.get(row.group_id) ?? new Map<string, number>();
      positions.set(row.group_id, group.set(`${row.topic}/${row.partition}`, Number(row.next_offset)));
    }
  }
  for (const [service, topic] of Object.entries(committing)) {
    const groupId = `${sources.prefix}${service}`;
    const [offsets] = await admin.fetchOffsets({ groupId, topics: [`${sources.prefix}${topic}.v1`] });
    positions.set(groupId, new Map((offsets?.partitions ?? []).map(({ partition, offset }) => [`${offsets?.topic}/${partition}`, Math.max(0, Number(offset))])));
  }
  const behind: string[] = [];
  const ends = new Map<string, number>();
  for (const [groupId, group] of positions) {
    if (except.includes(groupId.slice(sources.prefix.length))) continue;
    for (const [place, next] of group) {
      const [topic = ''] = place.split('/');
      if (!ends.has(place)) for (const { partition, high } of await admin.fetchTopicOffsets(topic)) ends.set(`${topic}/${partition}`, Number(high));
      if (next < (ends.get(place) ?? 0)) behind.push(`${groupId} is at ${next} of ${ends.get(place)} in ${place}`);
    }
  }
  const { rows } = await db.query<{ count: string }>("select count(*) from review.judgements where state = 'pending'");
  if (rows[0]?.count !== '0') behind.push(`${rows[0]?.count} judgements are pending`);
  const outbox = await countOutbox(db, ['risk', 'sampling', 'review', 'metrics']);
  if (outbox > 0) behind.push(`${outbox} events are in an outbox`);
  return behind;
}
