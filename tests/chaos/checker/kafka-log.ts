import kafkajs, { type Admin } from 'kafkajs';

export type RawRecord = { topic: string; partition: number; offset: number; value: Buffer | null };

const readMsMax = 180_000;

/** Reads every topic of the prefix from offset 0 to its end. Rejects when offset 0 is gone: then nothing can be proved. */
export async function readEveryRecord({ kafka, prefix }: { kafka: string; prefix: string }, onRecord: (record: RawRecord) => Promise<void>): Promise<void> {
  const client = new kafkajs.Kafka({ clientId: 'chaos-checker', brokers: [kafka], logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  const consumer = client.consumer({ groupId: `checker-${Date.now()}-${Math.floor(Math.random() * 1e9)}`, maxBytesPerPartition: 4_000_000, maxWaitTimeInMs: 100 });
  await Promise.all([admin.connect(), consumer.connect()]);
  const finished = Promise.withResolvers<void>();
  const late = setTimeout(() => finished.reject(new Error(`The log could not be read in ${readMsMax} ms; left: ${[...left.entries()].slice(0, 5).join(' ')}`)), readMsMax);
  const left = new Map<string, number>();
  try {
    const topics = (await admin.listTopics()).filter((name) => name.startsWith(prefix) && name.endsWith('.v1'));
    for (const topic of topics) for (const [partition, end] of await endsOf(admin, topic)) left.set(`${topic}/${partition}`, end);
    await consumer.subscribe({ topics, fromBeginning: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => finished.reject(payload.error));
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        const place = `${batch.topic}/${batch.partition}`;
        const end = left.get(place);
        if (end === undefined) return;
        for (const message of batch.messages) await onRecord({ topic: batch.topic, partition: batch.partition, offset: Number(message.offset), value: message.value });
        if (Number(batch.lastOffset()) + 1 >= end) left.delete(place);
        if (left.size === 0) finished.resolve();
      },
    });
    if (left.size === 0) finished.resolve();
    await finished.promise;
  } catch (error) {
    // Somebody waits for it only on the way above.
    finished.promise.catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(late);
    await Promise.allSettled([consumer.disconnect(), admin.disconnect()]);
  }
}

async function endsOf(admin: Admin, topic: string): Promise<Array<[number, number]>> {
  const ends: Array<[number, number]> = [];
  for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
    if (low !== '0') throw new Error(`${topic}/${partition} begins at ${low}: what was before cannot be checked.`);
    if (high !== '0') ends.push([partition, Number(high)]);
  }
  return ends;
}
