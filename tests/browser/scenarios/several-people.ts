/** Two people at the same decision, each in a browser of their own, and work that passes from hand to hand. */
import { describe, expect, test } from '@jest/globals';
import { until } from '../../harness/stack.ts';
import type { Office } from '../office.ts';
import type { Visitor } from '../visitor.ts';

const ritasWords = 'Rita reads the street below the name, and it lies in the north.';
const samisWords = 'Sami compares the postmark with the list and finds the same office.';

/** Everything that comes back over the network from now on. */
function listen(visitor: Visitor): string[] {
  const heard: string[] = [];
  visitor.page.on('response', (response) => void response.text().then((text) => heard.push(text), () => undefined));
  return heard;
}

async function judged(office: Office, taskId: string): Promise<void> {
  await office.hasten('finalise', taskId);
}

export function describeSeveralPeople(office: () => Office): void {
  describe('two signatures', () => {
    test('are those of two people, one of them a senior, and the second learns nothing of the first', async () => {
      const [letter] = await office().propose({ type: 'letters.dual' });
      const rita = await office().visit('rita');
      const sami = await office().visit('sami');
      const ritas = await rita.start();
      await rita.judge('1', ritasWords);
      await rita.announced(/Nothing waits for you/);
      await judged(office(), ritas);
      const heard = listen(sami);
      const samis = await sami.start();
      expect([ritas, samis].sort()).toEqual([...letter!.taskIds].sort());
      await sami.judge('1', samisWords);
      await sami.announced(/Nothing waits for you/);
      expect(heard.join(' ')).toMatch(/please send the form again/);
      expect(heard.join(' ')).not.toMatch(/rita|below the name/i);
      await judged(office(), samis);
      expect(await office().verdictOn(letter!.decisionId)).toBe('approved');
    });

    test('that differ go to a third person, who is told of neither', async () => {
      const [letter] = await office().propose({ type: 'letters.dual' });
      for (const [person, digit, words] of [['rita', '1', ritasWords], ['sami', '2', samisWords]] as const) {
        const visitor = await office().visit(person);
        const task = await visitor.start();
        await visitor.judge(digit, words);
        await visitor.announced(/Nothing waits for you/);
        await judged(office(), task);
      }
      const sofia = await office().visit('sofia');
      const heard = listen(sofia);
      await until('a third seat', async () => ((await office().tasksOf(letter!.decisionId)).length === 3 ? true : undefined));
      const third = await sofia.start();
      expect(letter!.taskIds).not.toContain(third);
      await sofia.judge('2', 'The sheet has no address at all, so nobody can carry it anywhere.');
      await sofia.announced(/Nothing waits for you/);
      expect(heard.join(' ')).not.toMatch(/rita|sami|below the name|compares the postmark/i);
      await judged(office(), third);
      expect(await office().verdictOn(letter!.decisionId)).toBe('rejected');
    });
  });

  describe('a task', () => {
    test('handed over is the colleague’s, who is not told why', async () => {
      await office().propose({ type: 'letters.shown' });
      const ravi = await office().visit('ravi');
      const rita = await office().visit('rita');
      const task = await rita.start();
      await rita.page.keyboard.press('o');
      await rita.page.getByRole('radio', { name: /Ravi Menon/ }).check();
      const send = rita.page.getByRole('button', { name: 'Hand over to a colleague' });
      await rita.page.getByText('Say why to them.').waitFor();
      expect(await send.getAttribute('aria-disabled')).toBe('true');
      await rita.page.getByLabel('Why to them?').fill('Ravi knows this neighbourhood.');
      await send.click();
      await rita.announced(/Nothing waits for you|in other hands/);
      const heard = listen(ravi);
      await ravi.page.getByRole('region', { name: 'Put aside, and kept for you' }).getByRole('link', { name: 'letters.shown' }).waitFor();
      expect(await ravi.start()).toBe(task);
      expect(heard.join(' ')).not.toMatch(/neighbourhood/);
    });

    test('taken away by a supervisor is gone from the screen by itself, with the words kept', async () => {
      const [letter] = await office().propose({ type: 'letters.shown' });
      const rita = await office().visit('rita');
      const task = await rita.start();
      await rita.page.keyboard.press('1');
      await rita.page.keyboard.type('I was about to say that');
      const sue = await office().visit('sue', '/queues?queue=letters.shown%2Fstandard');
      await sue.page.getByRole('button', { name: `Give to… task ${task.slice(0, 8)}` }).click();
      await sue.page.getByRole('combobox', { name: 'To' }).selectOption('sami');
      await sue.page.getByRole('textbox', { name: 'Reason' }).fill('Rita is called away.');
      await sue.page.getByRole('button', { name: 'Give', exact: true }).click();
      await sue.announced(/Given to Sami Haddad/);
      // No heartbeat would have told by then: it came over the live stream.
      await rita.page.getByText('Your claim on this task is gone.', { exact: true }).waitFor({ timeout: 10_000 });
      await rita.announced(/What you wrote is kept/);
      expect(await rita.reasoning.inputValue()).toBe('I was about to say that');
      expect(await office().judgementsOn(task)).toEqual([]);
      const sami = await office().visit('sami');
      expect(await sami.start()).toBe(letter!.taskIds[0]);
    });
  });
}
