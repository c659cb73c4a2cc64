import type { Admin } from 'kafkajs';
import { patiently } from './bounds.ts';
import { OffsetOutOfRangeError } from './errors.ts';
import type { GroupConsumerOptions, TopicPartition } from './types.ts';

export type StartPosition = TopicPartition & { next: bigint; highWatermark: bigint };

/** A database that was killed reads its log first. Less than an assignment may take to begin (consumer.ts). */
const storePatienceMs = 60_000;

/** The key of a partition in the maps of this package. */
export function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

/**
 * Where each assigned partition goes on: the stored position, else the committed offset, else the start that the options
 * name. Throws `OffsetOutOfRangeError` for one outside the log; what to do then is not for a program to decide. Asks a store that is away again, as
 * long as the assignment `isWanted`: a position must not be taken over for one that is past.
 */
export async function readStartPositions(admin: Admin, assigned: readonly TopicPartition[], { groupId, startAt, onAssigned, isPassing }: GroupConsumerOptions, isWanted: () => boolean): Promise<StartPosition[]> {
  const ask = async () => (onAssigned === undefined || !isWanted() ? [] : await onAssigned(assigned));
  const positions = await patiently(ask, { msMax: storePatienceMs, isPassing: (error) => isOfClient(error) || isPassing?.(error) === true });
  const stored = new Map(positions.map((position) => [placeOf(position), position.offset]));
  const topics = [...new Set(assigned.map(({ topic }) => topic))];
  const marks = await readMarks(admin, topics);
  const committed = assigned.every((place) => stored.has(placeOf(place))) ? new Map<string, bigint>() : await readCommitted(admin, groupId, topics);
  return assigned.map(({ topic, partition }) => {
    const place = placeOf({ topic, partition });
    const mark = marks.get(place);
    if (mark === undefined) throw new OffsetOutOfRangeError(`${place} was assigned to ${groupId} and is not there.`);
    const next = stored.get(place) ?? committed.get(place) ?? (startAt === 'latest' ? mark.high : mark.low);
    if (next < mark.low || next > mark.high) {
      throw new OffsetOutOfRangeError(`The position ${next} of ${place} is outside the log (${mark.low} to ${mark.high}). Was the topic truncated, did records expire unread, or is this another cluster? Restore it, or reset the position of ${groupId} on purpose.`);
    }
    return { topic, partition, next, highWatermark: mark.high };
  });
}

/** First offset that is there and end of what can be read (records of open transactions cannot), by `placeOf`. */
export async function readMarks(admin: Admin, topics: readonly string[]): Promise<Map<string, { low: bigint; high: bigint }>> {
  const marks = new Map<string, { low: bigint; high: bigint }>();
  await Promise.all(topics.map(async (topic) => {
    for (const { partition, low, high } of await patiently(() => admin.fetchTopicOffsets(topic))) {
      marks.set(placeOf({ topic, partition }), { low: BigInt(low), high: BigInt(high) });
    }
  }));
  return marks;
}

async function readCommitted(admin: Admin, groupId: string, topics: string[]): Promise<Map<string, bigint>> {
  const committed = new Map<string, bigint>();
  for (const { topic, partitions } of await patiently(() => admin.fetchOffsets({ groupId, topics }))) {
    for (const { partition, offset } of partitions) if (BigInt(offset) >= 0n) committed.set(placeOf({ topic, partition }), BigInt(offset));
  }
  return committed;
}

function isOfClient(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith('KafkaJS');
}
