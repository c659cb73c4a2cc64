import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readWholeTopic, type ConsumedRecord } from '@countersign/kafka';
import { DeadLetters, type DeadLetterEntry } from '../../packages/stack/src/operations/dead-letters.ts';
import { readTopic } from '../harness/topics.ts';
import { TestStack, until } from '../harness/stack.ts';

/** No event of ours: bytes that are no text, with a key and headers that are none either. */
const sent = [0, 1, 2].map((index) => ({ partition: index, key: Buffer.from([0xff, index, 0x00]), value: Buffer.from([0xde, 0xad, 0xbe, 0xef, index]), headers: { 'x-text': 'grüße', 'x-bytes': Buffer.from([0, 255, index]) } }));
const cli = join(import.meta.dirname, '../../packages/stack/src/cli/main.ts');

let stack: TestStack;
let desk: DeadLetters;
let topic = '';
let letters: DeadLetterEntry[] = [];

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start(['intake', 'audit']);
  topic = stack.codec.topicName('decisions.proposed');
  await stack.producer.send(sent.map((message) => ({ topic, ...message })));
  desk = await DeadLetters.connect(stack.settings);
  letters = await until('three dead letters', async () => {
    const entries = await desk.list({});
    return entries.length === sent.length ? entries : undefined;
  });
}, 120_000);

afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
}, 60_000);

function letterOf(index: number): DeadLetterEntry {
  const found = letters.find(({ partition }) => partition === index);
  if (found === undefined) throw new Error(`No dead letter of partition ${index}.`);
  return found;
}

/** Messages on the input topic as they are, by partition. */
async function messages(): Promise<Map<number, ConsumedRecord[]>> {
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const found = new Map<number, ConsumedRecord[]>();
  const reader = await readWholeTopic({ brokers: stack.settings.brokers, clientId: 'test', logger: silent }, {
    topics: [topic], onCrash: (error) => stack.crashes.push(error), onRecord: (record) => void found.set(record.partition, [...(found.get(record.partition) ?? []), record]),
  });
  await reader.caughtUp;
  await reader[Symbol.asyncDispose]();
  return found;
}

async function run(...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [cli, 'dead-letters', ...args], {
    env: { PATH: process.env['PATH'], COUNTERSIGN_KAFKA_BROKERS: stack.settings.brokers.join(','), COUNTERSIGN_REGISTRY_URL: stack.settings.registryUrl, COUNTERSIGN_TOPIC_PREFIX: stack.settings.topicPrefix },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, ...output };
}

describe('list', () => {
  test('tells where each came from and why', () => {
    for (const [index, message] of sent.entries()) {
      const { key, headers, ...entry } = letterOf(index);
      expect(entry).toMatchObject({ topic, partition: index, offset: 0, reason: 'undecodable', service: 'intake', bytes: message.value.length, replays: [] });
      expect([key, headers['x-bytes'], headers['x-text']?.toString()]).toEqual([message.key, message.headers['x-bytes'], 'grüße']);
      expect(entry.error).not.toBe('');
    }
  });

  test.each([
    [{ topic: 'decisions.proposed' }, 3], [{ topic: 'outcomes.recorded' }, 0], [{ reason: 'stalled' }, 0], [{ reason: 'undecodable', service: 'intake' }, 3], [{ service: 'risk' }, 0],
    [{ sinceMs: Date.now() + 3_600_000 }, 0], [{ sinceMs: 0 }, 3], [{ ids: ['nothing'] }, 0],
  ])('filter %j finds %i', async (filter, count) => {
    expect(await desk.list(filter)).toHaveLength(count);
  });
});

