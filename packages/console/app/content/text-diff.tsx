/** What changed between two texts, said in elements and marks, not in colour alone. */

import { useMemo } from 'react';
import classes from './content.module.css';
import { changesOf } from './word-changes.ts';

export function TextDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const changes = useMemo(() => changesOf(before, after), [before, after]);
  if (changes === null) return <p className={classes.nothing}>The texts are too long, or differ too much, to compare here.</p>;
  return (
    <div className={classes.diff} dir="auto" role="group" aria-label={label}>
      {changes.map(({ added, removed, value }, index) => (added ? <ins key={index}>{value}</ins> : removed ? <del key={index}>{value}</del> : <span key={index}>{value}</span>))}
    </div>
  );
}
