/** Letters and numbers a reasoning needs at the least. */
export const reasoningLettersMin = 12;
const wordsMin = 3;
export const reasoningLengthMax = 20_000;

/**
 * Why a text is no reasoning, as a polite sentence, or `null` when it will do. Knows no language: it counts letters,
 * different words and different letters. Scripts without spaces need letters only.
 */
export function reasoningProblem(text: string): string | null {
  const letters = [...text].filter((letter) => /[\p{L}\p{N}]/u.test(letter));
  if (letters.length === 0) return 'Please say in your own words why you decide this way.';
  if (text.length > reasoningLengthMax) return `Please keep the reasoning under ${reasoningLengthMax} characters.`;
  if (letters.length < reasoningLettersMin) return `Please say a little more: ${letters.length} letters do not explain a decision.`;
  if (new Set(letters.map((letter) => letter.toLowerCase())).size < 5) return 'Please use words: this repeats the same few letters.';
  const words = wordsOf(text);
  const spaced = /\p{Script=Latin}|\p{Script=Cyrillic}|\p{Script=Greek}|\p{Script=Arabic}|\p{Script=Hebrew}/u.test(text);
  if (spaced && new Set(words).size < wordsMin) return `Please use at least ${wordsMin} different words.`;
  return null;
}

/** How alike two reasonings are, 0 to 1: shared words over all words (Jaccard index). */
export function reasoningSimilarity(a: string, b: string): number {
  const first = new Set(wordsOf(a));
  const second = new Set(wordsOf(b));
  const shared = [...first].filter((word) => second.has(word)).length;
  const all = first.size + second.size - shared;
  return all === 0 ? 1 : shared / all;
}

/** At this similarity a reasoning counts as repeated. */
export const repeatedSimilarityMin = 0.9;

/** True when a reasoning says again what its author said before: flagged, never refused. */
export function similarReasoning(text: string, earlier: readonly string[]): boolean {
  return earlier.some((other) => reasoningSimilarity(text, other) >= repeatedSimilarityMin);
}

function wordsOf(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
