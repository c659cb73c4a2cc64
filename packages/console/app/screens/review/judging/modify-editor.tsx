/** The changed output: another label, changed content, and what that changes. */

import type { Presentation } from '../../../api/contract.ts';
import { TextDiff } from '../../../content/text-diff.tsx';
import type { JudgeForm } from '../../../desk/judge-form.ts';
import { FieldProblem } from './field-problem.tsx';
import classes from './judging.module.css';

type ModifyEditorProps = { rootRef: React.RefObject<HTMLDivElement | null>; presentation: Presentation; form: JudgeForm; problem: string | null; onChange: (form: JudgeForm) => void; onDone: () => void };

export function ModifyEditor({ rootRef, presentation: { proposal, answers }, form, problem, onChange, onDone }: ModifyEditorProps) {
  if (proposal === undefined) return null;
  const { output } = proposal;
  // Generated content keeps its label: the answers are about it, and none is another label.
  const labelled = form.content === null || answers.length === 0 || answers.includes(output.label);
  const others = answers.includes(output.label) ? answers : [output.label, ...answers];
  return (
    <div
      className={classes.modify} ref={rootRef}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && event.target instanceof HTMLElement && event.target.tagName !== 'TEXTAREA') {
          event.preventDefault();
          onDone();
        }
      }}
    >
      {labelled && (
        <label>
          <span>Changed output</span>
          {answers.length > 0 ? (
            <select value={form.label} aria-describedby="output-problem" onChange={(event) => onChange({ ...form, label: event.currentTarget.value })}>
              {others.map((answer) => <option key={answer} value={answer}>{answer === output.label ? `${answer} (as proposed)` : answer}</option>)}
            </select>
          ) : (
            <input value={form.label} dir="auto" maxLength={200} aria-describedby="output-problem" onChange={(event) => onChange({ ...form, label: event.currentTarget.value })} />
          )}
        </label>
      )}
      {form.content !== null && (
        <label>
          <span>Changed content</span>
          <textarea value={form.content} dir="auto" rows={6} maxLength={200_000} aria-describedby="output-problem" onChange={(event) => onChange({ ...form, content: event.currentTarget.value })} />
        </label>
      )}
      {form.content !== null && form.content !== output.content && <TextDiff before={output.content} after={form.content} label="What you changed" />}
      {form.content === null && form.label !== output.label && <TextDiff before={output.label} after={form.label} label="What you changed" />}
      <FieldProblem id="output-problem" problem={problem} />
    </div>
  );
}
