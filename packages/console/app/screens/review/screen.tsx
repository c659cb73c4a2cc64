/** One task on the desk: opens it, shows it, and goes on to the next. */

import { Button } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import type { LoadedTask } from '../../desk/desk.ts';
import { useDesk } from '../../desk/use-desk.ts';
import { announce } from '../../parts/announcer.tsx';
import { Page } from '../../parts/page.tsx';
import { Bone, EmptyState, ErrorState } from '../../parts/states.tsx';
import { ReviewDesk } from './review-desk.tsx';
import classes from './review.module.css';

type Opened = { state: 'opening' } | { state: 'open'; task: LoadedTask } | { state: 'taken'; until: string | null } | { state: 'failed'; error: unknown };

export function ReviewScreen() {
  const { taskId } = useParams({ from: '/inside/review/$taskId' });
  // A screen per task: nothing of one is ever left on the next.
  return <OneTask key={taskId} taskId={taskId} />;
}

function OneTask({ taskId }: { taskId: string }) {
  const desk = useDesk();
  // A task that was given back may be the next one again: another claim, so another screen.
  const [round, setRound] = useState(0);
  const onSame = useCallback((task: LoadedTask) => {
    setOpened({ state: 'open', task });
    setRound((before) => before + 1);
  }, []);
  const goNext = useGoNext(taskId, onSame);
  const [opened, setOpened] = useState<Opened>(() => {
    const task = desk.loaded(taskId);
    return task === undefined ? { state: 'opening' } : { state: 'open', task };
  });
  const open = useCallback(() => {
    desk.open(taskId).then((taken) => {
      setOpened(taken.outcome === 'task' ? { state: 'open', task: taken.task } : { state: 'taken', until: taken.outcome === 'all-claimed' ? taken.until : null });
    }).catch((error: unknown) => setOpened({ state: 'failed', error }));
  }, [desk, taskId]);
  useEffect(() => {
    if (opened.state === 'opening') open();
  }, [open, opened.state]);
  switch (opened.state) {
    case 'opening':
      return <ReviewBones />;
    case 'open':
      return <ReviewDesk key={round} task={opened.task} onTask={(task) => setOpened({ state: 'open', task })} onNext={goNext} />;
    case 'taken':
      return <Page title="Review"><EmptyState title="This task is not to be had" action={<Button onClick={goNext}>Next task</Button>}>Somebody else has it, or it is done.</EmptyState></Page>;
    case 'failed':
      return <Page title="Review"><ErrorState error={opened.error} onRetry={() => setOpened({ state: 'opening' })} /><div><Button variant="default" onClick={goNext}>Next task</Button></div></Page>;
    default:
      return opened satisfies never;
  }
}

/** To the next task, which may be the `current` one again; where there is none, to the work screen, which says why. */
function useGoNext(current: string, onSame: (task: LoadedTask) => void): () => void {
  const desk = useDesk();
  const navigate = useNavigate();
  return useCallback(() => {
    desk.takeNext().then(async (taken) => {
      if (taken.outcome === 'task' && taken.task.claim.taskId === current) return onSame(taken.task);
      if (taken.outcome === 'task') return await navigate({ to: '/review/$taskId', params: { taskId: taken.task.claim.taskId } });
      announce(taken.outcome === 'empty' ? 'Nothing waits for you.' : 'Everything you could do is in other hands for now.');
      return await navigate({ to: '/work' });
    }).catch(async () => await navigate({ to: '/work' }));
  }, [desk, navigate, current, onSame]);
}

function ReviewBones() {
  return (
    <div className={classes.review} role="status">
      <span className="visually-hidden">Loading the task</span>
      <div className={classes.head}><Bone width="12rem" height="1.2rem" /></div>
      <div className={classes.columns} data-blind="false">
        {[0, 1, 2].map((column) => <div key={column} className={`${classes.column} ${classes.bones}`}><Bone width="40%" /><Bone height="9rem" /><Bone width="85%" /><Bone width="70%" /><Bone width="78%" /></div>)}
      </div>
    </div>
  );
}
