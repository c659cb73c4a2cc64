/** A block of the review screen: a small heading and dense content. */

import type { ReactNode } from 'react';
import classes from './proposal.module.css';

export function Panel({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.panel} aria-label={title}>
      <h3 className={classes.title}><span>{title}</span>{aside !== undefined && <span className={classes.aside}>{aside}</span>}</h3>
      {children}
    </section>
  );
}
