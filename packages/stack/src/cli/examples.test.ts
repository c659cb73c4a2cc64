import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureSecrets } from '../embedded/secrets.ts';
import { streamExamples } from './examples.ts';

type Sent = { path: string; key: string | undefined; system: string; decisionId: string; observedAt?: string };

const home = mkdtempSync(join(tmpdir(), 'countersign-examples-'));
const sent: Sent[] = [];
let refused: string | undefined;
/** Of this one intake answers that its id was accepted with other content, or erased. */
const known = 'scan-0003';
/** Writes down what comes, in the order it comes; what intake does with it has tests of its own. */
const server = createServer((request, response) => void take(request, response));
const before = process.env['COUNTERSIGN_HOME'];

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const key = request.headers['idempotency-key'];
  const one = { ...(JSON.parse(await text(request)) as Sent), path: request.url ?? '', key: typeof key === 'string' ? key : undefined };
  sent.push(one);
  const status = one.decisionId === refused ? 422 : one.decisionId === known ? 409 : 202;
  response.writeHead(status, { 'content-type': 'application/json' }).end(status === 202 ? '{}' : `{"code":"${status === 409 ? 'conflict' : 'decision-refused'}","detail":"No","remedy":"Mend it"}`);
}

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  process.env['COUNTERSIGN_HOME'] = home;
  await ensureSecrets(home);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  if (before === undefined) delete process.env['COUNTERSIGN_HOME'];
  else process.env['COUNTERSIGN_HOME'] = before;
  rmSync(home, { recursive: true, force: true });
});

test('what turned out to be true of a first part is told when that is proposed, and before the rest is', async () => {
  const progress: number[] = [];
  expect(await streamExamples(url(), (count) => progress.push(count))).toBe(947);
  expect(progress.at(-1)).toBe(947);
  const outcomes = sent.filter(({ path }) => path === '/v1/outcomes');
  const first = sent.findIndex(({ path }) => path === '/v1/outcomes');
  const past = sent.slice(0, first);
  const rest = sent.slice(first + outcomes.length);
  const keys = (some: readonly Sent[]) => new Set(some.map(({ system, decisionId }) => `${system} ${decisionId}`));
  expect([...past, ...rest].every(({ path }) => path === '/v1/decisions')).toBe(true);
  expect(keys(outcomes)).toEqual(keys(past));
  expect(keys([...past, ...rest]).size).toBe(947);
  // The recording is of a year ago, and nobody knew then: it is reported as known now, and once, however often it is streamed.
  expect(outcomes.every(({ observedAt }) => observedAt === undefined)).toBe(true);
  expect(new Set(outcomes.map(({ key }) => key)).size).toBe(outcomes.length);
  // Of both systems, so that either has exercises.
  for (const system of ['mailroom', 'biopsy-triage']) for (const part of [past, rest]) expect(part.some((one) => one.system === system)).toBe(true);
}, 60_000);

test('any other refusal ends it with what the API said', async () => {
  refused = 'scan-0004';
  await expect(streamExamples(url(), () => undefined)).rejects.toMatchObject({ code: 'decision-refused', message: 'POST /v1/decisions: No', remedy: 'Mend it' });
}, 60_000);
