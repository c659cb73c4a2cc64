import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decisionKey, derivedEventId, type TopicName } from '@countersign/contracts';
import { createContext, openDatabase, readSamplingKeys } from '@countersign/kit';
import { startRouting } from '@countersign/routing';
import { startSampling } from '@countersign/sampling';
import { commitKeys } from '../../services/sampling/keys.ts';
import { rotateSamplingKey } from '../../packages/stack/src/operations/rotate-key.ts';
import { readTopic } from '../harness/topics.ts';
import { policyText, proposal } from '../bench/load.ts';
import { TestStack, until } from '../harness/stack.ts';

const minute = 60_000;
const boundaryMs = Date.now() - 60 * minute;
const sideCount = 150;
const keys = [{ version: 'k1', validFrom: new Date(0).toISOString(), key: Buffer.alloc(32, 11) }, { version: 'k2', validFrom: new Date(boundaryMs).toISOString(), key: Buffer.alloc(32, 22) }] as const;
/** Half of them before the second key starts, half after; one to the microsecond on either side. */
const acceptedTimes = Array.from({ length: 2 * sideCount }, (_, index) => (boundaryMs * 1000) + (index - sideCount) * (index % 2 === 0 ? 1 : 1_000_000));

let stack: TestStack;
let version = '';

beforeAll(async () => {
  stack = await TestStack.prepare();
  await writeKeys();
  await stack.start(['risk', 'routing', 'sampling']);
  version = await stack.activatePolicy(policyText);
  await stack.producer.send(acceptedTimes.map((acceptedAt, index) => {
    const proposed = { ...proposal(`r-${index}`), confidence: index % 3 === 0 ? 0.7 : 0.985 };
    return stack.publisher.record('decisions.accepted', 'DecisionAccepted', {
      eventId: derivedEventId('mailroom', proposed.decisionId, 'accepted'), occurredAt: acceptedAt, system: 'mailroom', decisionId: proposed.decisionId, actor: null, policyVersion: version,
      decisionType: proposed.decisionType, contentDigest: 'd', acceptedAt, channel: 'kafka', source: { topic: 'decisions.proposed', partition: 0, offset: index }, proposed,
    }, decisionKey('mailroom', proposed.decisionId));
  }));
  await drain();
}, 120_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

async function writeKeys(): Promise<void> {
  await writeFile(stack.settings.samplingKeysFile, JSON.stringify({ keys: keys.map(({ key, ...rest }) => ({ ...rest, keyBase64: key.toString('base64') })) }));
}

async function drain(): Promise<void> {
  for (const name of ['risk', 'routing', 'sampling'] as const) await stack.services?.services.get(name)?.drain(30_000);
}

/** The draw as the documents define it, written again: an implementation that is wrong is not compared with itself. */
function drawnBy(key: Buffer, purpose: string, decisionId: string): number {
  const digest = createHmac('sha256', key).update([purpose, 'mailroom', decisionId].map((part) => `${part.length}:${part}`).join('')).digest();
  return Number(digest.readBigUInt64BE(0) >> 11n) / 2 ** 53;
}

describe('on both sides of the start of a key', () => {
  test('the form is drawn with the key that was valid when the decision was accepted', async () => {
    const routed = await readTopic(stack, 'decisions.routed');
    expect(routed).toHaveLength(acceptedTimes.length);
    for (const { event: { value } } of routed) {
      const key = value.acceptedAt < boundaryMs * 1000 ? keys[0] : keys[1];
      expect([value.decisionId, value.formKeyVersion, value.formDraw]).toEqual([value.decisionId, key.version, drawnBy(key.key, 'form', value.decisionId ?? '')]);
    }
    expect(new Set(routed.map(({ event }) => event.value.formKeyVersion))).toEqual(new Set(['k1', 'k2']));
  });

  test('exactly those decisions are selected that this key draws', async () => {
    const expected = acceptedTimes.flatMap((acceptedAt, index) => {
      const key = acceptedAt < boundaryMs * 1000 ? keys[0] : keys[1];
      const [purpose, rate] = index % 3 === 0 ? (['re-review', 0.03] as const) : (['spot-check', 0.05] as const);
      const draw = drawnBy(key.key, purpose, `r-${index}`);
      return draw < rate ? [[`r-${index}`, purpose, rate, draw, key.version]] : [];
    });
    const selected = (await readTopic(stack, 'spotchecks.selected')).map(({ event: { value } }) => [value.decisionId, value.purpose, value.probability, value.draw, value.keyVersion]);
    expect(selected.map(String).sort()).toEqual(expected.map(String).sort());
    expect(new Set(expected.map((selection) => selection[4]))).toEqual(new Set(['k1', 'k2']));
  });
});

describe('a key that is added while services run', () => {
  test('is refused when it starts in nine minutes: not ready, and not committed to', async () => {
    const soon = { version: 'k3', validFrom: new Date(Date.now() + 9 * minute).toISOString(), keyBase64: Buffer.alloc(32, 33).toString('base64') };
    await writeFile(stack.settings.samplingKeysFile, JSON.stringify({ keys: [...keys.map(({ key, ...rest }) => ({ ...rest, keyBase64: key.toString('base64') })), soon] }));
    const reasons = await until('both services say why', async () => {
      const states = await Promise.all((['routing', 'sampling'] as const).map(async (name) => (await stack.services?.services.get(name)?.readiness())?.reasons ?? []));
      return states.every((state) => state.length > 0) ? states.flat() : undefined;
    });
    expect(reasons.every((reason) => reason.includes('at least 10 minutes ahead'))).toBe(true);
    expect((await stack.query<{ key_version: string }>('select key_version from sampling.sampling_keys order by 1')).map((row) => row.key_version)).toEqual(['k1', 'k2']);
    await writeKeys();
  });

  test('is committed to, in the table and on record, when the command added it', async () => {
    const rotation = await rotateSamplingKey({ file: stack.settings.samplingKeysFile, startsInMs: 20 * minute, nowMs: Date.now() });
    expect(rotation.version).toBe('k3');
    await until('the commitment is on record', async () => ((await readTopic(stack, 'governance.recorded')).some(({ event }) => event.record === 'SamplingKeyChanged' && event.value.keyVersion === 'k3') ? true : undefined));
    const [row] = await stack.query<{ commitment: string; valid_from: string }>(`select commitment, valid_from from sampling.sampling_keys where key_version = 'k3'`);
    expect([row?.commitment, Number(row?.valid_from)]).toEqual([rotation.commitment, Date.parse(rotation.validFrom) * 1000]);
    expect(await stack.services?.services.get('sampling')?.readiness()).toEqual({ ready: true, reasons: [] });
    const commitments = (await readTopic(stack, 'governance.recorded')).flatMap(({ event, record }) => (event.record === 'SamplingKeyChanged' ? [{ id: event.value.eventId, value: record.value?.toString('hex') }] : []));
    for (const { id, value } of commitments) expect(commitments.filter((other) => other.id === id && other.value !== value)).toEqual([]);
  });
});

test('a start with a file from which a committed key is gone is refused: replays would draw with another', async () => {
  await using database = openDatabase('sampling', stack.settings);
  const remaining = readSamplingKeys(stack.settings.samplingKeysFile).filter((key) => key.version !== 'k2');
  await expect(commitKeys({} as never, database.pool, remaining, Date.now() * 1000)).rejects.toThrow('k2 was committed to, and the file lacks it');
});

/** Starts a service as another group, so that it reads everything again and writes beside what is there. */
async function replay<S extends 'routing' | 'sampling'>(name: S, start: typeof startRouting & typeof startSampling): Promise<void> {
  const context = await createContext(name, stack.settings, (error) => stack.crashes.push(error));
  try {
    await using service = await start({ ...context, groupId: `${context.groupId}.replay` } as never);
    await service.drain(30_000);
  } finally {
    await context[Symbol.asyncDispose]();
  }
}

async function valuesByKey(topic: TopicName): Promise<Map<string, string[]>> {
  const values = new Map<string, string[]>();
  for (const { record, event } of await readTopic(stack, topic)) {
    const key = `${record.key?.toString()}/${event.record}`;
    values.set(key, [...(values.get(key) ?? []), record.value?.toString('hex') ?? '']);
  }
  return values;
}

test('a replay of routing and of sampling under the rotated file writes identical value bytes', async () => {
  await stack.stop();
  const topics = ['decisions.routed', 'decisions.resolved', 'spotchecks.selected'] as const;
  const before = await Promise.all(topics.map(valuesByKey));
  await replay('routing', startRouting as never);
  await replay('sampling', startSampling as never);
  const after = await Promise.all(topics.map(valuesByKey));
  after.forEach((values, index) => {
    expect([...values.keys()].sort()).toEqual([...(before[index]?.keys() ?? [])].sort());
    for (const [key, written] of values) expect([key, written.length > 1, new Set(written).size]).toEqual([key, true, 1]);
  });
  expect(after.map(({ size }) => size > 0)).toEqual([true, true, true]);
}, 90_000);
