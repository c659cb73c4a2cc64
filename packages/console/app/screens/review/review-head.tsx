/** The line above a task: what it is, how long there is, and the last judgement while it can be undone. */

import { useQuery } from '@tanstack/react-query';
import type { Me } from '../../api/contract.ts';
import type { LoadedTask } from '../../desk/desk.ts';
import { UndoBar } from '../../desk/undo-bar.tsx';
import type { useUndo } from '../../desk/undo-bar.tsx';
import { useKeyOf } from '../../keyboard/use-shortcuts.ts';
import { Icon } from '../../parts/icon.tsx';
import { instantText, durationText } from '../../parts/instant.ts';
import { useNow } from '../../parts/now.tsx';
import { useApi } from '../../runtime.tsx';
import classes from './review.module.css';

type ReviewHeadProps = { task: LoadedTask; warned: boolean; undoing: ReturnType<typeof useUndo>; onHelp: () => void };

export function ReviewHead({ task: { presentation }, warned, undoing, onHelp }: ReviewHeadProps) {
  const { decisionType, proposal } = presentation;
  const key = useKeyOf()('help');
  return (
    <header className={classes.head}>
      <h1 className={classes.type} dir="auto">{decisionType}</h1>
      {proposal !== undefined && <span className={classes.decision} dir="auto">{proposal.system} · {proposal.decisionId}</span>}
      <TimeLeft dueAt={presentation.dueAt} warned={warned} />
      <Nudge />
      <UndoBar {...undoing} />
      <button type="button" className={classes.help} onClick={onHelp} aria-label="Shortcuts"><Icon name="help" />{key !== null && <kbd>{key}</kbd>}</button>
    </header>
  );
}

const nearMs = 15 * 60_000;

function TimeLeft({ dueAt, warned }: { dueAt: string; warned: boolean }) {
  const now = useNow(5000);
  const leftMs = Date.parse(dueAt) - now;
  return (
    <span className={classes.due} data-near={warned || leftMs < nearMs} title={`Due ${instantText(dueAt, now)}`}>
      <Icon name="clock" size={14} />{leftMs <= 0 ? `overdue by ${durationText(-leftMs)}` : `${durationText(leftMs)} left`}
    </span>
  );
}

/** A quiet word when somebody has judged for long. Nothing is blocked. */
function Nudge() {
  const api = useApi();
  const { data } = useQuery({ queryKey: ['me'], queryFn: async () => await api.call<Me>({ method: 'GET', path: '/v1/reviews/me' }), staleTime: 60_000 });
  if (data?.nudge === 'break') return <span className={classes.nudge}>{durationText(data.activeMsSinceBreak)} without a break: a few minutes away help.</span>;
  if (data?.nudge === 'cap') return <span className={classes.nudge}>{data.judgedLastHour} judged in the last hour. Slower is fine.</span>;
  return null;
}
