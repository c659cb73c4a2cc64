/** One person judges by keyboard. */
import { describe, expect, test } from '@jest/globals';
import { until } from '../../harness/stack.ts';
import type { Office } from '../office.ts';

const words = 'The address on the envelope names that office in plain letters';

export function describeJudging(office: () => Office): void {
  describe('a judgement', () => {
    test('takes two keys and the reasoning, from a task on the screen to the next one', async () => {
      const [first, second] = await office().propose({ type: 'letters.shown' }, { type: 'letters.shown' });
      const rita = await office().visit('rita');
      const one = await rita.start();
      expect([...first!.taskIds, ...second!.taskIds]).toContain(one);
      await rita.judge('1', `${words}.`);
      const other = await rita.task(one);
      expect(other).not.toBe(one);
      expect(await office().judgementsOn(one)).toEqual([{ person_id: 'rita', decision: 'approve', state: 'pending' }]);
      await rita.announced(/Sent. You can still undo it/);
      await office().hasten('finalise', one);
      const decisionId = first!.taskIds.includes(one) ? first!.decisionId : second!.decisionId;
      expect(await office().verdictOn(decisionId)).toBe('approved');
      await until('claimed', async () => ((await office().stateOf(other)).claimant === 'rita' ? true : undefined));
    });
  });
}
