import { describe, expect, test } from '@jest/globals';
import type { RecordMetadata } from 'kafkajs';
import { BatchingProducer, type ProducerSession } from './batching.ts';
import { ProduceError, RecordTooLargeError } from './errors.ts';
import { producerLimitsDefault } from './producer.ts';
import type { TopicMessages } from './response-check.ts';
import { until } from './testing/test-cluster.ts';
import type { OutgoingRecord, ProducerLimits } from './types.ts';

type Answer = (topicMessages: TopicMessages[]) => Promise<RecordMetadata[]>;

/** Sessions whose broker is a function; what cannot be provoked on one real broker is played here. */
class PlayedSessions {
  opened = 0;
  closed = 0;
  inFlight = 0;
  inFlightMax = 0;
  readonly requests: TopicMessages[][] = [];
  answer: Answer = (sent) => Promise.resolve(acknowledge(sent));

  producer(limits: Partial<ProducerLimits> = {}): BatchingProducer {
    return new BatchingProducer(this.#session(), () => Promise.resolve(this.#session()), { ...producerLimitsDefault, ...limits });
  }

  #session(): ProducerSession {
    this.opened += 1;
    return {
      write: async (topicMessages) => {
        this.inFlightMax = Math.max(this.inFlightMax, (this.inFlight += 1));
        this.requests.push(topicMessages);
        try {
          return await this.answer(topicMessages);
        } finally {
          this.inFlight -= 1;
        }
      },
      partitionCount: () => Promise.resolve(3),
      close: () => (this.closed += 1, Promise.resolve()),
    };
  }

  values(request: number): string[] {
    return (this.requests[request] ?? []).flatMap(({ messages }) => messages.map(({ value }) => String(value)));
  }
}

function acknowledge(sent: readonly TopicMessages[]): RecordMetadata[] {
  return sent.flatMap(({ topic, messages }) => [...new Set(messages.map(({ partition }) => partition))].map((partition) => ({ topicName: topic, partition, errorCode: 0 })));
}

function record(value: string | Buffer, partition = 0): OutgoingRecord {
  return { topic: 't', partition, key: null, value: Buffer.from(value) };
}

const brokerError = (type: string) => Object.assign(new Error(type), { type });

