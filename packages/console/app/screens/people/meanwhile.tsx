/** What somebody else changed while this form was open, and what is in it now. */

import { useEffect, useRef } from 'react';
import type { Merge } from './person.ts';
import classes from './screen.module.css';

export function Meanwhile({ merge: { theirs, conflicts } }: { merge: Merge }) {
  const told = useRef<HTMLDivElement>(null);
  // It stands at the head of a form that was sent from its foot.
  useEffect(() => told.current?.focus(), [theirs, conflicts]);
  return (
    <div className={classes.told} role="alert" ref={told} tabIndex={-1}>
      <p>Somebody changed this entry while you had it open{theirs.length > 0 ? `: ${theirs.join(', ')}` : ''}. Nothing is saved yet.</p>
      <p>
        {conflicts.length === 0
          ? 'Their changes and yours are both in the form now. Look it over and save again.'
          : `You both changed ${conflicts.join(', ')}: the form keeps yours, and saving replaces theirs.`}
      </p>
    </div>
  );
}
