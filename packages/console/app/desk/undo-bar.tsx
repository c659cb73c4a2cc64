/** The last judgement, for as long as it can be taken back. Its place is always there, so that nothing moves when it comes or goes. */

import { useNavigate } from '@tanstack/react-router';
import { useLayoutEffect, useRef, useState } from 'react';
import { announce } from '../parts/announcer.tsx';
import { tellOf } from '../api/problem.ts';
import { useNow } from '../parts/now.tsx';
import { useKeyOf } from '../keyboard/use-shortcuts.ts';
import classes from './undo-bar.module.css';
import { useDesk, useDeskView } from './use-desk.ts';

/** Takes the last judgement back and goes to its task. */
export function useUndo(): { undo: () => void; problem: string | null } {
  const desk = useDesk();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string | null>(null);
  const undo = () => {
    desk.undo().then(async (undone) => {
      if (undone === null) return;
      setProblem(null);
      announce('Taken back. The task is yours again, with what you wrote.');
      await navigate({ to: '/review/$taskId', params: { taskId: undone.task.claim.taskId } });
    }).catch((error: unknown) => {
      const { detail, remedy } = tellOf(error);
      setProblem(`${detail} ${remedy}`);
      announce(`Not taken back. ${detail}`);
    });
  };
  return { undo, problem };
}

export function UndoBar({ undo, problem }: ReturnType<typeof useUndo>) {
  const { undoable } = useDeskView();
  const now = useNow(1000);
  const keyOf = useKeyOf();
  const key = keyOf('undo');
  if (undoable === null) return <div className={classes.bar} data-problem={problem !== null}>{problem}</div>;
  const left = Math.max(0, Math.floor((undoable.finalAtMs - now) / 1000));
  return (
    <div className={classes.bar} data-shown="true">
      <span className={classes.said} dir="auto">{undoable.said}</span>
      <span aria-hidden="true" className={classes.left}>final in {left} s</span>
      <UndoButton undo={undo} shortcut={key} />
    </div>
  );
}

/** Goes when its time is over. Whoever was on it is at the task then, or at the heading, not nowhere. */
function UndoButton({ undo, shortcut }: { undo: () => void; shortcut: string | null }) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const { current } = button;
    return () => {
      if (document.activeElement !== current) return;
      (document.querySelector<HTMLElement>('[data-focus-first]') ?? document.querySelector<HTMLElement>('h1'))?.focus({ preventScroll: true });
    };
  }, []);
  return <button ref={button} type="button" className={classes.undo} onClick={undo}>Undo{shortcut !== null && <kbd>{shortcut}</kbd>}</button>;
}
