import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { frame, readerType, type DecisionProposed, type EventTypes } from '@countersign/contracts';
import { readWholeTopic } from '@countersign/kafka';
import { policyText, proposal } from '../bench/load.ts';
import { TestStack, until } from '../harness/stack.ts';

const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';
const messages = full ? 10_000 : 1500;
const requests = full ? 2000 : 300;

let stack: TestStack;
let topic: string;
let schemaId: number;

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start();
  await stack.activatePolicy(policyText);
  topic = stack.codec.topicName('decisions.proposed');
  schemaId = stack.codec.encode('decisions.proposed', 'DecisionProposed', proposal('probe')).readUInt32BE(1);
}, 120_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

type Change = (value: DecisionProposed) => void;

/** Each change makes a proposal that Avro can carry and intake must refuse, with this code. */
const refusals: ReadonlyArray<readonly [string, Change]> = [
  ['number-out-of-range', (value) => (value.confidence = NaN)],
  ['number-out-of-range', (value) => (value.confidence = Infinity)],
  ['number-out-of-range', (value) => (value.confidence = -0.01)],
  ['number-out-of-range', (value) => (value.reasoning.factors[0] = { name: 'n', value: 'v', weight: NaN })],
  ['number-out-of-range', (value) => (value.attributes['inkShare'] = NaN)],
  ['probability-sum', (value) => (value.alternatives[0] = { label: '9', content: null, probability: 0.9 })],
  ['duplicate-label', (value) => (value.alternatives[0] = { label: '7', content: null, probability: 0.001 })],
  ['clock-ahead', (value) => (value.proposedAt += 3_600_000_000)],
  ['too-old', (value) => (value.proposedAt = 1_000_000)],
  ['text-invalid', (value) => (value.output.label = 'se\u0000ven')],
  ['field-empty', (value) => (value.reasoning.summary = '   ')],
  ['field-empty', (value) => (value.input.parts = [])],
  ['text-too-long', (value) => (value.decisionId = 'd'.repeat(129))],
  ['content-missing', (value) => (value.input.parts[0] = { name: 'a', mediaType: 'text/plain', content: null, uri: null, sha256: null })],
  ['uri-not-allowed', (value) => (value.input.parts[0] = { name: 'a', mediaType: 'text/plain', content: null, uri: 'http://169.254.169.254/latest', sha256: 'a'.repeat(64) })],
  ['uri-invalid', (value) => (value.input.parts[0] = { name: 'a', mediaType: 'text/plain', content: null, uri: 'file:///etc/passwd', sha256: 'a'.repeat(64) })],
  ['media-type-invalid', (value) => (value.input.parts[0] = { name: 'a', mediaType: 'nonsense', content: Buffer.from('x'), uri: null, sha256: null })],
  ['too-many', (value) => (value.input.parts = Array.from({ length: 65 }, () => ({ name: 'a', mediaType: 'text/plain', content: Buffer.from('x'), uri: null, sha256: null })))],
];

function hostileBytes(index: number): Buffer {
  switch (index % 5) {
    case 0: return randomBytes(1 + (index % 400));
    case 1: return frame(4_000_000 + (index % 7), randomBytes(50));
    case 2: return frame(schemaId, randomBytes(200));
    case 3: return readerType('DecisionProposed').toBuffer(proposal(`unframed-${index}`));
    default: return frame(schemaId, readerType('DecisionProposed').toBuffer(proposal(`cut-${index}`)).subarray(0, 40));
  }
}

test('hostile Kafka messages are each refused with a code, and their valid neighbours all get verdicts', async () => {
  const expected = new Map<string, string>();
  const records = Array.from({ length: messages }, (_, index) => {
    if (index % 3 === 0) return { topic, key: `valid-${index}`, value: stack.codec.encode('decisions.proposed', 'DecisionProposed', proposal(`valid-${index}`)) };
    if (index % 3 === 1) return { topic, key: `bytes-${index}`, value: hostileBytes(index) };
    const [code, change] = refusals[index % refusals.length] ?? ['', () => undefined];
    const value = proposal(`refused-${index}`);
    change(value);
    expected.set(value.decisionId, code);
    return { topic, key: `refused-${index}`, value: stack.codec.encode('decisions.proposed', 'DecisionProposed', value) };
  });
  await stack.producer.send(records);
  await stack.services?.drain(120_000);

  const valid = records.filter(({ key }) => key.startsWith('valid-')).length;
  const [verdicts] = await stack.query<{ count: string }>(`select count(*) from intake.verdicts where decision_id like 'valid-%'`);
  expect(Number(verdicts?.count)).toBe(valid);

  const refused = await readRefused();
  const undecodable = refused.filter(({ code }) => code === 'undecodable').length;
  expect(undecodable).toBe(records.filter(({ key }) => key.startsWith('bytes-')).length);
  const codes = new Map(refused.flatMap(({ decisionId, code }) => (decisionId === null ? [] : [[decisionId, code]])));
  for (const [decisionId, code] of expected) expect([decisionId.slice(0, 40), codes.get(decisionId)]).toEqual([decisionId.slice(0, 40), code]);
  const [dead] = await stack.query<{ count: string }>(`select count(*) from audit.events where record = 'DeadLetter'`);
  expect(Number(dead?.count)).toBe(undecodable);
  expect(stack.crashes).toEqual([]);
}, 240_000);

