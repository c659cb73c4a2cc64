import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { decisionKey, derivedEventId, type DecisionClassified } from '@countersign/contracts';
import { failClosedVersion, parsePolicy } from '@countersign/core';
import { consumerReasons } from '@countersign/kit';
import { TestStack, until } from '../../tests/harness/stack.ts';
import { readTopic } from '../../tests/harness/topics.ts';
import { proposal } from '../../tests/harness/proposal.ts';

const digits = readFileSync(join(import.meta.dirname, '../../examples/policies/digits.routing.yaml'), 'utf8');
const policyOf = (rate: string) => digits.replace('spotCheckRate: 0.05', `spotCheckRate: ${rate}`);
let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start(['risk']);
}, 90_000);
afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);
afterEach(() => expect(stack.crashes).toEqual([]));

function versionOf(text: string): string {
  const result = parsePolicy(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.policy.version;
}

/** What intake would have written. */
async function accept(decisionId: string, policyVersion: string): Promise<void> {
  const proposed = proposal(decisionId, { proposedAt: 1_000_000, attributes: { inkShare: 0.3, margin: 0.8, runnerUp: '1', touchesEdge: false } });
  const { system, decisionType } = proposed;
  await stack.producer.send([stack.publisher.record('decisions.accepted', 'DecisionAccepted', {
    eventId: derivedEventId(system, decisionId, 'accepted'), occurredAt: 1_000_000, system, decisionId, actor: null, policyVersion, decisionType, contentDigest: '0'.repeat(64), acceptedAt: 1_000_000,
    channel: 'kafka', source: { topic: 'decisions.proposed', partition: 0, offset: 0 }, proposed,
  }, decisionKey(system, decisionId))]);
}

const classified = async (): Promise<Array<{ value: DecisionClassified; bytes: string }>> => (await readTopic(stack, 'decisions.classified')).map(({ event, record }) => ({ value: event.value, bytes: record.value?.toString('hex') ?? '' }));
const readiness = async () => await stack.services?.services.get('risk')?.readiness();

async function propose(text: string): Promise<void> {
  const answer = await stack.call('ada', 'policy-author', 'POST', '/v1/policies/versions', { text, note: '' });
  expect(answer.status).toBe(201);
}

describe('risk', () => {
  test('waits for a policy version that is not there yet, says so, and uses that one and no other', async () => {
    await propose(policyOf('0.02'));
    const text = policyOf('0.031');
    await accept('waits', versionOf(text));
    const reasons = await until('risk says what it waits for', async () => {
      const answer = await readiness();
      return answer?.ready === false ? answer.reasons : undefined;
    });
    expect(reasons.join()).toContain(`The policy version ${versionOf(text)} is not read yet.`);
    expect(await classified()).toEqual([]);
    await propose(text);
    const [event] = await until('it is classified', async () => {
      const events = await classified();
      return events.length > 0 ? events : undefined;
    });
    expect(event?.value).toMatchObject({ decisionId: 'waits', policyVersion: versionOf(text), classification: { known: true } });
    await until('risk is ready again', async () => ((await readiness())?.ready === true ? true : undefined));
  });

  test('a decision without a policy fails closed; a repeat writes the same bytes', async () => {
    await accept('nobody', failClosedVersion);
    await accept('nobody', failClosedVersion);
    const events = await until('both are classified', async () => {
      const found = (await classified()).filter(({ value }) => value.decisionId === 'nobody');
      return found.length === 2 ? found : undefined;
    });
    expect(events[0]?.value.classification).toMatchObject({ known: false, route: 'dual', point: 'before', oversight: 'active', severity: 'catastrophic' });
    expect(events[1]?.bytes).toBe(events[0]?.bytes);
  });

  test('is not ready while its database is lost, and recovers by itself', async () => {
    const name = new URL(stack.settings.databaseUrl).pathname.slice(1);
    expect(await readiness()).toEqual({ ready: true, reasons: [] });
    const admin = await superuser();
    await admin.query(`alter database "${name}" with allow_connections false`);
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    const lost = await until('risk is not ready', async () => {
      const answer = await readiness();
      return answer?.ready === false ? answer : undefined;
    });
    expect(lost.reasons.join()).toContain('the database does not answer');
    expect((await fetch(`${stack.services?.url ?? ''}/readyz`)).status).toBe(503);
    expect((await fetch(`${stack.services?.url ?? ''}/healthz`)).status).toBe(200);
    await admin.query(`alter database "${name}" with allow_connections true`);
    await admin.end();
    await until('risk is ready again', async () => ((await readiness())?.ready === true ? true : undefined));
  });

  test('a second copy without a partition is not ready; it is when the first one leaves', async () => {
    const settings = { ...stack.settings, httpPort: 0 };
    const { startServices } = await import('../../packages/stack/src/embedded/stack.ts');
    const copies = await Promise.all(Array.from({ length: 3 }, () => startServices({ settings, services: ['risk'] })));
    const states = async () => await Promise.all([stack.services, ...copies].map(async (copy) => await copy?.services.get('risk')?.readiness()));
    try {
      const seen = await until('three partitions for four copies', async () => {
        const all = await states();
        return all.filter((state) => state?.ready).length === 3 ? all : undefined;
      }, 40_000);
      expect(seen.find((state) => state?.ready === false)?.reasons.join()).toContain('no partitions assigned');
    } finally {
      await Promise.all(copies.map((copy) => copy[Symbol.asyncDispose]()));
    }
    await until('the one that is left has them all', async () => ((await readiness())?.ready === true ? true : undefined), 40_000);
  }, 120_000);
});

test('a consumer that lags by more than a minute is not ready, one that lags by less is', () => {
  const state = (seconds: number) => ({ running: true, assigned: [], stalled: [], idleMs: 0, lag: [{ topic: 't', partition: 0, records: 9, seconds }] });
  expect(consumerReasons('g', state(60))).toEqual([]);
  expect(consumerReasons('g', state(61))).toEqual(['g is 61 s behind on t/0']);
});

async function superuser() {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: stack.superuserUrl });
  await client.connect();
  return client;
}
