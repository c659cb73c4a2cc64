import { expect, test } from '@jest/globals';
import { tellOf, UnreachableError } from './problem.ts';

test('nobody is told that something goes on by itself, where only trying again helps', () => {
  expect(tellOf(new UnreachableError('away'))).toMatchObject({ title: 'No connection', remedy: 'Try again once the connection is back.' });
});
