/** Where the focus is, and where it goes: by Tab as the eye goes, and never into nothing. */
import { describe, expect, test } from '@jest/globals';
import type { Office } from '../office.ts';
import type { Visitor } from '../visitor.ts';

type Stop = { name: string; left: number; top: number; right: number; inside: boolean };

/** Where Tab stops from the start of the page until it comes back to it, or to the first stop again. */
async function walk({ page }: Visitor, max = 120): Promise<Stop[]> {
  const stops: Stop[] = [];
  for (let count = 0; count < max; count += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const { activeElement: element } = document;
      if (element === null || element === document.body) return null;
      const again = element.hasAttribute('data-walked');
      element.setAttribute('data-walked', '');
      const { left, top, right } = element.getBoundingClientRect();
      // A page is walked as it is read: scrolled there, and measured from its own top.
      return { again, name: (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40), left, top: top + (document.querySelector('main')?.scrollTop ?? 0) + window.scrollY, right, inside: element.closest('dialog') !== null };
    });
    if (stop === null || stop.again) break;
    stops.push(stop);
  }
  return stops;
}

/** Upwards only where it goes to the right: to the next column, or along a line. */
function strays(stops: readonly Stop[]): string[] {
  const slackPx = 12;
  return stops.slice(1).flatMap((stop, index) => {
    const before = stops[index]!;
    return stop.top < before.top - slackPx && stop.left < before.left + slackPx ? [`${before.name} (${Math.round(before.left)}, ${Math.round(before.top)}) -> ${stop.name} (${Math.round(stop.left)}, ${Math.round(stop.top)})`] : [];
  });
}

export function describeFocus(office: () => Office): void {
  describe('the focus', () => {
    test('goes by Tab as the eye goes, on every screen', async () => {
      const [first, second] = await office().propose({ type: 'letters.shown' }, { type: 'letters.shown' });
      for (const [person, places] of [['rita', ['/work', `/review/${second!.taskIds[0]}`, '/history', '/settings']], ['sue', ['/queues', '/queues?queue=letters.shown%2Fstandard', '/oversight']], ['alma', ['/people', '/keys']], ['ada', ['/policies']], ['olga', ['/record', '/record?of=events', `/record/decision?system=mailroom&id=${first!.decisionId}`, '/record/exports', '/record/log']], ['priya', ['/record/privacy']]] as const) {
        for (const place of places) {
          const visitor = await office().visit(person, place);
          if (place.startsWith('/review')) await visitor.task();
          const skip = visitor.page.getByRole('link', { name: 'Skip to the content' });
          expect([place, await skip.evaluate((link) => document.querySelector('a, button, input, select, textarea, [tabindex="0"]') === link)]).toEqual([place, true]);
          await skip.focus();
          const stops = await walk(visitor);
          expect([place, stops.length > 5]).toEqual([place, true]);
          expect([place, strays(stops)]).toEqual([place, []]);
        }
      }
    });

    test('begins at the question, and the first Tab leads to the first choice', async () => {
      await office().propose({ type: 'letters.shown' });
      const rita = await office().visit('rita');
      await rita.start();
      expect(await rita.focused()).toBe('Which office does this letter belong to?');
      await rita.page.keyboard.press('Tab');
      expect(await rita.focused()).toMatch(/^Approve/);
    });

    test('stays in a dialog, and returns to where it was', async () => {
      await office().propose({ type: 'letters.shown' });
      const rita = await office().visit('rita');
      await rita.start();
      for (const name of ['To a senior', 'Put aside', 'Hand over', 'Give back', 'Shortcuts']) {
        const opener = rita.page.getByRole('button', { name, exact: false });
        await opener.focus();
        await rita.page.keyboard.press('Enter');
        await rita.page.getByRole('dialog').waitFor();
        expect([name, await rita.page.evaluate(() => document.activeElement?.closest('dialog') !== null)]).toEqual([name, true]);
        // Whoever opened one to say something says it at once.
        if (name !== 'Shortcuts') expect([name, await rita.page.evaluate(() => document.activeElement?.localName)]).toEqual([name, name === 'Put aside' ? 'select' : 'textarea']);
        expect([name, (await walk(rita)).filter(({ inside }) => !inside)]).toEqual([name, []]);
        await rita.page.keyboard.press('Escape');
        await rita.page.getByRole('dialog').waitFor({ state: 'detached' });
        expect([name, await opener.evaluate((element) => element === document.activeElement)]).toEqual([name, true]);
        await rita.page.evaluate(() => document.querySelectorAll('[data-walked]').forEach((element) => element.removeAttribute('data-walked')));
      }
    });

    test('is at the heading of the next screen, not in nothing', async () => {
      const rita = await office().visit('rita');
      for (const [name, heading] of [['History', 'History'], ['Settings', 'Settings'], ['Work', 'Work']] as const) {
        await rita.page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name, exact: true }).click();
        await rita.page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
        expect([name, await rita.focused()]).not.toEqual([name, 'nothing']);
      }
    });

    test('is where the work is after the last judgement', async () => {
      await office().propose({ type: 'letters.shown' });
      const rita = await office().visit('rita');
      await rita.start();
      await rita.judge('1', 'The address names the office in the north, in print.');
      await rita.page.getByRole('heading', { level: 1, name: 'Work', exact: true }).waitFor();
      expect(await rita.focused()).toBe('Work');
    });

    test('is at the question of the task that comes after one that was given back, be it the same', async () => {
      await office().propose({ type: 'letters.shown' });
      const rita = await office().visit('rita');
      const task = await rita.start();
      await rita.page.keyboard.press('l');
      await rita.page.getByLabel('Why do you not judge it?').fill('I shall look at it later.');
      const again = rita.page.waitForResponse((response) => response.url().endsWith(`/tasks/${task}/painted`));
      await rita.page.getByRole('button', { name: 'Give the task back' }).click();
      expect((await again).status()).toBe(204);
      expect(await rita.task()).toBe(task);
      expect(await rita.focused()).toBe('Which office does this letter belong to?');
      // Under the new claim: the old one would be refused.
      await rita.judge('1', 'The address names the office in the north, in print.');
      await rita.announced(/Nothing waits for you/);
      expect(await office().judgementsOn(task)).toHaveLength(1);
    });
  });
}
