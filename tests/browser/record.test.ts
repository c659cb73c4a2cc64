/** The record, read, proven and erased from by people in a real Chromium. */
import { afterAll, afterEach, beforeAll, jest } from '@jest/globals';
import { Office } from './office.ts';
import { describePrivacy } from './scenarios/privacy.ts';
import { describeRecordAccessibility } from './scenarios/record-accessibility.ts';
import { describeRecord } from './scenarios/record.ts';

// Bounds a failure: a machine with much else to do takes its time.
jest.setTimeout(180_000);

let office: Office;
beforeAll(async () => {
  // Nothing here is made final by moving a timer: the verifier would find that it came too early.
  office = await Office.open({ COUNTERSIGN_REVIEW_UNDO_MS: '1000' });
}, 180_000);
afterEach(async () => await office.clear(), 60_000);
afterAll(async () => await office[Symbol.asyncDispose](), 60_000);

describeRecord(() => office);
describePrivacy(() => office);
describeRecordAccessibility(() => office);
