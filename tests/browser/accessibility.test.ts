/** Whoever does not see, or has no mouse, or needs longer: every screen. */
import { afterAll, afterEach, beforeAll, jest } from '@jest/globals';
import { Office } from './office.ts';
import { describeAccessibility } from './scenarios/accessibility.ts';
import { describeFocus } from './scenarios/focus.ts';
import { describeKeysAndTime } from './scenarios/keys-and-time.ts';

// Bounds a failure: a machine with much else to do takes its time.
jest.setTimeout(180_000);

let office: Office;
beforeAll(async () => {
  office = await Office.open({ COUNTERSIGN_REVIEW_UNDO_MS: '60000' });
}, 180_000);
afterEach(async () => await office.clear(), 60_000);
afterAll(async () => await office[Symbol.asyncDispose](), 60_000);

describeKeysAndTime(() => office);
describeFocus(() => office);
describeAccessibility(() => office);
