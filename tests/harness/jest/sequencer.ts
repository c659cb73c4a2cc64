import { createRequire } from 'node:module';
import type JestSequencer from '@jest/test-sequencer';

/** Its types are those of CommonJS. */
const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer') as typeof JestSequencer;
type Tests = Parameters<InstanceType<typeof Sequencer>['sort']>[0];

/** Minutes each, longest first: begun last, one of them would run on alone. Jest knows that only of what it has run before, and a fresh clone has run nothing. */
const long = ['tests/chaos/chaos.test.ts', 'tests/leak/leak.test.ts', 'tests/browser/', 'services/audit/exports/', 'tests/start/full-disk.test.ts', 'tests/race/'];
const rank = (path: string): number => long.findIndex((part) => path.includes(part)) + 1 || long.length + 1;

export default class LongestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    return (await super.sort(tests)).toSorted((one, other) => rank(one.path) - rank(other.path));
  }
}
