/** What comes between a person and their judgement: nothing of it may cost their words, or record what they did not send. */
import { describe, expect, test } from '@jest/globals';
import { until } from '../../harness/stack.ts';
import type { Office } from '../office.ts';
import type { Visitor } from '../visitor.ts';

const words = 'The postmark and the address agree, so the letter goes there.';

async function begin(office: Office, personId: string, options = {}): Promise<{ visitor: Visitor; task: string }> {
  await office.propose({ type: 'letters.shown' });
  const visitor = await office.visit(personId, '/work', options);
  const task = await visitor.start();
  await visitor.page.keyboard.press('1');
  await visitor.page.keyboard.type(words);
  return { visitor, task };
}

const saved = async ({ page }: Visitor) => await page.getByText('Draft saved').waitFor();

export function describeInterruptions(office: () => Office): void {
  describe('nothing written is lost', () => {
    test('when the claim runs out: the screen says so, and the task can be claimed again', async () => {
      const { visitor: rita, task } = await begin(office(), 'rita');
      await office().hasten('claim-expiry', task);
      await rita.page.getByText('Your claim on this task is gone.', { exact: true }).waitFor();
      expect(await rita.reasoning.inputValue()).toBe(words);
      await rita.page.keyboard.press('Control+Enter');
      expect(await office().judgementsOn(task)).toEqual([]);
      await rita.page.getByRole('button', { name: 'Claim it again' }).click();
      await rita.page.getByRole('button', { name: 'Claim it again' }).waitFor({ state: 'detached' });
      expect(await rita.task()).toBe(task);
      expect(await rita.reasoning.inputValue()).toBe(words);
      await rita.page.getByRole('button', { name: /Send judgement/ }).click();
      await rita.announced(/Nothing waits for you/);
      expect(await office().judgementsOn(task)).toHaveLength(1);
    });

    test('when somebody else has the task by then: it is read under Work', async () => {
      const { visitor: rita, task } = await begin(office(), 'rita');
      await saved(rita);
      await office().hasten('claim-expiry', task);
      await rita.page.getByText('Your claim on this task is gone.', { exact: true }).waitFor();
      const rosa = await office().visit('rosa');
      expect(await rosa.start()).toBe(task);
      await rita.goTo('/work');
      await rita.page.getByRole('button', { name: `Read what you wrote of task ${task.slice(0, 8)}` }).click();
      await rita.page.getByRole('dialog').getByText(words).waitFor();
    });

    test('without a network: it is kept, sent again by itself, and counts once', async () => {
      const { visitor: rita, task } = await begin(office(), 'rita');
      await saved(rita);
      await rita.context.setOffline(true);
      await rita.announced(/cannot be reached/);
      await rita.reasoning.focus();
      await rita.page.keyboard.type(' Also the stamp.');
      await rita.page.getByText('Draft kept here').waitFor();
      await rita.page.keyboard.press('Control+Enter');
      await rita.page.getByText('No connection. Your judgement is kept and sent again by itself.').waitFor();
      expect(await office().judgementsOn(task)).toEqual([]);
      await rita.context.setOffline(false);
      await rita.page.getByRole('heading', { name: 'Work', exact: true }).waitFor();
      expect(await office().judgementsOn(task)).toHaveLength(1);
    });

    test('when the page is loaded again, before and after the server has it', async () => {
      const { visitor: rita, task } = await begin(office(), 'rita');
      await rita.page.reload();
      expect(await rita.task()).toBe(task);
      await until('what was typed last is there', async () => ((await rita.reasoning.inputValue()) === words ? true : undefined));
      await rita.reasoning.press('End');
      await rita.page.keyboard.type(' More.');
      await saved(rita);
      await rita.page.evaluate(() => localStorage.clear());
      await rita.page.reload();
      await rita.task();
      await until('what the server kept is there', async () => ((await rita.reasoning.inputValue()) === `${words} More.` ? true : undefined));
      expect(await rita.page.getByRole('checkbox', { name: 'The address says it' }).isChecked()).toBe(true);
    });

    test('when an administrator ends the session: signing in again leads back to it', async () => {
      const { visitor: rosa, task } = await begin(office(), 'rosa', { fresh: true });
      await saved(rosa);
      expect((await office().stack.call('root', 'admin', 'DELETE', '/v1/people/rosa/sessions')).status).toBe(200);
      await rosa.page.keyboard.type(' One more word');
      const bar = rosa.page.getByRole('alert').filter({ hasText: 'Your session has ended' });
      await bar.waitFor();
      expect(await rosa.reasoning.inputValue()).toBe(`${words} One more word`);
      await rosa.page.keyboard.press('Control+Enter');
      await bar.getByRole('link', { name: 'Sign in again' }).click();
      await rosa.pick();
      expect(await rosa.task()).toBe(task);
      await until('the words are there', async () => ((await rosa.reasoning.inputValue()) === `${words} One more word` ? true : undefined));
      expect(await office().judgementsOn(task)).toEqual([]);
      await rosa.page.getByRole('button', { name: /Send judgement/ }).click();
      await rosa.announced(/Nothing waits for you/);
      expect(await office().judgementsOn(task)).toEqual([{ person_id: 'rosa', decision: 'approve', state: 'pending' }]);
    });
  });
}
