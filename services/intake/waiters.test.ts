import { afterEach, expect, jest, test } from '@jest/globals';
import fastify from 'fastify';
import type { Pool } from 'pg';
import type { IntakeHttpDeps } from './http.ts';
import { intakeRoutes } from './http.ts';
import { VerdictWaiters } from './waiters.ts';

type Rows = { rows: Array<{ system: string; decisionId: string }> };
const found: Rows = { rows: [{ system: 'mailroom', decisionId: 'one' }] };

afterEach(() => void jest.useRealTimers());

test('a server that closes answers whoever waits for a verdict, and lets nobody wait anew', async () => {
  const looked = Promise.withResolvers<void>();
  const pin = { digest: Buffer.alloc(32), policyVersion: 'p', acceptedAt: 0, erased: false };
  const pool = { query: async ({ name }: { name?: string }) => {
    if (name === 'find-verdict') looked.resolve();
    return await Promise.resolve({ rows: name === 'find-pin' ? [pin] : [] });
  } } as unknown as Pool;
  using waiters = new VerdictWaiters(pool, 10, () => undefined);
  const app = fastify({ ajv: { customOptions: { allowUnionTypes: true } } });
  app.decorateRequest('identity');
  app.addHook('onRequest', async (request) => await Promise.resolve(void (request.identity = { subject: 'sue', name: 'sue', roles: ['supervisor'], systems: [], sessionId: null })));
  await app.register(intakeRoutes({ pool, waiters, settings: { waitMsMax: 60_000 } } as unknown as IntakeHttpDeps));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const asked = fetch(`${url}/v1/decisions/mailroom/one?wait=60s`, { headers: { connection: 'close' } });
  await looked.promise;
  await app.close();
  const answer = await asked;
  expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ state: 'accepted' })]);
  await waiters.wait('mailroom', 'one', 60_000, new AbortController().signal);
});

test('a slow database is asked once at a time, and again after an answer, be it an error', async () => {
  jest.useFakeTimers();
  const asked: Array<PromiseWithResolvers<Rows>> = [];
  const pool = { query: () => (asked.push(Promise.withResolvers<Rows>()), asked.at(-1)?.promise) } as unknown as Pool;
  const errors: unknown[] = [];
  using waiters = new VerdictWaiters(pool, 10, (error) => errors.push(error));
  const waiting = waiters.wait('mailroom', 'one', 3_600_000, new AbortController().signal);
  await jest.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveLength(1);
  asked[0]?.reject(new Error('away'));
  await jest.advanceTimersByTimeAsync(10_000);
  expect([asked.length, errors.length]).toEqual([2, 1]);
  asked[1]?.resolve(found);
  await waiting;
});
