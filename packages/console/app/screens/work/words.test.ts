import { expect, test } from '@jest/globals';
import { wordsOf } from './words.ts';

test('a draft is read as it was written, and what was not written is not there', () => {
  expect(wordsOf({ decision: 'modify', output: { label: '7', content: 'A seven.' }, reasonCodes: ['clear'], reasoning: 'The bar is plain.' })).toBe('modify: 7\n\nA seven.\n\nThe bar is plain.');
  expect([wordsOf({ answer: 'north', reasonCodes: [], reasoning: '' }), wordsOf({ reasonCodes: [], reasoning: 'One word' })]).toEqual(['north', 'One word']);
});
