import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { reportText } from '@countersign/evidence';
import { TestStack } from '../harness/stack.ts';
import { verifyLive } from '../proof/live.ts';
import { Deployment } from './deployment.ts';
import { exampleScenarios } from './scenarios/examples.ts';

let stack: TestStack;
let deployment: Deployment;

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start();
  deployment = await Deployment.of(stack);
}, 120_000);

afterAll(async () => {
  await deployment[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
}, 60_000);

exampleScenarios(() => deployment);

test('inside, no service crashed and no event id came with other bytes', async () => {
  expect(stack.crashes).toEqual([]);
  expect(await stack.query('select * from audit.event_conflicts')).toEqual([]);
});

test('inside, everything on record verifies, and broke no rule', async () => {
  const report = await verifyLive(stack);
  expect({ verdict: report.verdict, text: reportText(report) }).toEqual({ verdict: 'verified', text: reportText(report) });
}, 120_000);
