/** What changed between two texts, word by word. Pure. */

import { diffWordsWithSpace } from 'diff';
import type { Change } from 'diff';

/** Of longer texts a difference by words takes too long to keep up with typing. */
const charactersMax = 40_000;
/** What it takes rises with the square of the changes. */
const changesMax = 400;

/** Null where the texts are too long, or have too little in common, to be compared while somebody types. */
export function changesOf(before: string, after: string): Change[] | null {
  if (before.length + after.length > charactersMax) return null;
  return diffWordsWithSpace(before, after, { maxEditLength: changesMax }) ?? null;
}
