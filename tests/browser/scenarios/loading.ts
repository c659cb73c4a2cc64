/** What must be loaded before anybody can begin, as a browser sees it. */
import { describe, expect, test } from '@jest/globals';
import type { Office } from '../office.ts';
import { paintsOf, scriptKilobytes } from '../loading.ts';

const kilobytesMax = 200;
const clsMax = 0.02;

export function describeLoading(office: () => Office): void {
  describe('a first visit', () => {
    test('loads no more JavaScript than was agreed, and nothing moves under the eyes', async () => {
      const [letter] = await office().propose({ type: 'letters.shown' });
      const measured: Array<{ place: string; kilobytes: number; cls: number }> = [];
      for (const [person, place] of [['rita', '/work'], ['rita', `/review/${letter!.taskIds[0]}`], ['sue', '/queues'], ['alma', '/people'], ['rita', '/settings'], ['olga', '/record'], ['olga', `/record/decision?system=mailroom&id=${letter!.decisionId}`]] as const) {
        const visitor = await office().visit(person, place);
        if (place.startsWith('/review')) await visitor.task();
        measured.push({ place, kilobytes: await scriptKilobytes(visitor.page), cls: (await paintsOf(visitor.page)).cls });
      }
      expect(measured.filter(({ kilobytes }) => kilobytes < 50 || kilobytes > kilobytesMax)).toEqual([]);
      expect(measured.filter(({ cls }) => cls > clsMax)).toEqual([]);
    });
  });
}
