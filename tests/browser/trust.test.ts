/** Who is shown what, what may come of seeing it, and how much must be loaded for it. */
import { afterAll, afterEach, beforeAll, jest } from '@jest/globals';
import { Office } from './office.ts';
import { describeHostileContent } from './scenarios/hostile-content.ts';
import { describeLoading } from './scenarios/loading.ts';
import { describeRoles } from './scenarios/roles.ts';

// Bounds a failure: a machine with much else to do takes its time.
jest.setTimeout(180_000);

let office: Office;
beforeAll(async () => {
  office = await Office.open();
}, 180_000);
afterEach(async () => await office.clear(), 60_000);
afterAll(async () => await office[Symbol.asyncDispose](), 60_000);

describeLoading(() => office);
describeRoles(() => office);
describeHostileContent(() => office);
