/** One person judges by keyboard. */
import { describe, expect, test } from '@jest/globals';
import { until } from '../../harness/stack.ts';
import type { Office } from '../office.ts';
import type { Visitor } from '../visitor.ts';

const words = 'The address on the envelope names that office in plain letters.';
const pathOf = (taskId: string) => `/v1/reviews/tasks/${taskId}`;

/** Until the console has fetched a task ahead; gives its id. */
async function fetchedAhead(visitor: Visitor, current: string): Promise<string> {
  return await until('another task is fetched ahead', () => {
    const ahead = visitor.requests.map((request) => /\/tasks\/([\w-]+)\/presentation$/.exec(request.url())?.[1]).find((taskId) => taskId !== undefined && taskId !== current);
    return ahead;
  });
}

export function describeJudging(office: () => Office): void {
  describe('a judgement', () => {
    test('takes two keys and the reasoning, and the next task is there without being asked for', async () => {
      const cases = await office().propose({ type: 'letters.shown' }, { type: 'letters.shown' });
      const rita = await office().visit('rita');
      const one = await rita.start();
      const ahead = await fetchedAhead(rita, one);
      const askedBefore = rita.requests.length;
      await rita.judge('1', words);
      expect(await rita.task(one)).toBe(ahead);
      const asked = rita.requests.slice(askedBefore).map((request) => `${request.method()} ${new URL(request.url()).pathname}`);
      expect(asked.filter((request) => request.endsWith('/presentation') || request.endsWith('/claims') && !request.startsWith('GET') && asked.indexOf(request) < asked.indexOf(`POST ${pathOf(one)}/judgement`))).toEqual([]);
      expect(await office().judgementsOn(one)).toEqual([{ person_id: 'rita', decision: 'approve', state: 'pending' }]);
      await rita.announced(/Sent. You can still undo it/);
      expect(await rita.focused()).toBe('Which office does this letter belong to?');
      await office().hasten('finalise', one);
      expect(await office().verdictOn(cases.find(({ taskIds }) => taskIds.includes(one))!.decisionId)).toBe('approved');
    });

    test('is taken back by one key, with its words, and both are on the record', async () => {
      await office().propose({ type: 'letters.shown' });
      const rita = await office().visit('rita');
      const task = await rita.start();
      await rita.judge('2', words);
      await rita.page.getByRole('heading', { name: 'Work', exact: true }).waitFor();
      await rita.announced(/Nothing waits for you/);
      await rita.page.keyboard.press('z');
      expect(await rita.task()).toBe(task);
      await rita.announced(/Taken back/);
      expect(await rita.focused()).toBe('Which office does this letter belong to?');
      expect(await rita.reasoning.inputValue()).toBe(words);
      expect(await rita.page.getByRole('button', { name: /^Reject/ }).getAttribute('aria-pressed')).toBe('true');
      await rita.page.keyboard.press('a');
      await rita.page.keyboard.press('Control+Enter');
      await until('it is judged again', async () => ((await office().judgementsOn(task)).length === 2 ? true : undefined));
      expect((await office().judgementsOn(task)).map(({ decision, state }) => [decision, state])).toEqual([['reject', 'withdrawn'], ['approve', 'pending']]);
    });

    test('can be another output, chosen by keyboard, with what changed shown', async () => {
      const [letter] = await office().propose({ type: 'letters.shown' });
      const rita = await office().visit('rita');
      const task = await rita.start();
      await rita.page.keyboard.press('3');
      await rita.page.keyboard.type('south');
      await rita.page.getByRole('group', { name: 'What you changed' }).getByText('south').waitFor();
      await rita.page.keyboard.press('Enter');
      expect(await rita.focused()).toBe('');
      await rita.page.keyboard.type(words);
      await rita.page.keyboard.press('Control+Enter');
      await rita.announced(/Nothing waits for you/);
      await office().hasten('finalise', task);
      expect(await office().verdictOn(letter!.decisionId)).toBe('modified');
    });

    test('can be one of many answers: arrows pass them, and Enter goes on', async () => {
      await office().propose({ type: 'letters.listed', hidden: true });
      const rita = await office().visit('rita');
      const task = await rita.start();
      await rita.page.keyboard.press('1');
      const list = rita.page.getByRole('combobox', { name: 'Answer' });
      expect(await list.inputValue()).toBe('');
      await list.focus();
      for (const answer of ['north', 'south', 'west']) {
        await rita.page.keyboard.press('ArrowDown');
        expect([answer, await list.inputValue(), await list.evaluate((element) => element === document.activeElement)]).toEqual([answer, answer, true]);
      }
      await rita.page.keyboard.press('Enter');
      expect(await list.evaluate((element) => element === document.activeElement)).toBe(false);
      await rita.page.keyboard.press('1');
      await rita.reasoning.fill(words);
      await rita.page.keyboard.press('Control+Enter');
      await rita.announced(/Nothing waits for you/);
      expect(await office().judgementsOn(task)).toHaveLength(1);
    });

    test('without real words is refused where the words belong, and nothing is lost by it', async () => {
      await office().propose({ type: 'letters.shown' });
      const rita = await office().visit('rita');
      const task = await rita.start();
      await rita.judge('1', 'ok ok');
      await rita.page.getByRole('alert').filter({ hasText: /say a little more/ }).waitFor();
      expect(await rita.reasoning.evaluate((element) => element === document.activeElement && element.getAttribute('aria-invalid') === 'true')).toBe(true);
      expect(await office().judgementsOn(task)).toEqual([]);
      await rita.page.keyboard.type(`, ${words}`);
      await rita.page.keyboard.press('Control+Enter');
      await rita.announced(/Nothing waits for you/);
      expect(await office().judgementsOn(task)).toHaveLength(1);
    });

    test('never hits the task that has just come under the hand', async () => {
      await office().propose({ type: 'letters.shown' }, { type: 'letters.shown' });
      const rita = await office().visit('rita');
      const one = await rita.start();
      await fetchedAhead(rita, one);
      // Presses every key of a rejection as soon as the next task is in the page, and until it is really on the screen.
      await rita.page.evaluate((first) => {
        const pressed = { fired: 0, stray: '' };
        Object.assign(window, { pressed });
        const press = (key: string, ctrlKey = false) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }));
        new MutationObserver(() => {
          const desk = document.querySelector<HTMLElement>('[data-task]');
          if (desk === null || desk.dataset['task'] === first || desk.dataset['armed'] === 'true') return;
          pressed.fired += 1;
          for (const key of ['2', 'r', 'i', 'e']) press(key);
          press('Enter', true);
          pressed.stray += document.querySelector('dialog[open]') === null ? '' : 'dialog ';
        }).observe(document.body, { subtree: true, childList: true, attributes: true });
      }, one);
      await rita.judge('1', words);
      const other = await rita.task(one);
      const pressed = await rita.page.evaluate(() => (window as unknown as { pressed: { fired: number; stray: string } }).pressed);
      expect(pressed.fired).toBeGreaterThan(0);
      expect(pressed.stray).toBe('');
      expect(await rita.page.locator('main input:checked').count()).toBe(0);
      expect(await rita.page.locator('main [aria-pressed="true"]').count()).toBe(0);
      expect(await office().judgementsOn(other)).toEqual([]);
      expect(await office().judgementsOn(one)).toHaveLength(1);
    });
  });
}