describe('batching', () => {
  test('has one request in flight and merges what callers queue meanwhile', async () => {
    const played = new PlayedSessions();
    let release: () => void = () => undefined;
    played.answer = (sent) => new Promise((resolve) => (release = () => resolve(acknowledge(sent))));
    const producer = played.producer();
    const sends = [producer.send([record('a')])];
    await until('first request', () => played.requests.length === 1);
    for (const value of ['b', 'c', 'd']) sends.push(producer.send([record(value)]));
    await Promise.resolve();
    expect(played.requests).toHaveLength(1);
    release();
    await until('second request', () => played.requests.length === 2);
    release();
    await Promise.all(sends);
    expect(played.values(1)).toEqual(['b', 'c', 'd']);
    expect(played.inFlightMax).toBe(1);
  });

  test('splits a call over several requests so that no partition gets more than 900 kB in one', async () => {
    const played = new PlayedSessions();
    await played.producer().send(Array.from({ length: 10 }, () => record(Buffer.alloc(200_000))));
    const sizes = played.requests.map((request) => request.flatMap(({ messages }) => messages).length);
    expect(sizes).toEqual([4, 4, 2]);
  });

  test('sends again what the answer does not cover, and only that', async () => {
    const played = new PlayedSessions();
    played.answer = (sent) => Promise.resolve(acknowledge(sent).filter(({ partition }) => partition !== 2 || played.requests.length > 1));
    await played.producer().send([record('a', 0), record('b', 2), record('c', 1), record('d', 2)]);
    expect(played.values(1)).toEqual(['b', 'd']);
    expect(played.requests).toHaveLength(2);
  });

  test('fails when the answer never covers a partition', async () => {
    const played = new PlayedSessions();
    played.answer = () => Promise.resolve([]);
    await expect(played.producer().send([record('a')])).rejects.toThrow(ProduceError);
  });

  test('gives up the producer id after a failure, whose sequence numbers are in doubt', async () => {
    const played = new PlayedSessions();
    const producer = played.producer();
    played.answer = () => Promise.reject(new Error('gone'));
    await expect(producer.send([record('a')])).rejects.toThrow(ProduceError);
    played.answer = (sent) => Promise.resolve(acknowledge(sent));
    await producer.send([record('b')]);
    expect([played.opened, played.closed]).toEqual([2, 1]);
  });

  test('finds the one record that the broker does not take, and writes its neighbours', async () => {
    const played = new PlayedSessions();
    const written: string[] = [];
    played.answer = (sent) => {
      const values = sent.flatMap(({ messages }) => messages.map(({ value }) => String(value)));
      if (values.includes('huge')) return Promise.reject(Object.assign(new Error('wrapped'), { cause: brokerError('MESSAGE_TOO_LARGE') }));
      written.push(...values);
      return Promise.resolve(acknowledge(sent));
    };
    const producer = played.producer();
    const outcomes = await Promise.allSettled(['a', 'b', 'huge', 'c', 'd'].map((value) => producer.send([record(value)])));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(outcomes[2]).toMatchObject({ reason: expect.any(RecordTooLargeError) });
    expect(written).toEqual(['a', 'b', 'c', 'd']);
  });

  test('lets nothing of a call overtake the record that failed', async () => {
    const played = new PlayedSessions();
    const written: string[] = [];
    played.answer = (sent) => {
      const values = sent.flatMap(({ messages }) => messages.map(({ value }) => String(value)));
      if (values.includes('huge')) return Promise.reject(brokerError('MESSAGE_TOO_LARGE'));
      written.push(...values);
      return Promise.resolve(acknowledge(sent));
    };
    const producer = played.producer();
    const outcomes = await Promise.allSettled([producer.send(['a', 'huge', 'b'].map((value) => record(value))), producer.send([record('c')])]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(written).toEqual(['a', 'c']);
  });

  test('sends no further request of a call whose first one failed', async () => {
    const played = new PlayedSessions();
    played.answer = () => Promise.reject(new Error('gone'));
    const producer = played.producer();
    await expect(producer.send(Array.from({ length: 10 }, () => record(Buffer.alloc(200_000))))).rejects.toThrow(ProduceError);
    await producer.flush();
    expect(played.requests).toHaveLength(1);
  });

  test('queues nothing of a call with a record that no batch can hold', async () => {
    const played = new PlayedSessions();
    await expect(played.producer().send([record('a'), record(Buffer.alloc(2_000_001))])).rejects.toThrow(RecordTooLargeError);
    expect(played.requests).toHaveLength(0);
  });

  test('makes callers wait while the queue is full, and keeps their order', async () => {
    const played = new PlayedSessions();
    const producer = played.producer({ queueBytesMax: 1000, batchBytesMax: 500 });
    await Promise.all(Array.from({ length: 50 }, (_, index) => producer.send([record(String(index).padEnd(200))])));
    expect(played.requests.flatMap((_, index) => played.values(index)).map(Number)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(played.requests.length).toBeGreaterThanOrEqual(25);
  });

  test('takes no more than its queue holds: who still waits when it is closed is told so', async () => {
    const played = new PlayedSessions();
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    played.answer = (sent) => released.then(() => acknowledge(sent));
    const producer = played.producer({ queueBytesMax: 1000, batchBytesMax: 500 });
    const sends = Promise.allSettled(Array.from({ length: 50 }, (_, index) => producer.send([record(String(index).padEnd(200))])));
    await until('the first request', () => played.inFlight === 1);
    const closed = producer[Symbol.asyncDispose]();
    release();
    await closed;
    const outcomes = (await sends).map(({ status }) => status);
    // One request is in flight, four records fill the queue, and one may stand over its edge.
    expect(outcomes.filter((status) => status === 'fulfilled').length).toBeLessThanOrEqual(6);
    expect(outcomes.indexOf('rejected')).toBe(outcomes.filter((status) => status === 'fulfilled').length);
  });

  test('lingers for company, but not beyond a full batch', async () => {
    const played = new PlayedSessions();
    const producer = played.producer({ lingerMs: 60_000, batchBytesMax: 1000 });
    const sends = [producer.send([record('a')]), producer.send([record('b')]), producer.send([record(Buffer.alloc(1000))])];
    await Promise.all(sends);
    expect(played.values(0)).toEqual(['a', 'b']);
  });

  test('finishes what is queued when closed, and takes nothing afterwards', async () => {
    const played = new PlayedSessions();
    const producer = played.producer({ lingerMs: 60_000 });
    const sent = producer.send([record('a')]);
    await new Promise(setImmediate);
    await producer[Symbol.asyncDispose]();
    await sent;
    await expect(producer.send([record('b')])).rejects.toThrow(ProduceError);
  });
});
