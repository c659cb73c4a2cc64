import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestStack } from '../../tests/harness/stack.ts';
import { policyText } from '../../tests/bench/load.ts';

const events = process.env['COUNTERSIGN_TEST_FULL'] === '1' ? 1_000_000 : 60_000;
/** What a jest process, its young heap and a page or two may take; an export that is held in memory takes more. */
const memoryMax = 160_000_000;
let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start(['risk', 'audit', 'intake']);
  await stack.activatePolicy(policyText);
  await stack.services?.drain(30_000);
  // Copies of one event, with ids and instants of their own: what they hold does not matter here, only how much it is.
  await stack.query(`
    insert into audit.events (recorded_at, event_id, topic, partition, log_offset, record, occurred_at, published_at, actor, policy_version, value_sha256, payload)
    select e.recorded_at + g * interval '1 microsecond', e.event_id || '/' || g, topic, partition, log_offset, record, occurred_at, published_at, actor, policy_version, value_sha256, payload
    from (select * from audit.events where record = 'PolicyProposed' limit 1) e, generate_series(1, $1) g`, [events]);
}, 300_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

test.each(['jsonl', 'csv'])('an export as %s holds every event, and no more memory than a small one', async (format) => {
  const response = await fetch(`${stack.services?.url ?? ''}/v1/audit/export?record=PolicyProposed&format=${format}`, { headers: { authorization: `Bearer ${await stack.token('olga', 'auditor')}` } });
  const before = process.memoryUsage.rss();
  let [bytes, lines, peak] = [0, 0, before];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    for (const byte of chunk) if (byte === 10) lines += 1;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  process.stderr.write(`${format}: ${events} events, ${Math.round(bytes / 1e6)} MB out, memory grew by ${Math.round((peak - before) / 1e6)} MB\n`);
  // A policy holds line breaks; in CSV they stand in quotes, in JSON they are written as \n.
  expect(format === 'jsonl' ? lines : lines > events).toEqual(format === 'jsonl' ? events + 1 : true);
  expect(bytes).toBeGreaterThan(1.5 * memoryMax);
  expect(peak - before).toBeLessThan(memoryMax);
}, 600_000);