test('hostile HTTP bodies get a problem with a code, never a 5xx', async () => {
  const bodies = [
    {}, [], { system: 1 }, { ...json('a'), confidence: 2 }, { ...json('b'), decisionId: 'x\u0000y' }, { ...json('c'), decisionId: '\ud800' }, { ...json('d'), proposedAt: 'tomorrow' }, { ...json('e'), extra: true },
    { ...json('f'), output: { label: '7', content: '***', mediaType: 'image/png' } }, { ...json('g'), reasoning: { summary: 'x'.repeat(900_000) } }, { ...json('h'), attributes: { deep: deep(200) } }, { ...json('i'), system: 'not-mine\u0000' },
  ];
  for (let index = 0; index < requests; index += 1) {
    const answer = await stack.call('pipe', 'pipeline', 'POST', '/v1/decisions', bodies[index % bodies.length]);
    expect([index % bodies.length, answer.status >= 400 && answer.status < 500]).toEqual([index % bodies.length, true]);
    expect(typeof answer.json['code']).toBe('string');
  }
}, 120_000);

test('a duplicate re-emits the pinned event byte for byte; other content is a conflict', async () => {
  const first = proposal('twice');
  const value = stack.codec.encode('decisions.proposed', 'DecisionProposed', first);
  const later = stack.codec.encode('decisions.proposed', 'DecisionProposed', { ...first, proposedAt: first.proposedAt + 1000 });
  const other = stack.codec.encode('decisions.proposed', 'DecisionProposed', { ...first, confidence: 0.5 });
  for (const bytes of [value, later, other]) await stack.producer.send([{ topic, key: 'mailroom/twice', value: bytes }]);
  await stack.services?.drain(60_000);
  const accepted = (await readAll('decisions.accepted')).filter((record) => record.key?.toString() === 'mailroom/twice').map((record) => record.value?.toString('hex'));
  expect(accepted).toHaveLength(2);
  expect(new Set(accepted).size).toBe(1);
  expect((await readRefused()).filter(({ decisionId }) => decisionId === 'twice').map(({ code }) => code)).toEqual(['conflict']);
  const [row] = await stack.query<{ verdicts: string; conflicts: string }>(`select (select count(*) from intake.verdicts where decision_id = 'twice') as verdicts, (select count(*) from audit.event_conflicts) as conflicts`);
  expect(row).toEqual({ verdicts: '1', conflicts: '0' });
}, 120_000);

async function readAll(name: 'decisions.accepted' | 'decisions.refused') {
  const records: Array<{ key: Buffer | null; value: Buffer | null }> = [];
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  await using reader = await readWholeTopic({ brokers: stack.settings.brokers, clientId: 'reader', logger }, { topics: [stack.codec.topicName(name)], onRecord: (record) => void records.push(record), onCrash: (error) => { throw error; } });
  await reader.caughtUp;
  return records;
}

async function readRefused(): Promise<Array<EventTypes['DecisionRefused']>> {
  const decoded = await stack.codec.decode('decisions.refused', (await readAll('decisions.refused')).map(({ value }) => value));
  return decoded.flatMap((event) => ('undecodable' in event ? [] : [event.value]));
}

function json(decisionId: string) {
  return { system: 'mailroom', decisionId: `http-${decisionId}`, decisionType: 'digits.routing', input: { parts: [{ name: 'scan', mediaType: 'text/plain', content: 'x' }] }, output: { label: '7' }, reasoning: { summary: 'It is a seven.' }, confidence: 0.9, provenance: { model: { name: 'm', version: '1' } }, action: { description: 'Route it.' } };
}

function deep(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level += 1) value = { value };
  return value;
}

test('waiting for a verdict ends when it is there', async () => {
  const waiting = stack.call('pipe', 'pipeline', 'GET', '/v1/decisions/mailroom/awaited?wait=30s');
  await stack.producer.send([{ topic, key: 'mailroom/awaited', value: stack.codec.encode('decisions.proposed', 'DecisionProposed', proposal('awaited')) }]);
  const answer = await waiting;
  expect(answer.json).toMatchObject({ state: 'resolved', verdict: { verdict: 'approved' } });
  await until('the read model', async () => ((await stack.call('pipe', 'pipeline', 'GET', '/v1/decisions/mailroom/awaited')).json['state'] === 'resolved' ? true : undefined));
});
