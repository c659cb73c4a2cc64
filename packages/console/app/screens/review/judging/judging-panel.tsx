/** Where the judgement is made: what is asked, the decision or the answer, reasons, reasoning, and sending it. */

import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { tellOf } from '../../../api/problem.ts';
import { answerOfDigit, answerWith, asks, decide, fittingCodes, toggleCode } from '../../../desk/judge-form.ts';
import type { Decision, FormProblem, JudgeForm } from '../../../desk/judge-form.ts';
import type { LoadedTask } from '../../../desk/desk.ts';
import { useShortcuts } from '../../../keyboard/use-shortcuts.ts';
import type { Judging, Sending } from '../use-judging.ts';
import { Answers, Decisions } from './choices.tsx';
import { FieldProblem, problemAt } from './field-problem.tsx';
import classes from './judging.module.css';
import { LeaveActions } from './leave-actions.tsx';
import type { LeaveHow } from './leave-actions.tsx';
import { ModifyEditor } from './modify-editor.tsx';
import { ReasonCodes } from './reason-codes.tsx';

export type JudgingPanelProps = { task: LoadedTask; judging: Judging; armed: boolean; onLeaving: (leaving: boolean) => void; onLeft: (how: LeaveHow) => void; onUndo: () => void; onHelp: () => void };

