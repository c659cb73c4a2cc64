/** What is said at the head of a form that was sent from its foot: it takes the focus, so that it is seen and read. */

import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import type { Merge } from './person.ts';
import classes from './screen.module.css';

function Told({ about, children }: { about: unknown; children: ReactNode }) {
  const told = useRef<HTMLDivElement>(null);
  useEffect(() => told.current?.focus(), [about]);
  return <div className={classes.told} role="alert" ref={told} tabIndex={-1}>{children}</div>;
}

/** What somebody else changed while this form was open, and what is in it now. */
export function Meanwhile({ merge }: { merge: Merge }) {
  const { theirs, conflicts } = merge;
  return (
    <Told about={merge}>
      <p>Somebody changed this entry while you had it open{theirs.length > 0 ? `: ${theirs.join(', ')}` : ''}. Nothing is saved yet.</p>
      <p>
        {conflicts.length === 0
          ? 'Their changes and yours are both in the form now. Look it over and save again.'
          : `You both changed ${conflicts.join(', ')}: the form keeps yours, and saving replaces theirs.`}
      </p>
    </Told>
  );
}

/** What was saved as it is and may be a slip. */
export function SavedWith({ warnings }: { warnings: readonly string[] }) {
  return (
    <Told about={warnings}>
      <p>Saved. Look again at this:</p>
      <ul>{warnings.map((warning) => <li key={warning}>{warning}</li>)}</ul>
    </Told>
  );
}
