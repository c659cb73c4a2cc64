import { describe, expect, test } from '@jest/globals';
import { linesOf, type Typesetter } from './lines.ts';

/** A letter is as wide as another; a second font has what is beyond Latin, Hebrew and Arabic. */
const setter: Typesetter = { fontOf: (character) => (/[\u0000-\u07ff]/.test(character) ? 'own' : 'other'), widthOf: (text) => Array.from(text).length };
/** As it is seen from left to right: what a font turns around is turned here. */
const seen = (text: string, width = 40, firstWidth?: number) =>
  linesOf(text, { width, ...(firstWidth === undefined ? {} : { firstWidth }) }, setter).map(({ runs }) => runs.map(({ text: part, rtl }) => (rtl ? Array.from(part).reverse().join('') : part)).join(''));

describe('lines', () => {
  test('end where a line may, and hold every character', () => {
    const text = 'The address on the envelope is plain to read, and names the northern office.';
    const lines = seen(text, 20);
    expect(lines).toEqual(['The address on the', 'envelope is plain to', 'read, and names the', 'northern office.']);
    expect(lines.join(' ')).toBe(text);
  });

  test('the first may be shorter, and what is longer than a line is cut inside', () => {
    expect(seen('aaaa bbbb cccc', 9, 5)).toEqual(['aaaa', 'bbbb cccc']);
    const digest = '0123456789'.repeat(7);
    expect(seen(`x ${digest}`, 20)).toEqual(['x', ...digest.match(/.{1,20}/g) ?? []]);
  });

  test('a letter and its marks are not torn apart, nor a pair of surrogates', () => {
    expect(seen('e\u0301'.repeat(6), 5)).toEqual(['e\u0301e\u0301', 'e\u0301e\u0301', 'e\u0301e\u0301']);
    expect(seen('😀'.repeat(5), 2)).toEqual(['😀😀', '😀😀', '😀']);
  });

  test('empty ones stay, and spaces at the beginning', () => {
    expect(seen('a\n\n  b\n')).toEqual(['a', '', '  b', '']);
  });

  test.each([
    ['Hebrew with a number', 'בסך 12,500 אירו', 'וריא 12,500 ךסב', true],
    ['brackets that open to the other side', 'א (ב) ג', 'ג (ב) א', true],
    ['a Latin word in Hebrew', 'שלום Bob שלום', 'םולש Bob םולש', true],
    ['Hebrew in a Latin line', 'He said שלום לך twice', 'He said ךל םולש twice', false],
    ['nothing of it', 'plain', 'plain', false],
  ])('%s stands as it is read', (_what, text, expected, rtl) => {
    expect(seen(text)).toEqual([expected]);
    expect(linesOf(text, { width: 40 }, setter)[0]?.rtl).toBe(rtl);
  });

  test('each line of a text from the right is turned by itself', () => {
    expect(seen('אאא בבב גגג דדד', 7)).toEqual(['בבב אאא', 'דדד גגג']);
  });

  test('a letter that one font lacks is drawn with another, its spaces and marks with it', () => {
    expect(linesOf('to 東京 x', { width: 40 }, setter)[0]?.runs.map(({ text, font }) => [text, font])).toEqual([['to ', 'own'], ['東京 ', 'other'], ['x', 'own']]);
  });
});
