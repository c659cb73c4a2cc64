/** A block of the review screen: a small heading and dense content. */

import type { ReactNode } from 'react';
import { Heading } from '../../../parts/heading.tsx';
import classes from './proposal.module.css';

export function Panel({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.panel}>
      <Heading className={classes.title}><span dir="auto">{title}</span>{aside !== undefined && <span className={classes.aside}>{aside}</span>}</Heading>
      {children}
    </section>
  );
}
