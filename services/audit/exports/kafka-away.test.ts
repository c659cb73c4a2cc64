/** Kafka goes away while somebody exports: nothing leaves that is not on the record, and whoever asked is told at once. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { apiKeys, FaultProxy } from '../../../packages/kafka/src/testing/fault-proxy.ts';
import { policyText } from '../../../tests/bench/load.ts';
import { TestStack, until } from '../../../tests/harness/stack.ts';
import { readTopic } from '../../../tests/harness/topics.ts';
import { askFor, download, ended, exported, look, type Told } from '../testing/exports.ts';

let kafka: FaultProxy;
let stack: TestStack;
/** Sooner than the producer gives up, whose refusal would come without this. */
const patienceMs = 20_000;
const everything = { kind: 'search', filter: { record: ['PolicyProposed'] }, formats: ['csv'] };
const unavailable = { status: 503, code: 'unavailable', detail: 'Kafka does not take the record that this leaves, so nothing does.', remedy: expect.stringMatching(/^Ask again once Kafka answers/) };

beforeAll(async () => {
  kafka = await FaultProxy.open();
  stack = await TestStack.prepare({ COUNTERSIGN_KAFKA_BROKERS: kafka.address });
  await stack.start(['risk', 'audit']);
  await stack.activatePolicy(policyText);
  await stack.services?.drain(30_000);
}, 180_000);
afterEach(() => {
  kafka.setAway(false);
  kafka.decide = () => 'pass';
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await kafka[Symbol.asyncDispose]();
}, 120_000);

async function get(path: string): Promise<{ status: number; type: string | null; text: string }> {
  const response = await fetch(`${stack.services?.url ?? ''}${path}`, { headers: { authorization: `Bearer ${await stack.token('olga', 'auditor')}` }, signal: AbortSignal.timeout(patienceMs) });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

async function streamed(reason: string) {
  return await get(`/v1/audit/export?${new URLSearchParams({ reason, record: 'PolicyProposed' }).toString()}`);
}

function expectUnavailable({ status, type, text }: { status: number; type: string | null; text: string }): void {
  expect([status, type?.split(';')[0]]).toEqual([503, 'application/problem+json']);
  expect(JSON.parse(text)).toMatchObject(unavailable);
}

/**
 * What Kafka has of exports that fit. Asked of Kafka itself: a consumer that finds no broker ends its service, whoever supervises it starts another, and
 * nobody does so here.
 */
async function onRecord(record: 'ExportBegun' | 'ExportMade', by: { reason?: string; exportId?: string }): Promise<Array<Record<string, unknown>>> {
  const told = (await readTopic(stack, 'governance.recorded')).filter(({ event }) => event.record === record).map(({ event }) => event.value as unknown as Record<string, unknown>);
  return told.filter((value) => Object.entries(by).every(([name, wanted]) => value[name] === wanted));
}

/** The log says what is true of one that was refused: that it was about to leave, if it has that at all, and that nothing did. */
async function expectNothingLeft(reason: string): Promise<void> {
  const made = await until('its end is on record', async () => (await onRecord('ExportMade', { reason }))[0], 90_000);
  expect(made).toMatchObject({ records: 0, bytes: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' });
  expect(await onRecord('ExportBegun', { reason })).toMatchObject([{ exportId: made['exportId'] }]);
}

test('a stream that begins while Kafka is away is refused with words, and the log says that nothing left', async () => {
  expect(await streamed('With Kafka there')).toMatchObject({ status: 200, text: expect.stringContaining('PolicyProposed') });
  kafka.setAway(true);
  expectUnavailable(await streamed('With Kafka away'));
  kafka.setAway(false);
  await expectNothingLeft('With Kafka away');
  expect((await streamed('With Kafka back')).status).toBe(200);
}, 180_000);

test('a stream whose record Kafka has, and never says so, is refused, too', async () => {
  kafka.decide = (apiKey) => (apiKey === apiKeys.produce ? 'lose-response' : 'pass');
  expectUnavailable(await streamed('With a silent Kafka'));
  kafka.decide = () => 'pass';
  await expectNothingLeft('With a silent Kafka');
}, 180_000);

test('a file is not handed out while Kafka is away, and is there when it is back', async () => {
  const told = await exported(stack, everything);
  kafka.setAway(true);
  expectUnavailable(await get(`/v1/audit/exports/${told.exportId}/file`));
  kafka.setAway(false);
  await until('it can be had again', async () => ((await download(stack, told.exportId)).sha256 === told.files[0]?.sha256 ? true : undefined), 90_000);
}, 180_000);

test('an export that is asked for while Kafka is away waits for it: nobody has anything of it before, and it is on record once', async () => {
  kafka.setAway(true);
  const asked = await askFor(stack, everything);
  expect(asked.status).toBe(202);
  const { exportId } = JSON.parse(asked.text) as Told;
  await until('its files are made', async () => ((await stack.query(`select 1 from audit.exports where export_id = $1 and state = 'made'`, [exportId])).length > 0 ? true : undefined), 60_000);
  expect(await look(stack, exportId)).toMatchObject({ state: 'running', files: [] });
  expect((await download(stack, exportId)).status).toBe(409);
  kafka.setAway(false);
  expect(await ended(stack, exportId)).toMatchObject({ state: 'ready', attempts: 1 });
  expect(await onRecord('ExportMade', { exportId })).toHaveLength(1);
}, 180_000);
