/** Two people at the same decision, each in a browser of their own, and work that passes from hand to hand. */
import { describe, expect, test } from '@jest/globals';
import type { Office } from '../office.ts';
import type { Visitor } from '../visitor.ts';

const ritasWords = 'Rita reads the street below the name, and it lies in the north.';
const ravisWords = 'Ravi compares the postmark with the list and finds the same office.';

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
    test('are those of two people, and the second learns nothing of the first', async () => {
      const [letter] = await office().propose({ type: 'letters.dual' });
      const rita = await office().visit('rita');
      const ravi = await office().visit('ravi');
      const ritas = await rita.start();
      await rita.judge('1', ritasWords);
      await rita.announced(/Nothing waits for you/);
      await judged(office(), ritas);
      const heard = listen(ravi);
      const ravis = await ravi.start();
      expect([ritas, ravis].sort()).toEqual([...letter!.taskIds].sort());
      await ravi.judge('1', ravisWords);
      await ravi.announced(/Nothing waits for you/);
      expect(heard.join(' ')).not.toMatch(/rita|below the name/i);
      await judged(office(), ravis);
      expect(await office().verdictOn(letter!.decisionId)).toBe('approved');
    });

    test('that differ go to a third person, who is told of neither', async () => {
      const [letter] = await office().propose({ type: 'letters.dual' });
      for (const [person, digit, words] of [['rita', '1', ritasWords], ['ravi', '2', ravisWords]] as const) {
        const visitor = await office().visit(person);
        const task = await visitor.start();
        await visitor.judge(digit, words);
        await visitor.announced(/Nothing waits for you/);
        await judged(office(), task);
      }
      const sami = await office().visit('sami');
      await sami.page.getByText('Nothing waits at the moment').waitFor({ state: 'detached' });
      const heard = listen(sami);
      const third = await sami.start();
      expect(letter!.taskIds).not.toContain(third);
      await sami.judge('2', 'The sheet has no address at all, so nobody can carry it anywhere.');
      await sami.announced(/Nothing waits for you/);
      expect(heard.join(' ')).not.toMatch(/rita|ravi|below the name|compares the postmark/i);
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
      await rita.page.getByLabel('Why to them?').fill('Ravi knows this neighbourhood.');
      await rita.page.getByRole('button', { name: 'Hand over to a colleague' }).click();
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
      await sue.page.getByLabel('To').selectOption({ label: 'Sami Haddad' });
      await sue.page.getByLabel('Reason').fill('Rita is called away.');
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
