import { expect, test } from '@jest/globals';
import { daysKept } from './rules.ts';
import type { RuleRow } from './store.ts';

const rule = (decisionType: string, keepDays: number | null, changedBy: string | null = 'pavel'): RuleRow => ({ decisionType, keepDays, askedBy: changedBy === null ? null : 'priya', changedBy, changedAt: 1, wantedBy: null, wantedAt: null, wantedDays: null, wantedReason: null });

test.each<[string, RuleRow[], Array<string | null>, number | null]>([
  ['the longest rule keeps the day', [rule('a', 10), rule('b', 30), rule('*', 5)], ['a', 'b', null], 30],
  ['what has no rule of its own has that of everything else', [rule('a', 10), rule('*', 50)], ['a', 'c'], 50],
  ['without a rule for everything else, what has none is kept', [rule('a', 10)], ['a', 'c'], null],
  ['what belongs to no type needs the rule for everything else', [rule('a', 10)], ['a', null], null],
  ['one kept for ever keeps the day', [rule('a', 10), rule('b', null), rule('*', 5)], ['a', 'b'], null],
  ['for ever is a rule of its own, whatever everything else says', [rule('a', null), rule('*', 5)], ['a'], null],
  ['what one person asked for is no rule', [rule('a', 10), rule('*', 5, null)], ['a', null], null],
  ['a day without records needs no time', [rule('a', 10)], [], 0],
])('%s', (_, rules, types, days) => {
  expect(daysKept(rules, types).days).toBe(days);
});
