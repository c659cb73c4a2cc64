import { afterAll, describe, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { partitionForKey } from './partitioner.ts';
import { connectProducer } from './producer.ts';
import { ProduceError, RecordTooLargeError } from './errors.ts';
import { apiKeys, FaultProxy, type Fault } from './testing/fault-proxy.ts';
import { createTopic, readAll, testBroker, testConnection, textOf } from './testing/test-cluster.ts';
import type { OutgoingRecord } from './types.ts';

const records = (topic: string, from: number, count: number, partitions: number): OutgoingRecord[] =>
  Array.from({ length: count }, (_, index) => ({ topic, partition: (from + index) % partitions, key: null, value: Buffer.from(String(from + index)) }));

/** Everything once, and in order within each partition. */
async function expectExactly(topic: string, count: number, partitions: number): Promise<void> {
  const all = await readAll(topic);
  for (let partition = 0; partition < partitions; partition += 1) {
    const values = all.filter((record) => record.partition === partition).map((record) => Number(textOf(record)));
    expect(values).toEqual(Array.from({ length: count }, (_, index) => index).filter((value) => value % partitions === partition));
  }
}

describe('producer', () => {
  const opened: AsyncDisposable[] = [];
  afterAll(async () => {
    for (const resource of opened.reverse()) await resource[Symbol.asyncDispose]();
  });

  async function throughProxy(decide: (nth: number) => Fault) {
    const proxy = await FaultProxy.open();
    opened.push(proxy);
    proxy.decide = (apiKey, nth) => (apiKey === apiKeys.produce ? decide(nth) : 'pass');
    const producer = await connectProducer({ ...testConnection([proxy.address]), requestTimeoutMs: 500 });
    opened.push(producer);
    return { proxy, producer };
  }

  test.each(['lose-response', 'cut-response', 'cut-request'] as const)('writes everything once and in order with many calls at once and: %s', async (fault) => {
    const topic = await createTopic(3);
    const { proxy, producer } = await throughProxy((nth) => (nth % 3 === 2 && nth < 12 ? fault : 'pass'));
    for (let wave = 0; wave < 8; wave += 1) {
      await Promise.all(Array.from({ length: 10 }, (_, call) => producer.send(records(topic, wave * 300 + call * 30, 30, 3))));
    }
    expect(proxy.seen(apiKeys.produce)).toBeGreaterThan(8);
    await expectExactly(topic, 2400, 3);
  });

  test('tries again within milliseconds after a lost connection', async () => {
    const topic = await createTopic(1);
    const { producer } = await throughProxy((nth) => (nth % 2 === 0 ? 'cut-request' : 'pass'));
    const recoveriesMs: number[] = [];
    for (let index = 0; index < 6; index += 1) {
      const startedMs = performance.now();
      await producer.send(records(topic, index, 1, 1));
      recoveriesMs.push(performance.now() - startedMs);
    }
    // All but the first are cut once. kafkajs alone waits 240 to 360 ms before it tries again, and 49 where NODE_ENV is "test".
    expect(recoveriesMs.sort((a, b) => a - b)[1]).toBeLessThan(45);
    await expectExactly(topic, 6, 1);
  });

  test('writes 5 MB of one call to one partition although a request may hold 1 MB of it', async () => {
    const topic = await createTopic(1);
    await using producer = await connectProducer(testConnection());
    await producer.send(Array.from({ length: 50 }, (_, index) => ({ topic, key: null, value: Buffer.alloc(100_000, String(index % 10)) })));
    const all = await readAll(topic);
    expect(all.map((record) => textOf(record)[0])).toEqual(Array.from({ length: 50 }, (_, index) => String(index % 10)));
  });

  test('refuses the record that its topic does not take, writes its neighbours, and lives on', async () => {
    const topic = await createTopic(1, { 'max.message.bytes': '50000' });
    await using producer = await connectProducer(testConnection());
    const send = (value: string) => producer.send([{ topic, key: null, value: Buffer.from(value) }]);
    const outcomes = await Promise.allSettled([send('a'), send('x'.repeat(60_000)), send('b')]);
    expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: expect.any(RecordTooLargeError) });
    await send('c');
    expect((await readAll(topic)).map(textOf)).toEqual(['a', 'b', 'c']);
  });

  test('keeps keys, headers, tombstones and text as they are', async () => {
    const topic = await createTopic(2);
    await using producer = await connectProducer(testConnection());
    await producer.send([
      { topic, key: 'schlüssel', value: Buffer.from([0, 255]), headers: { traceparent: '00-ab', ce_id: Buffer.from([1, 2]) }, partition: 1 },
      { topic, key: Buffer.from([7]), value: null, partition: 1 },
    ]);
    const all = await readAll(topic);
    expect(all.map(({ partition, key, value }) => [partition, key, value])).toEqual([[1, Buffer.from('schlüssel'), Buffer.from([0, 255])], [1, Buffer.from([7]), null]]);
    expect(all[0]?.headers).toEqual({ traceparent: Buffer.from('00-ab'), ce_id: Buffer.from([1, 2]) });
  });

  test('takes headers that a stranger named, the last of a name', async () => {
    const topic = await createTopic(1);
    const producer = new kafkajs.Kafka({ brokers: [testBroker()], logLevel: kafkajs.logLevel.NOTHING }).producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ value: 'a', headers: JSON.parse('{"__proto__":"x","constructor":"y","twice":["1","2"]}') as Record<string, string> }, { value: 'b' }] });
    await producer.disconnect();
    const [first, second] = await readAll(topic);
    expect(Object.entries(first?.headers ?? {}).map(([name, value]) => [name, String(value)])).toEqual([['__proto__', 'x'], ['constructor', 'y'], ['twice', '2']]);
    expect(Object.keys(second?.headers ?? { missing: '' })).toEqual([]);
    // One header is found as it is among all of them.
    expect([first?.header('twice')?.toString(), first?.header('__proto__')?.toString(), first?.header('twic'), second?.header('twice')]).toEqual(['2', 'x', undefined, undefined]);
  });

  test('gives keys the partition that the Java partitioner gives them', () => {
    const partitioner = kafkajs.Partitioners.DefaultPartitioner();
    const partitionMetadata = Array.from({ length: 12 }, (_, partitionId) => ({ partitionId, partitionErrorCode: 0, leader: 0, replicas: [0], isr: [0] }));
    for (const key of ['', 'a', 'ab', 'abc', 'abcd', 'digits/42', 'schlüssel', ...Array.from({ length: 500 }, (_, index) => `system-${index % 7}/case-${index * 31}`)]) {
      expect(partitionForKey(key, 12)).toBe(partitioner({ topic: 't', partitionMetadata, message: { key, value: null } }));
    }
  });

  test('fails when the broker neither answers nor hangs up, however long a request may take', async () => {
    const topic = await createTopic(1);
    const proxy = await FaultProxy.open();
    opened.push(proxy);
    const producer = await connectProducer({ ...testConnection([proxy.address]), requestTimeoutMs: 60_000 }, {}, { writeMsMax: 300 });
    opened.push(producer);
    await producer.send(records(topic, 0, 1, 1));
    proxy.frozen = true;
    await expect(producer.send(records(topic, 1, 1, 1))).rejects.toThrow(/no answer within 0.3 s/);
    proxy.frozen = false;
  });

  test('fails when the broker takes connections and answers nothing, on all that a session is asked', async () => {
    const topic = await createTopic(1);
    const proxy = await FaultProxy.open();
    opened.push(proxy);
    const connection = { ...testConnection([proxy.address]), requestTimeoutMs: 60_000 };
    const producer = await connectProducer(connection, {}, { writeMsMax: 300 });
    opened.push(producer);
    proxy.frozen = true;
    await expect(connectProducer(connection, {}, { writeMsMax: 300 })).rejects.toThrow(/no answer within 0.3 s/);
    // How many partitions the topic has is asked first.
    await expect(producer.send(records(topic, 0, 1, 1))).rejects.toThrow(/cannot be written: no answer within 0.3 s/);
    proxy.frozen = false;
    await producer.send(records(topic, 1, 1, 1));
  });

  test('says at once that it is closed', async () => {
    const topic = await createTopic(1);
    const producer = await connectProducer(testConnection());
    await producer[Symbol.asyncDispose]();
    await expect(producer.send(records(topic, 0, 1, 1))).rejects.toThrow(ProduceError);
  });
});
