/**
 * Takes the pictures of the README anew, of a product that runs with its examples: `npx -y pnpm@12 exec node tests/browser/pictures.ts http://127.0.0.1:8080`. A case is
 * judged on the way, in part.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openChromium } from './chromium.ts';
import { Visitor } from './visitor.ts';

const [origin = 'http://127.0.0.1:8080'] = process.argv.slice(2);
const folder = join(import.meta.dirname, '../../docs/pictures');
const options = { size: { width: 1280, height: 800 }, reducedMotion: true };
const reasoning = 'Radius, area and concave points lie where benign lumps have them and far below the malignant range.';

await mkdir(folder, { recursive: true });
await using stack = new AsyncDisposableStack();
const browser = await openChromium();
stack.defer(async () => await browser.close());
const visit = async (personId: string, to: string) => {
  const visitor = stack.use(await Visitor.open({ browser, origin }, personId, options));
  await visitor.signIn(to);
  return visitor;
};
const take = async ({ page }: Visitor, name: string) => void (await page.screenshot({ path: join(folder, `${name}.png`) }));

const rita = await visit('rita', '/work');
// In some cases the AI's proposal is never shown; those are judged until one comes where it is, after the first answer.
let task = await rita.start();
const isShown = rita.page.getByText(/Your own answer, before you saw/);
while (!(await isShown.isVisible())) {
  await rita.page.keyboard.press('2');
  await rita.page.keyboard.press('1');
  await rita.page.keyboard.type(reasoning);
  await rita.page.keyboard.press('Control+Enter');
  await isShown.or(rita.page.locator(`[data-task]:not([data-task="${task}"])`)).first().waitFor();
  task = await rita.task();
}
await take(rita, 'review');

const olga = await visit('olga', '/record');
await olga.goTo('/record/decision?system=mailroom&id=scan-0000');
await take(olga, 'record');
