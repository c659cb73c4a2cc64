import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestStack } from '../../../tests/harness/stack.ts';
import { policyText } from '../../../tests/bench/load.ts';

const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';
const events = full ? 1_000_000 : 60_000;
/** Pages of rows on both sides of the connection, and what the collector cannot tell apart from them: more where the machine is busy. A full run gives 4.6 GB out. */
const liveBytesMax = full ? 160_000_000 : 80_000_000;
const sampleEveryBytes = 50_000_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is in use, whatever the collector has not taken yet. */
function liveBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start(['risk', 'audit', 'intake']);
  await stack.activatePolicy(policyText);
  await stack.services?.drain(30_000);
  // Copies of one event, with ids and instants of their own: what they hold does not matter here, only how much it is.
  await stack.query(`
    insert into audit.events (recorded_at, event_id, topic, partition, log_offset, record, occurred_at, published_at, actor, policy_version, value_digest, payload_kind, payload)
    select e.recorded_at + g * interval '1 microsecond', e.event_id || '/' || g, topic, partition, log_offset, record, occurred_at, published_at, actor, policy_version, value_digest, payload_kind, payload
    from (select * from audit.events where record = 'PolicyProposed' limit 1) e, generate_series(1, $1) g`, [events]);
}, 300_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

test.each(['jsonl', 'csv'])('an export as %s holds every event, and no more memory than a small one', async (format) => {
  const response = await fetch(`${stack.services?.url ?? ''}/v1/audit/export?record=PolicyProposed&format=${format}&reason=A+test+of+its+size`, { headers: { authorization: `Bearer ${await stack.token('olga', 'auditor')}` } });
  const before = liveBytes();
  let [bytes, lines, peak, sampled] = [0, 0, 0, 0];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
    if (bytes - sampled < sampleEveryBytes) continue;
    sampled = bytes;
    peak = Math.max(peak, liveBytes() - before);
  }
  process.stderr.write(`${format}: ${events} events, ${Math.round(bytes / 1e6)} MB out, at most ${Math.round(peak / 1e6)} MB held\n`);
  // A policy holds line breaks; in CSV they stand in quotes, in JSON they are written as \n.
  expect(format === 'jsonl' ? lines : lines > events).toEqual(format === 'jsonl' ? events + 1 : true);
  expect(bytes).toBeGreaterThan(3 * liveBytesMax);
  expect(peak).toBeLessThan(liveBytesMax);
}, 600_000);
