import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rebuildMetrics } from '../../packages/stack/src/operations/rebuild-metrics.ts';
import { policyText, proposals, sendAll } from '../bench/load.ts';
import { TestStack } from '../harness/stack.ts';

const rounds = 3;
const batch = 40;
/** Decisions flow for as long as rebuilds go on, and no more of them than a busy machine gets through. */
const sentMax = 600;
let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start();
  await stack.activatePolicy(policyText);
}, 120_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

const rows = async () => await stack.query('select * from metrics.decision_facts order by system, decision_id');

test('a rebuild while decisions flow loses none, doubles none, and holds nobody up for good', async () => {
  let sent = 0;
  let flowing = true;
  const flow = (async () => {
    while (flowing && sent < sentMax) {
      await sendAll(stack, proposals(stack, `live-${sent}`, batch));
      sent += batch;
      await stack.services?.services.get('intake')?.drain(30_000);
    }
  })();
  try {
    for (let round = 0; round < rounds; round += 1) await rebuildMetrics(stack.settings);
  } finally {
    flowing = false;
    await flow;
  }
  await stack.services?.drain(90_000);
  const live = await rows();
  expect([live.length, live.filter((row) => row['resolved_at'] === null || row['accepted_at'] === null || row['route'] === null).length]).toEqual([sent, 0]);
  await stack.stop();
  await rebuildMetrics(stack.settings);
  expect(await rows()).toEqual(live);
  expect(stack.crashes).toEqual([]);
}, 300_000);
