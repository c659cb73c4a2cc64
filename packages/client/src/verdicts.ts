import type { EventCodec } from '@countersign/contracts';
import { connectConsumer, type GroupConsumer, type KafkaConnection, type RecordBatch } from '@countersign/kafka';
import type { Verdict, VerdictsWanted } from './types.ts';
import { CountersignClientError, orUnavailable } from './errors.ts';
import { verdictOfEvent } from './verdict-event.ts';

const seenMax = 100_000;
/** What is fetched ahead is held by a reader that may be slow: some hundred verdicts, or one, however long. */
const fetchBytesMax = 65_536;

type Offer = { verdict: Verdict; handled: () => void };

/**
 * Reads verdicts as a member of a consumer group. One verdict is in the hands of the caller at a time, and the offset
 * follows once the caller asked for the next: memory stays small and nothing is skipped.
 */
export async function* readVerdicts(connection: KafkaConnection, codec: EventCodec, options: VerdictsWanted, closing: AbortSignal): AsyncIterableIterator<Verdict> {
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

  const offer = async (verdict: Verdict) => {
    const handled = Promise.withResolvers<void>();
    outstanding.add(handled);
    offers.push({ verdict, handled: handled.resolve });
    arrived.resolve();
    try {
      await handled.promise;
    } finally {
      outstanding.delete(handled);
    }
    if (seen.size >= seenMax) for (const oldest of seen) { seen.delete(oldest); break; }
    seen.add(verdict.eventId);
  };
  const handle = async (batch: RecordBatch) => {
    const events = await codec.decode('decisions.resolved', batch.records.map((record) => record.value));
    for (const [index, record] of batch.records.entries()) {
      const event = events[index];
      const verdict = event === undefined || 'undecodable' in event ? null : verdictOfEvent(event);
      if (verdict === null || seen.has(verdict.eventId) || systems?.has(verdict.system) === false) continue;
      if (!batch.isOwned() || stopping.signal.aborted) throw new CountersignClientError('closed', 'The partition was taken away, or the reader stopped.');
      await offer(verdict);
      batch.progressed(record);
    }
  };
  // One partition at a time: a verdict that waits for its turn must not count as one that is worked on.
  const consumer: GroupConsumer = await orUnavailable(connectConsumer(connection, {
    groupId: options.groupId, topics: [codec.topicName('decisions.resolved')], startAt: options.startAt ?? 'earliest', handle,
    concurrency: 1, partitionBytesMax: fetchBytesMax, fetchBytesMax, ...(options.handleMsMax === undefined ? {} : { handleMsMax: options.handleMsMax }),
    onCrash: (error) => {
      crash = error;
      stop();
    },
  }));
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
