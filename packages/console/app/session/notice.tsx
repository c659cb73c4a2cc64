/** Told to those who review, once at sign-in, and recorded as read: every review may be checked. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { InlineProblem } from '../parts/states.tsx';
import { useRuntime } from '../runtime.tsx';
import classes from './gate.module.css';

export function Notice({ text }: { text: string }) {
  const { session } = useRuntime();
  const [problem, setProblem] = useState<unknown>(null);
  return (
    <Dialog title="Before you begin" onClose={null}>
      <div className={classes.notice}>
        <p>{text}</p>
        {problem !== null && <InlineProblem error={problem} />}
        <div><Button size="sm" autoFocus onClick={() => void session.readNotice().catch(setProblem)}>I have read this</Button></div>
      </div>
    </Dialog>
  );
}
