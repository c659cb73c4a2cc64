/** The policy's reasons that fit the decision. Digits take them; a letter begins the reasoning. */

import type { ReasonCode } from '../../../api/contract.ts';
import { Icon } from '../../../parts/icon.tsx';
import { FieldProblem } from './field-problem.tsx';
import classes from './judging.module.css';

type ReasonCodesProps = {
  rootRef: React.RefObject<HTMLDivElement | null>; codes: readonly ReasonCode[]; numberOf: (code: ReasonCode) => number; meanings: boolean; chosen: readonly string[]; problem: string | null;
  onToggle: (code: ReasonCode) => void; onDone: () => void;
};

const meaningOf = { approve: { title: 'for approving', icon: 'check' }, reject: { title: 'for rejecting', icon: 'cross' }, modify: { title: 'for modifying', icon: 'pencil' } } as const;

export function ReasonCodes({ rootRef, codes, numberOf, meanings, chosen, problem, onToggle, onDone }: ReasonCodesProps) {
  if (codes.length === 0) return null;
  const mixed = meanings && new Set(codes.map((code) => code.for)).size > 1;
  return (
    <div
      className={classes.codes} ref={rootRef} role="group" aria-label="Reasons" aria-describedby="codes-problem"
      onKeyDown={(event) => {
        // The letter itself lands in the reasoning: the focus moves before the key is typed.
        if (event.key.length === 1 && /\p{L}/u.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
          event.stopPropagation();
          event.nativeEvent.stopImmediatePropagation();
          onDone();
        } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
          event.preventDefault();
          onDone();
        }
      }}
    >
      {codes.map((code) => (
        <label key={code.code} className={classes.code} data-chosen={chosen.includes(code.code)}>
          <input type="checkbox" checked={chosen.includes(code.code)} onChange={() => onToggle(code)} />
          <span dir="auto">{code.label}</span>
          {mixed && <span className={classes.meaning} data-decision={code.for} title={meaningOf[code.for].title}><Icon name={meaningOf[code.for].icon} size={13} /><span className="visually-hidden">{meaningOf[code.for].title}</span></span>}
          {numberOf(code) > 0 && numberOf(code) < 10 && <kbd>{numberOf(code)}</kbd>}
        </label>
      ))}
      <FieldProblem id="codes-problem" problem={problem} />
    </div>
  );
}
