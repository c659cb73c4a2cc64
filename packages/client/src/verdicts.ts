import type { EventCodec } from '@countersign/contracts';
import { connectConsumer, type GroupConsumer, type KafkaConnection, type RecordBatch } from '@countersign/kafka';
import type { Verdict } from './types.ts';
import { CountersignClientError } from './errors.ts';
import { verdictOfEvent } from './verdict-event.ts';

const seenMax = 100_000;
const heartbeatEveryMs = 1000;

type Offer = { verdict: Verdict; handled: () => void };

/**
 * Reads verdicts as a member of a consumer group. One verdict is in the hands of the caller at a time, and the offset
 * follows once the caller asked for the next: memory stays small and nothing is skipped.
 */
export async function* readVerdicts(
  connection: KafkaConnection, codec: EventCodec, options: { groupId: string; systems?: readonly string[]; startAt?: 'earliest' | 'latest' }, closing: AbortSignal,
): AsyncIterableIterator<Verdict> {
  const offers: Offer[] = [];
  const seen = new Set<string>();
  const systems = options.systems === undefined ? null : new Set(options.systems);
  let arrived = Promise.withResolvers<void>();
  let crash: Error | null = null;
  const stopping = new AbortController();
  const outstanding = new Set<PromiseWithResolvers<void>>();
  const stop = () => {
    stopping.abort();
    for (const handled of outstanding) handled.reject(new CountersignClientError('closed', 'The reader stopped before this verdict was handled.'));
    arrived.resolve();
  };
  closing.addEventListener('abort', stop, { once: true });

  const offer = async (verdict: Verdict, batch: RecordBatch) => {
    const handled = Promise.withResolvers<void>();
    const heartbeat = setInterval(() => void batch.heartbeat().catch(() => undefined), heartbeatEveryMs);
    outstanding.add(handled);
    offers.push({ verdict, handled: handled.resolve });
    arrived.resolve();
    try {
      await handled.promise;
    } finally {
      clearInterval(heartbeat);
      outstanding.delete(handled);
    }
    if (seen.size >= seenMax) for (const oldest of seen) { seen.delete(oldest); break; }
    seen.add(verdict.eventId);
  };
  const handle = async (batch: RecordBatch) => {
    const events = await codec.decode('decisions.resolved', batch.records.map((record) => record.value));
    for (const event of events) {
      const verdict = 'undecodable' in event ? null : verdictOfEvent(event);
      if (verdict === null || seen.has(verdict.eventId) || systems?.has(verdict.system) === false) continue;
      if (!batch.isOwned() || stopping.signal.aborted) throw new CountersignClientError('closed', 'The partition was taken away, or the reader stopped.');
      await offer(verdict, batch);
    }
  };
  const consumer: GroupConsumer = await connectConsumer(connection, {
    groupId: options.groupId, topics: [codec.topicName('decisions.resolved')], startAt: options.startAt ?? 'earliest', handle,
    onCrash: (error) => {
      crash = error;
      stop();
    },
  });
  try {
    while (!stopping.signal.aborted) {
      const next = offers.shift();
      if (next === undefined) {
        await arrived.promise;
        arrived = Promise.withResolvers();
        continue;
      }
      yield next.verdict;
      next.handled();
    }
    if (crash !== null) throw new CountersignClientError('unavailable', 'The reader of verdicts was cut off. Iterate again: it goes on where it was.', crash);
  } finally {
    stop();
    closing.removeEventListener('abort', stop);
    await consumer[Symbol.asyncDispose]();
  }
}