export function JudgingPanel({ task, judging, armed, onLeaving, onLeft, onUndo, onHelp }: JudgingPanelProps) {
  const { presentation } = task;
  const { form, change, sending, submit } = judging;
  const reasoning = useRef<HTMLTextAreaElement>(null);
  const codes = useRef<HTMLDivElement>(null);
  const editor = useRef<HTMLDivElement>(null);
  const [leaving, setLeaving] = useState<LeaveHow | null>(null);
  const mode = asks(presentation);
  const problem = sending.state === 'refused' ? sending.problem : null;

  const answering = mode === 'answer' && form.answer === null && form.decision === null;
  // Numbers stay with their reasons whatever is chosen, so that the hand learns them; in the hidden form they count those that fit.
  const numbered = mode === 'answer' ? fittingCodes(presentation, form) : presentation.reasonCodes;

  /** Takes a choice and moves the hand on in the same key press, so that the next key cannot land elsewhere: to the changed output, to the reasons where there are several, else to the reasoning. */
  const take = (next: JudgeForm) => {
    flushSync(() => change(next));
    moveOn(next);
  };
  const moveOn = (next: JudgeForm) => {
    const choosing = next.reasonCodes.length === 0 && fittingCodes(presentation, next).length > 1;
    const first = next.decision === 'modify' && form.decision !== 'modify' ? editor.current?.querySelector<HTMLElement>('select, input, textarea') : choosing ? codes.current?.querySelector<HTMLElement>('input') : null;
    (first ?? reasoning.current)?.focus();
  };
  const choose = (decision: Decision) => take(decide(presentation, form, decision));
  const answer = (label: string) => take(answerWith(presentation, form, label));
  const onDigit = (digit: number): boolean => {
    if (!armed) return true;
    if (answering) {
      const chosen = answerOfDigit(presentation, digit);
      if (chosen !== undefined) answer(chosen);
      return true;
    }
    const code = numbered[digit - 1];
    if (code === undefined) return false;
    take(toggleCode(presentation, form, code));
    return true;
  };
  useEffect(() => {
    if (problem?.field === 'reasonCodes') codes.current?.querySelector<HTMLElement>('input')?.focus();
    if (problem?.field === 'reasoning') reasoning.current?.focus();
    if (problem?.field === 'output') editor.current?.querySelector<HTMLElement>('select, input, textarea')?.focus();
  }, [problem]);
  const free = (run: () => void) => () => void (armed && run());
  useShortcuts({
    ...(mode === 'answer' ? {} : { approve: free(() => choose('approve')) }),
    ...(mode === 'decision' ? { modify: free(() => choose('modify')) } : {}),
    reject: free(() => choose('reject')),
    reasoning: free(() => reasoning.current?.focus()),
    escalate: free(() => setLeaving('escalate')),
    hold: free(() => setLeaving('hold')),
    'hand-over': free(() => setLeaving('hand-over')),
    release: free(() => setLeaving('release')),
    undo: onUndo,
    help: onHelp,
    digit: onDigit,
    submit,
  });

  return (
    <section className={classes.panel} aria-label="Your judgement" aria-busy={sending.state === 'sending'}>
      <h2 className={classes.question} dir="auto" tabIndex={-1} data-focus-first>{presentation.question}</h2>
      {presentation.firstAnswer !== undefined && <p className={classes.first}>Your own answer, before you saw the AI’s: <strong dir="auto">{presentation.firstAnswer}</strong></p>}
      {mode === 'answer'
        ? <Answers presentation={presentation} form={form} problem={problemAt(problem, 'answer', 'decision')} onAnswer={answer} onPass={(label) => change(answerWith(presentation, form, label))} onDone={() => moveOn(form)} onReject={() => choose('reject')} />
        : <Decisions mode={mode} form={form} problem={problemAt(problem, 'decision', 'answer')} onDecide={choose} />}
      {form.decision === 'modify' && <ModifyEditor rootRef={editor} presentation={presentation} form={form} problem={problemAt(problem, 'output')} onChange={change} onDone={() => reasoning.current?.focus()} />}
      <ReasonCodes
        rootRef={codes} codes={fittingCodes(presentation, form)} numberOf={(code) => (answering ? 0 : numbered.indexOf(code) + 1)} meanings={mode !== 'answer'} chosen={form.reasonCodes} problem={problemAt(problem, 'reasonCodes')}
        onToggle={(code) => change(toggleCode(presentation, form, code))} onDone={() => reasoning.current?.focus()}
      />
      <div className={classes.reasoning}>
        <label htmlFor="reasoning">Reasoning, in your own words</label>
        <textarea
          id="reasoning" ref={reasoning} value={form.reasoning} dir="auto" rows={3} maxLength={20_000} spellCheck required
          aria-invalid={problem?.field === 'reasoning'} aria-describedby="reasoning-problem"
          onChange={(event) => change({ ...form, reasoning: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        <FieldProblem id="reasoning-problem" problem={problemAt(problem, 'reasoning')} />
      </div>
      <SendLine judging={judging} problem={problem} armed={armed} />
      <LeaveActions task={task} open={leaving} onOpen={setLeaving} onLeaving={onLeaving} onLeft={onLeft} />
    </section>
  );
}

function SendLine({ judging: { sending, submit, cancel, draftState }, problem, armed }: { judging: Judging; problem: FormProblem | null; armed: boolean }) {
  return (
    <div className={classes.send}>
      <div className={classes.sendButtons}>
        <Button size="sm" onClick={submit} disabled={!armed || sending.state === 'sending' || sending.state === 'waiting'} rightSection={<kbd className={classes.onButton}>Ctrl Enter</kbd>}>{sending.state === 'sending' ? 'Sending' : 'Send judgement'}</Button>
        {sending.state === 'waiting' && <Button size="sm" variant="default" onClick={cancel}>Stop sending</Button>}
      </div>
      <p className={classes.sendState} role="status" data-problem={sending.state === 'refused' && problem === null}>{stateText(sending, problem, draftState)}</p>
    </div>
  );
}

function stateText(sending: Sending, problem: FormProblem | null, draftState: Judging['draftState']): string {
  switch (sending.state) {
    case 'waiting':
      return 'No connection. Your judgement is kept and sent again by itself.';
    case 'sending':
      return '';
    case 'refused': {
      if (problem !== null || sending.error === null) return '';
      const { detail, remedy } = tellOf(sending.error);
      return `${detail} ${remedy}`;
    }
    case 'idle':
      return draftState === 'saved' ? 'Draft saved' : draftState === 'kept-here' ? 'Draft kept here' : '';
    default:
      return sending satisfies never;
  }
}
