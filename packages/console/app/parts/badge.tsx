/** A word about the state of something. The colour only repeats what the word says. */

import type { ReactNode } from 'react';
import classes from './badge.module.css';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'accent';

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={classes.badge} data-tone={tone}>{children}</span>;
}
