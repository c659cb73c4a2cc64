/** Nothing of the AI reaches the browser before it may: neither on the screen nor in any byte that comes over the network. */
import { describe, expect, test } from '@jest/globals';
import type { DecisionProposed } from '@countersign/contracts';
import { until } from '../../harness/stack.ts';
import type { Office } from '../office.ts';
import type { Visitor } from '../visitor.ts';

const words = 'The street below the name lies in the part that office serves.';

/** Everything of the AI bears the mark, or a figure that nothing else has. */
const marked: Partial<DecisionProposed> = {
  reasoning: { summary: 'MARK because of the street.', factors: [{ name: 'MARK factor', value: 'MARK value', weight: 0.8642 }] },
  confidence: 0.8137, uncertainty: { lower: 0.7531, upper: 0.9246, statement: 'MARK hedging.' },
  alternatives: [{ label: 'south', content: Buffer.from('MARK alternative'), probability: 0.1357 }],
  provenance: { model: { name: 'MARK model', version: 'MARK-2' }, trainingDomain: 'MARK domain', sources: [{ title: 'MARK source', uri: 'https://mark.example/MARK', excerpt: 'MARK excerpt', score: 0.4321 }] },
  attributes: { pages: 17 }, action: { description: 'MARK action', reversalDeadline: null, expectedDurationMs: null },
};
const traces = /MARK|0\.8137|0\.8642|0\.7531|0\.9246|0\.1357|0\.4321|81\.?\d* ?%|"tier"|"confidence"|"proposal"|letter-\d+"/;

async function heardBy(visitor: Visitor): Promise<() => Promise<string>> {
  const bodies: Array<Promise<string>> = [];
  visitor.page.on('response', (response) => {
    // A stream of events has no end to wait for; what it carries is counted in `services/review/live`.
    if (response.url().includes('/v1/') && !response.url().endsWith('/events')) bodies.push(response.text().then((text) => `${text} ${JSON.stringify(response.headers())}`, () => ''));
  });
  return async () => (await Promise.all(bodies)).join('\n');
}

export function describeBlindness(office: () => Office): void {
  describe('blind', () => {
    test('the hidden form shows the case and the question, and is answered by two keys', async () => {
      const [letter] = await office().propose({ type: 'letters.shown', hidden: true, change: marked });
      const rita = await office().visit('rita');
      const heard = await heardBy(rita);
      const task = await rita.start();
      expect(await rita.page.content()).not.toMatch(traces);
      await rita.page.getByText('please send the form again').waitFor();
      await rita.page.keyboard.press('2');
      await rita.judge('1', words);
      await rita.announced(/Nothing waits for you/);
      await rita.page.goto('/history');
      await rita.page.getByText('Answered south').first().waitFor();
      expect(await heard()).toMatch(/please send the form again/);
      expect(await heard()).not.toMatch(traces);
      expect(await rita.page.content()).not.toMatch(traces);
      await office().hasten('finalise', task);
      expect(await office().verdictOn(letter!.decisionId)).toBe('modified');
    });

    test('first judge, then see: the rest comes once the first answer is final, and the second can be undone', async () => {
      const [letter] = await office().propose({ type: 'letters.first', change: marked });
      const rita = await office().visit('rita');
      const heard = await heardBy(rita);
      const task = await rita.start();
      await rita.page.keyboard.press('2');
      await rita.page.keyboard.press('1');
      await rita.page.keyboard.type(words);
      expect(await rita.page.content()).not.toMatch(traces);
      expect(await heard()).not.toMatch(traces);
      await rita.page.keyboard.press('Control+Enter');
      await rita.announced(/Now the AI’s output is shown/);
      await rita.page.getByText('MARK because of the street.').waitFor();
      await rita.page.getByText(/Your own answer, before you saw/).getByText('south').waitFor();
      expect(await rita.task()).toBe(task);
      expect(await rita.focused()).toBe('Which office does this letter belong to?');
      expect(await rita.reasoning.inputValue()).toBe('');
      await rita.judge('1', 'Having seen the reasons, I follow them: the street was renamed.');
      await rita.announced(/Nothing waits for you/);
      await rita.page.keyboard.press('z');
      await rita.task();
      await rita.page.getByText('MARK because of the street.').waitFor();
      await rita.page.keyboard.press('Control+Enter');
      await until('it is judged again', async () => ((await office().judgementsOn(task)).length === 2 ? true : undefined));
      await office().hasten('finalise', task);
      expect(await office().verdictOn(letter!.decisionId)).toBe('approved');
    });
  });
}
