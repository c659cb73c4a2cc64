/** What can be decided, or answered. */

import { Icon } from '../../../parts/icon.tsx';
import type { IconName } from '../../../parts/icon.tsx';
import type { Presentation } from '../../../api/contract.ts';
import { areListed } from '../../../desk/judge-form.ts';
import type { Decision, JudgeForm } from '../../../desk/judge-form.ts';
import { useKeyOf } from '../../../keyboard/use-shortcuts.ts';
import { FieldProblem } from './field-problem.tsx';
import classes from './judging.module.css';

const decisions: ReadonlyArray<{ decision: Decision; label: string; icon: IconName }> = [
  { decision: 'approve', label: 'Approve', icon: 'check' },
  { decision: 'reject', label: 'Reject', icon: 'cross' },
  { decision: 'modify', label: 'Modify', icon: 'pencil' },
];

export function Decisions({ mode, form, problem, onDecide }: { mode: 'decision' | 'plain'; form: JudgeForm; problem: string | null; onDecide: (decision: Decision) => void }) {
  const keyOf = useKeyOf();
  const shown = mode === 'plain' ? decisions.slice(0, 2) : decisions;
  return (
    <div>
      <div className={classes.decisions} role="group" aria-label="Decision" aria-describedby="decision-problem">
        {shown.map(({ decision, label, icon }) => (
          <button key={decision} type="button" className={classes.choice} data-decision={decision} aria-pressed={form.decision === decision} onClick={() => onDecide(decision)}>
            <Icon name={icon} size={14} /><span>{label}</span>{keyOf(decision) !== null && <kbd>{keyOf(decision)}</kbd>}
          </button>
        ))}
      </div>
      <FieldProblem id="decision-problem" problem={problem} />
    </div>
  );
}

/** `onAnswer` moves the hand on. In a list each arrow passes an answer: there `onPass` only takes it, and Enter moves on (`onDone`). */
type AnswersProps = { presentation: Presentation; form: JudgeForm; problem: string | null; onAnswer: (label: string) => void; onPass: (label: string) => void; onDone: () => void; onReject: () => void };

export function Answers({ presentation: { answers }, form, problem, onAnswer, onPass, onDone, onReject }: AnswersProps) {
  const keyOf = useKeyOf();
  const digits = answers.some((answer) => /^\d$/.test(answer));
  return (
    <div>
      {!areListed({ answers }) ? (
        <div className={classes.answers} role="group" aria-label="Answer" aria-describedby="answer-problem">
          {answers.map((answer, index) => (
            <button key={answer} type="button" className={classes.answer} aria-pressed={form.answer === answer} onClick={() => onAnswer(answer)}>
              <span dir="auto">{answer}</span>{!digits && index < 10 && keyOf('help') !== null && <kbd>{(index + 1) % 10}</kbd>}
            </button>
          ))}
        </div>
      ) : (
        <label className={classes.answerList}>
          <span>Answer</span>
          <select
            value={form.answer ?? ''} aria-describedby="answer-problem" onChange={(event) => onPass(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || form.answer === null) return;
              event.preventDefault();
              onDone();
            }}
          >
            <option value="" disabled>Choose an answer</option>
            {answers.map((answer) => <option key={answer} value={answer}>{answer}</option>)}
          </select>
        </label>
      )}
      <button type="button" className={classes.noAnswer} aria-pressed={form.decision === 'reject'} onClick={onReject}>
        <Icon name="cross" size={14} /><span>No answer can be given</span>{keyOf('reject') !== null && <kbd>{keyOf('reject')}</kbd>}
      </button>
      <FieldProblem id="answer-problem" problem={problem} />
    </div>
  );
}
