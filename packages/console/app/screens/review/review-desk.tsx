/** A loaded task: the case, the AI's proposal where it is shown, and the judgement; and what happens to its claim meanwhile. */

import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCallback, useLayoutEffect, useEffect, useRef, useState } from 'react';
import type { Submitted } from '../../api/contract.ts';
import { SessionEndedError } from '../../api/problem.ts';
import { isClaimLost } from '../../desk/desk.ts';
import type { LoadedTask } from '../../desk/desk.ts';
import { useUndo } from '../../desk/undo-bar.tsx';
import { useDesk } from '../../desk/use-desk.ts';
import { draftOf, isEmptyForm } from '../../desk/judge-form.ts';
import { ShortcutHelp } from '../../keyboard/shortcut-help.tsx';
import { announce } from '../../parts/announcer.tsx';
import { InlineProblem } from '../../parts/states.tsx';
import { CaseColumn } from './case-column.tsx';
import { JudgingPanel } from './judging/judging-panel.tsx';
import type { LeaveHow } from './judging/leave-actions.tsx';
import { ProposalColumn, WhyAsked } from './proposal-column.tsx';
import { ReviewHead } from './review-head.tsx';
import classes from './review.module.css';
import { useClaimLife } from './use-claim-life.ts';
import { useJudging } from './use-judging.ts';
import { usePainted } from './use-painted.ts';

export type ReviewDeskProps = { task: LoadedTask; onTask: (task: LoadedTask) => void; onNext: () => void };

const leftWords: Record<LeaveHow, string> = { escalate: 'Handed to a senior.', hold: 'Put aside.', 'hand-over': 'Handed over.', release: 'Given back.' };

export function ReviewDesk({ task, onTask, onNext }: ReviewDeskProps) {
  const desk = useDesk();
  const root = useRef<HTMLDivElement>(null);
  const [lost, setLost] = useState<unknown>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [warned, setWarned] = useState(false);
  const [helping, setHelping] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const { presentation } = task;
  const blind = presentation.proposal === undefined;
  const undoing = useUndo();

  const onLost = useCallback((error: unknown) => {
    setLost(error);
    announce('Your claim on this task is gone. What you wrote is kept.');
  }, []);
  const onWarned = useCallback(() => {
    setWarned(true);
    announce('This task is due soon.');
  }, []);
  const onPaintProblem = useCallback((error: unknown) => {
    if (isClaimLost(error)) onLost(error);
    // That a session ended is said above everything, and the report is made again with the judgement.
    else if (!(error instanceof SessionEndedError)) setProblem(error);
  }, [onLost]);
  const painted = usePainted(task, root, onPaintProblem);
  const life = useClaimLife(task, lost !== null || leaving, onLost, onWarned);
  const onJudged = (submitted: Submitted) => {
    if (submitted.revealed === true) return void showSecondStage(submitted);
    announce('Sent. You can still undo it.');
    onNext();
  };
  const showSecondStage = async ({ etag }: Submitted) => {
    try {
      onTask(await desk.reload({ ...task.claim, ...(etag === undefined ? {} : { etag }) }));
      announce('Your answer is recorded. Now the AI’s output is shown: judge it.');
    } catch (error) {
      setProblem(error);
    }
  };
  const judging = useJudging({ task, painted, life, onJudged, onRefused: (error) => void (isClaimLost(error) && onLost(error)) });
  const begun = !isEmptyForm(judging.form);
  useFirstFocus(task, root);
  useFrozenKeys(painted.armed);
  const { armed, reported } = painted;
  // Fetched ahead once the server knows that this one is on the screen: until then this one itself is what was fetched ahead. And again where
  // that pre-claim ran out while it was being judged.
  useEffect(() => {
    if (armed) reported().then(() => desk.prefetch()).catch(() => undefined);
  }, [desk, armed, reported, begun, judging.form.decision, judging.form.answer]);
  useEffect(() => {
    document.title = `${presentation.decisionType} · Countersign`;
  }, [presentation.decisionType]);

  const claimAgain = () => {
    desk.claimAgain(task.claim.taskId, begun ? draftOf(judging.form) : null).then((taken) => {
      if (taken.outcome !== 'task') return setProblem(new Error('Somebody else has this task now.'));
      setLost(null);
      setProblem(null);
      onTask(taken.task);
    }).catch(setProblem);
  };
  // Begun by nobody, a task whose pre-claim ran out on the way is simply not shown: the next one is.
  useEffect(() => {
    if (lost !== null && !begun && !painted.armed) onNext();
  }, [lost, begun, painted.armed, onNext]);

  return (
    <div className={classes.review} ref={root} data-armed={painted.armed} data-task={task.claim.taskId}>
      <ReviewHead task={task} warned={warned} undoing={undoing} onHelp={() => setHelping(true)} />
      <div className={classes.columns} data-blind={blind}>
        <CaseColumn presentation={presentation} />
        {!blind && <ProposalColumn presentation={presentation} />}
        <div className={classes.column} data-judging="true">
          {lost !== null && <Lost error={lost} words={judging.form.reasoning} attempted={judging.attempted} onAgain={claimAgain} onNext={onNext} />}
          {problem !== null && <div className={classes.trouble}><InlineProblem error={problem} /></div>}
          <JudgingPanel task={task} judging={judging} armed={painted.armed && lost === null} onUndo={undoing.undo} onHelp={() => setHelping(true)} onLeaving={setLeaving} onLeft={(how) => {
            announce(leftWords[how]);
            onNext();
          }} />
          <WhyAsked presentation={presentation} />
        </div>
      </div>
      {helping && <ShortcutHelp onClose={() => setHelping(false)} />}
    </div>
  );
}

function Lost({ error, words, attempted, onAgain, onNext }: { error: unknown; words: string; attempted: boolean; onAgain: () => void; onNext: () => void }) {
  return (
    <div className={classes.lost} role="alert">
      <p>
        <strong>Your claim on this task is gone.</strong>{' '}
        {attempted ? <>What you sent may have arrived: <Link to="/history">History</Link> has it then. What you wrote is kept here.</> : 'Nothing was recorded of it; what you wrote is kept here.'}
      </p>
      <InlineProblem error={error} />
      <div className={classes.lostActions}>
        <Button onClick={onAgain}>Claim it again</Button>
        {words !== '' && <Button variant="default" onClick={() => void navigator.clipboard.writeText(words).then(() => announce('Copied.'))}>Copy my words</Button>}
        <Button variant="default" onClick={onNext}>Next task</Button>
      </div>
    </div>
  );
}

/** The reading begins at the question; a screen reader says it, and no key lands in what was there before. */
function useFirstFocus(task: LoadedTask, root: React.RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    root.current?.querySelector<HTMLElement>('[data-focus-first]')?.focus({ preventScroll: true });
  }, [root, task]);
}

/** Between one task and the next, what is typed was meant for the one before: it goes nowhere. */
function useFrozenKeys(armed: boolean): void {
  useEffect(() => {
    if (armed) return;
    const swallow = (event: KeyboardEvent) => {
      if (event.key.length > 1 && !['Enter', 'Backspace', 'Delete'].includes(event.key)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    document.addEventListener('keydown', swallow, true);
    return () => document.removeEventListener('keydown', swallow, true);
  }, [armed]);
}
