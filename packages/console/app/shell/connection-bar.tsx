/** One calm line: live, catching up, or offline. */

import { useEffect, useRef } from 'react';
import { announce } from '../parts/announcer.tsx';
import { useConnection } from '../runtime.tsx';
import type { ConnectionView } from '../api/connection.ts';
import classes from './shell.module.css';

const words: Record<ConnectionView, { label: string; title: string }> = {
  online: { label: 'Connected', title: 'The server answers.' },
  'catching-up': { label: 'Reconnecting', title: 'Live updates are interrupted and come back by themselves. Your work goes through.' },
  offline: { label: 'Offline', title: 'The server cannot be reached. What you type is kept here and sent when it is back.' },
};

export function ConnectionBar() {
  const view = useConnection();
  const before = useRef(view);
  useEffect(() => {
    if (before.current === view) return;
    if (view === 'offline') announce(words.offline.title);
    if (before.current === 'offline') announce('Connected again.');
    before.current = view;
  }, [view]);
  const { label, title } = words[view];
  return (
    <div className={`${classes.tool} ${classes.state}`} data-state={view} title={title}>
      <span className={classes.dot} />
      <span className={view === 'online' ? classes.label : classes.label}>{label}</span>
    </div>
  );
}
