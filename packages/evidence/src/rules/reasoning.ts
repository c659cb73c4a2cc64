const lettersMin = 12;
const differentLettersMin = 5;
const wordsMin = 3;

/** Why a text is no reasoning, or null: the rule that a judgement was accepted by, without its courtesy. It knows no language. */
export function reasoningProblem(text: string): string | null {
  const letters = text.match(/[\p{L}\p{N}]/gu) ?? [];
  if (letters.length < lettersMin) return `${letters.length} letters`;
  if (new Set(letters.map((letter) => letter.toLowerCase())).size < differentLettersMin) return 'the same few letters';
  const words = new Set(text.normalize('NFKC').toLowerCase().match(/[\p{L}\p{N}]+/gu));
  const spaced = /\p{Script=Latin}|\p{Script=Cyrillic}|\p{Script=Greek}|\p{Script=Arabic}|\p{Script=Hebrew}/u.test(text);
  return spaced && words.size < wordsMin ? 'the same few words' : null;
}
