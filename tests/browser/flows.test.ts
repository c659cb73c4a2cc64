/** People at work, in a real Chromium against everything real: what the issue calls the flows. */
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { Office } from './office.ts';
import { describeJudging } from './scenarios/judging.ts';

let office: Office;
beforeAll(async () => {
  office = await Office.open();
}, 180_000);
afterEach(async () => await office.clear(), 60_000);
afterAll(async () => await office[Symbol.asyncDispose](), 60_000);

describeJudging(() => office);
