/** People at work, in a real Chromium against everything real. */
import { afterAll, afterEach, beforeAll, jest } from '@jest/globals';
import { Office } from './office.ts';
import { describeBlindness } from './scenarios/blindness.ts';
import { describeInterruptions } from './scenarios/interruptions.ts';
import { describeJudging } from './scenarios/judging.ts';
import { describeReading } from './scenarios/reading.ts';
import { describeSeveralPeople } from './scenarios/several-people.ts';

// Bounds a failure: a machine with much else to do takes its time.
jest.setTimeout(180_000);

let office: Office;
beforeAll(async () => {
  // Long enough for a slow machine; what is to become final is hastened.
  office = await Office.open({ COUNTERSIGN_REVIEW_UNDO_MS: '60000' });
}, 180_000);
afterEach(async () => await office.clear(), 60_000);
afterAll(async () => await office[Symbol.asyncDispose](), 60_000);

describeJudging(() => office);
describeSeveralPeople(() => office);
describeInterruptions(() => office);
describeBlindness(() => office);
describeReading(() => office);
