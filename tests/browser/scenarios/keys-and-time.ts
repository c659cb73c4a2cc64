/** WCAG 2.1.4 (single keys can be switched off and changed, and are no keys in a text) and 2.2.1 (no time limit takes work away). */
import { describe, expect, test } from '@jest/globals';
import { until } from '../../harness/stack.ts';
import type { Office } from '../office.ts';
import type { Visitor } from '../visitor.ts';

const approve = ({ page }: Visitor) => page.getByRole('group', { name: 'Decision' }).getByRole('button', { name: /^Approve/ });
const isApproved = async (visitor: Visitor) => (await approve(visitor).getAttribute('aria-pressed')) === 'true';

async function closeDialog({ page }: Visitor): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

export function describeKeysAndTime(office: () => Office): void {
  describe('single keys', () => {
    test('can be switched off, for good, and everything is still to be had', async () => {
      await office().propose({ type: 'letters.shown' });
      const rita = await office().visit('rita');
      const task = await rita.start();
      await rita.page.keyboard.press('?');
      await rita.page.getByRole('switch', { name: 'Single-key shortcuts' }).uncheck({ force: true });
      await closeDialog(rita);
      await rita.page.reload();
      await rita.task();
      for (const key of ['a', '1', 'r', 'm', 'e', 'h', 'o', 'l', 'i', '?']) await rita.page.keyboard.press(key);
      expect(await rita.page.locator('main [aria-pressed="true"], main input:checked, dialog[open]').count()).toBe(0);
      await approve(rita).press('Enter');
      await rita.reasoning.fill('The address names the office in the north, in print.');
      await rita.page.keyboard.press('Control+Enter');
      await rita.announced(/Nothing waits for you/);
      expect(await office().judgementsOn(task)).toHaveLength(1);
    });

    test('can be others', async () => {
      await office().propose({ type: 'letters.shown' });
      const rita = await office().visit('rita');
      await rita.start();
      await rita.page.keyboard.press('?');
      const shortcuts = rita.page.getByRole('dialog', { name: 'Shortcuts' });
      await shortcuts.getByRole('button', { name: /^Approve A$/ }).click();
      await rita.page.keyboard.press('q');
      await shortcuts.getByRole('button', { name: /^Approve Q$/ }).waitFor();
      await shortcuts.getByRole('button', { name: /^Reject R$/ }).click();
      await rita.page.keyboard.press('q');
      await rita.page.getByRole('alert').filter({ hasText: 'taken by “Approve”' }).waitFor();
      await rita.page.keyboard.press('Escape');
      await closeDialog(rita);
      await rita.page.keyboard.press('a');
      expect(await isApproved(rita)).toBe(false);
      await rita.page.keyboard.press('q');
      expect(await isApproved(rita)).toBe(true);
    });

    test('are letters in a text, and nothing under a dialog', async () => {
      await office().propose({ type: 'letters.shown' });
      const rita = await office().visit('rita');
      await rita.start();
      await rita.page.keyboard.press('i');
      await rita.page.keyboard.type('a r m e h o l z s ? 1 2 3');
      expect(await rita.reasoning.inputValue()).toBe('a r m e h o l z s ? 1 2 3');
      expect(await rita.page.locator('main [aria-pressed="true"], main input:checked, dialog[open]').count()).toBe(0);
      await rita.page.keyboard.press('Alt+1');
      expect(await rita.page.getByRole('checkbox', { name: 'The address says it' }).isChecked()).toBe(true);
      await rita.page.keyboard.press('Escape');
      await rita.page.keyboard.press('?');
      await rita.page.getByRole('dialog').waitFor();
      await rita.page.keyboard.press('r');
      expect(await isApproved(rita)).toBe(true);
    });
  });

  describe('time', () => {
    test('does not take a task from somebody who has it on the screen: its claim is renewed', async () => {
      await office().propose({ type: 'letters.shown' });
      const rita = await office().visit('rita');
      await rita.page.clock.install();
      await rita.page.reload();
      const task = await rita.start();
      await office().letClaimRunDown(task);
      expect(await office().claimLeft(task)).toBeLessThan(16);
      await rita.page.clock.fastForward(16_000);
      await until('the claim is renewed', async () => ((await office().claimLeft(task)) > 60 ? true : undefined));
    });

    test('says when a deadline comes near', async () => {
      await office().propose({ type: 'letters.shown' });
      const rita = await office().visit('rita');
      const task = await rita.start();
      await office().hasten('warn', task);
      await rita.announced(/due soon/);
      expect((await office().stateOf(task)).claimant).toBe('rita');
    });

    test('to undo is over without harm: it is said, and what is written meanwhile stays', async () => {
      await office().propose({ type: 'letters.shown' }, { type: 'letters.shown' });
      const rita = await office().visit('rita');
      const one = await rita.start();
      await rita.judge('1', 'The address names the office in the north, in print.');
      const other = await rita.task(one);
      await rita.page.keyboard.press('i');
      await rita.page.keyboard.type('I have begun to write about the second');
      await office().hasten('finalise', one);
      await until('it is final', async () => ((await office().judgementsOn(one))[0]?.state === 'final' ? true : undefined));
      await rita.page.getByRole('button', { name: /^Undo/ }).click();
      await rita.announced(/Not taken back/);
      expect(await rita.task()).toBe(other);
      expect(await rita.reasoning.inputValue()).toBe('I have begun to write about the second');
      expect(await rita.focused()).toBe('Which office does this letter belong to?');
      expect((await office().judgementsOn(one)).map(({ state }) => state)).toEqual(['final']);
    });
  });
}
