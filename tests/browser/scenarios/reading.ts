/** The case can be read: in whichever direction it is written, and on narrow screens. */
import { describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import type { Case, Office } from '../office.ts';

const part = (name: string, mediaType: string, content: string) => ({ name, mediaType, content: Buffer.from(content), uri: null, sha256: null });
const arabic = 'إلى المكتب في الشمال: يرجى إرسال النموذج 4711 مرة أخرى قبل نهاية الشهر.';
const hebrew = 'המכתב שייך למשרד הצפוני';
/** Nothing in it where a line could be broken. */
const unbroken = 'Aktenzeichen'.repeat(25);

const rightToLeft: Case = { type: 'letters.shown', change: {
  input: { parts: [part('letter', 'text/plain', arabic), part('form', 'application/json', JSON.stringify({ שם: hebrew, pages: 2 })), part('table', 'text/csv', `מכתב,משרד\n${hebrew},2\n`)] },
  reasoning: { summary: hebrew, factors: [{ name: 'address', value: 'north', weight: 0.8 }] },
} };
const wide: Case = { type: 'letters.shown', change: {
  input: { parts: [part('letter', 'text/plain', `To the office in the north, ${unbroken}.`), part('form', 'application/json', JSON.stringify({ reference: unbroken })), part('table', 'text/csv', `${Array.from({ length: 12 }, (_, at) => `column ${at}`).join(',')}\n${Array.from({ length: 12 }, () => 'a few words').join(',')}\n`)] },
  reasoning: { summary: `The address names the northern office: ${unbroken}`, factors: [{ name: unbroken.slice(0, 200), value: 'north', weight: 0.8 }] },
} };

const message = 'I sent the form in January, and once more in March, with every page signed and the copy of the passport that you asked for on the telephone. '.repeat(3).trim();
const whole: Case = { type: 'letters.shown', change: {
  input: { parts: [
    part('claims', 'text/csv', 'Claims of 2026\ndate,amount,paid\n2026-01-02,900,no\n'), part('chat', 'application/json', JSON.stringify([{ role: 'user', text: message }, { role: 'agent', text: 'Thank you.' }])),
    part('account', 'application/json', '{"number":12345678901234567890}'), part('days', 'text/csv', `day,grams\n${Array.from({ length: 100 }, (_, at) => `${at},${at}`).join('\n')}\n`),
    part('deep', 'application/json', '{"a":{"b":{"c":{"d":"the innermost"}}}}'),
  ] },
} };

/** How far something reaches beyond the window, in pixels, and what: a page that scrolls sideways hides half of each line. */
async function beyondTheEdge(page: Page): Promise<{ pixels: number; what: string[] }> {
  return await page.evaluate(() => {
    const pixels = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth;
    const what = pixels <= 0 ? [] : [...document.querySelectorAll('main *')].filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1).map(({ className }) => String(className));
    return { pixels, what: what.slice(0, 5) };
  });
}

/** Inside the window, once it is scrolled to. */
async function isInSight(locator: Locator): Promise<boolean> {
  await locator.scrollIntoViewIfNeeded();
  return await locator.evaluate((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && left >= 0 && right <= window.innerWidth;
  });
}

export function describeReading(office: () => Office): void {
  describe('a case', () => {
    test('that is written from right to left reads that way, part by part, and leaves the words of the screen as they are', async () => {
      await office().propose(rightToLeft);
      const rita = await office().visit('rita');
      await rita.start();
      const directionOf = async (text: string) => await rita.page.getByText(text).first().evaluate((element) => getComputedStyle(element).direction);
      expect(await directionOf(arabic)).toBe('rtl');
      for (const text of await rita.page.getByText(hebrew).all()) expect(await text.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
      expect(await rita.page.getByText(hebrew).count()).toBeGreaterThanOrEqual(3);
      expect(await directionOf('Which office does this letter belong to?')).toBe('ltr');
      // The number inside stays where it was written, and the line begins at the right.
      const { begins, box } = await rita.page.getByText(arabic).first().evaluate((element) => {
        const range = document.createRange();
        range.setStart(element.firstChild ?? element, 0);
        range.setEnd(element.firstChild ?? element, 1);
        return { begins: range.getBoundingClientRect().right, box: element.getBoundingClientRect().right };
      });
      expect(box - begins).toBeLessThan(40);
      expect(await beyondTheEdge(rita.page)).toEqual({ pixels: 0, what: [] });
      await rita.reasoning.fill(hebrew);
      expect(await rita.reasoning.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
    });

    test('says all that it says: no cell, line or digit of it is left out, on the screen or on paper', async () => {
      await office().propose(whole);
      const rita = await office().visit('rita');
      await rita.start();
      const table = (name: string) => rita.page.getByRole('group', { name: `${name}, as a table` });
      expect(await table('claims').getByRole('cell', { name: '900', exact: true }).isVisible()).toBe(true);
      // All of a long message stands there, on several lines.
      const said = table('chat').getByRole('cell', { name: message });
      expect(await said.evaluate((cell) => cell.scrollWidth <= cell.clientWidth && cell.getBoundingClientRect().height > 40)).toBe(true);
      await rita.page.getByText('{"number":12345678901234567890}').waitFor();
      const drawn = async () => [await table('days').getByRole('row').count(), await rita.page.getByText('the innermost').count()];
      expect(await drawn()).toEqual([61, 0]);
      await rita.page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
      expect(await drawn()).toEqual([101, 1]);
      await rita.page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
      expect(await drawn()).toEqual([61, 0]);
      await rita.page.getByRole('button', { name: 'Show the source' }).first().click();
      await rita.page.getByText('Claims of 2026\ndate,amount,paid').waitFor();
    });

    for (const width of [1024, 390]) {
      test(`can be read and judged in a window ${width} wide, without scrolling sideways`, async () => {
        await office().propose(wide);
        const rita = await office().visit('rita', '/work', { size: { width, height: 800 } });
        await rita.page.getByRole('button', { name: /working/ }).click();
        const task = await rita.task();
        expect(await beyondTheEdge(rita.page)).toEqual({ pixels: 0, what: [] });
        for (const seen of [rita.page.getByText(`To the office in the north, ${unbroken}.`).first(), rita.page.getByRole('heading', { name: 'Which office does this letter belong to?' }), rita.page.getByRole('button', { name: /^Reject/ }), rita.reasoning, rita.page.getByRole('button', { name: /^Send/ })]) {
          expect([await seen.evaluate((element) => element.tagName), await isInSight(seen)]).toEqual([expect.any(String), true]);
        }
        await rita.page.getByRole('button', { name: /^Approve/ }).click();
        await rita.page.getByRole('checkbox', { name: /The address says it/ }).check();
        await rita.reasoning.fill('The address on the envelope names that office in plain letters.');
        expect(await beyondTheEdge(rita.page)).toEqual({ pixels: 0, what: [] });
        await rita.page.getByRole('button', { name: /^Send/ }).click();
        await rita.announced(/Sent. You can still undo it|Nothing waits for you/);
        expect(await office().judgementsOn(task)).toHaveLength(1);
      });
    }
  });
}
