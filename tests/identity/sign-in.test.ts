import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { signIn } from '../harness/browser.ts';
import { TestStack } from '../harness/stack.ts';

let stack: TestStack;
let origin: string;
beforeAll(async () => {
  stack = await TestStack.prepare();
  origin = (await stack.start(['review'])).url;
}, 120_000);
afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

test('signs in', async () => {
  const browser = await signIn(origin, 'rita', '/work');
  console.log(await browser.whoami(), browser.setCookies, await browser.token());
});
