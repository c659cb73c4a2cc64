/** What changed between two texts, word by word. Said in elements and marks, not in colour alone. */

import { diffWordsWithSpace } from 'diff';
import { useMemo } from 'react';
import classes from './content.module.css';

/** Of longer texts a difference by words takes too long to keep up with typing. */
const charactersMax = 40_000;

export function TextDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const changes = useMemo(() => (before.length + after.length > charactersMax ? null : diffWordsWithSpace(before, after)), [before, after]);
  if (changes === null) return <p className={classes.nothing}>The texts are too long to compare here.</p>;
  return (
    <div className={classes.diff} dir="auto" role="group" aria-label={label}>
      {changes.map(({ added, removed, value }, index) => (added ? <ins key={index}>{value}</ins> : removed ? <del key={index}>{value}</del> : <span key={index}>{value}</span>))}
    </div>
  );
}
