/** axe-core over what stands on the screen, in both themes. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a theme can change; the structure of a page is the same in both. */
const colourRules = ['color-contrast', 'link-in-text-block'];
const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';

/** What is wrong, each in one line; empty is what is wanted. Every rule of axe, best practices too; in the dark those that look at colours, unless the run is a full one. */
export async function violationsOf(page: Page, what: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction((scheme) => document.documentElement.dataset['mantineColorScheme'] === scheme, colorScheme);
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
    // Frames hold content of decisions, which is not ours to judge, and no script runs in them.
    const results = await page.evaluate(async (rules) => {
      const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
      await Promise.all(ending.map(async ({ finished }) => await finished.catch(() => undefined)));
      const { axe } = window as unknown as { axe: { run(context: Document, options: object): Promise<AxeResults> } };
      return await axe.run(document, { iframes: false, resultTypes: ['violations'], ...(rules === null ? {} : { runOnly: { type: 'rule', values: rules } }) });
    }, colorScheme === 'dark' && !full ? colourRules : null);
    for (const { id, nodes } of results.violations) found.push(...nodes.map(({ html, any }) => `${what}, ${colorScheme}: ${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`));
  }
  return found;
}