describe('replay', () => {
  test('with --dry-run sends nothing and leaves nothing on record', async () => {
    expect((await desk.replay({ topic: 'decisions.proposed' }, { person: 'olga', dryRun: true })).map(({ outcome }) => outcome)).toEqual(['would-replay', 'would-replay', 'would-replay']);
    expect([...(await messages()).values()].flat()).toHaveLength(sent.length);
    expect((await desk.list({})).flatMap(({ replays }) => replays)).toEqual([]);
  });

  test('sends the chosen one again, byte for byte, and names the person', async () => {
    const before = Date.now() * 1000;
    const [result] = await desk.replay({ ids: [letterOf(1).eventId] }, { person: 'Olga Brandt' });
    expect(result?.outcome).toBe('replayed');
    const [first, second] = (await messages()).get(1) ?? [];
    expect([second?.key, second?.value]).toEqual([sent[1]?.key, sent[1]?.value]);
    expect(Object.entries(second?.headers ?? {}).map(([name, content]) => [name, Buffer.from(content)])).toEqual(Object.entries(first?.headers ?? {}).map(([name, content]) => [name, Buffer.from(content)]));
    const after = await messages();
    expect([0, 1, 2].map((partition) => after.get(partition)?.length)).toEqual([1, 2, 1]);
    const recorded = (await readTopic(stack, 'governance.recorded')).flatMap(({ event }) => (event.record === 'DeadLetterReplayed' ? [event.value] : []));
    expect(recorded.map(({ actor, deadLetterId, topic: to, partition, offset }) => ({ actor, deadLetterId, to, partition, offset }))).toEqual([{ actor: 'Olga Brandt', deadLetterId: letterOf(1).eventId, to: topic, partition: 1, offset: 0 }]);
    expect(recorded[0]?.occurredAt).toBeGreaterThanOrEqual(before);
  });

  test('is on the audit log', async () => {
    const logged = await until('the replay is on the log', async () => {
      const rows = await stack.query<{ actor: string }>(`select actor from audit.events where record = 'DeadLetterReplayed'`);
      return rows.length > 0 ? rows : undefined;
    });
    expect(logged).toEqual([{ actor: 'Olga Brandt' }]);
  });

  test('a second time is noticed, and happens only when asked for', async () => {
    const filter = { ids: [letterOf(1).eventId] };
    expect((await desk.replay(filter, { person: 'rita' }))[0]).toMatchObject({ outcome: 'replayed-before', entry: { replays: [{ by: 'Olga Brandt' }] } });
    expect((await messages()).get(1)).toHaveLength(2);
    expect((await desk.replay(filter, { person: 'rita', again: true }))[0]?.outcome).toBe('replayed');
    expect((await messages()).get(1)).toHaveLength(3);
    expect((await desk.show(letterOf(1).eventId))?.entry.replays.map(({ by }) => by)).toEqual(['Olga Brandt', 'rita']);
  });

  test('what still cannot be read dies again, as a letter of its own', async () => {
    const again = await until('the replayed messages died', async () => {
      const entries = (await desk.list({})).filter(({ partition }) => partition === 1);
      return entries.length === 3 ? entries : undefined;
    });
    expect(again.map(({ offset }) => offset).sort()).toEqual([0, 1, 2]);
  });
});

describe('the command', () => {
  test('lists, shows, and writes the bytes to a file', async () => {
    expect((await run('list', '--topic', 'decisions.proposed', '--since', '1h')).stdout).toContain(letterOf(0).eventId);
    const file = join(tmpdir(), `${letterOf(0).eventId}.bin`);
    const shown = await run('show', letterOf(0).eventId, '--value', file);
    expect([shown.status, shown.stdout.includes('key: 0xff0000'), shown.stdout.includes('value: 0xdeadbeef00'), shown.stdout.includes('header x-text: grüße')]).toEqual([0, true, true, true]);
    expect(await readFile(file)).toEqual(sent[0]?.value);
    await rm(file);
  }, 120_000);

  test('replays for a person only, only what is chosen, and says when it was done before', async () => {
    expect((await run('replay', letterOf(2).eventId)).stderr).toContain('--as');
    expect((await run('replay', '--as', 'olga')).stderr).toContain('Nothing is chosen');
    expect(await run('replay', letterOf(2).eventId, '--as', 'olga')).toMatchObject({ status: 0, stdout: expect.stringContaining('1 of 1 replayed') });
    const second = await run('replay', letterOf(2).eventId, '--as', 'olga');
    expect([second.status, second.stdout.includes('0 of 1 replayed'), second.stdout.includes('replayed before')]).toEqual([1, true, true]);
  }, 120_000);
});
