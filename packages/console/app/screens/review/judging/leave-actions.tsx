/** Ways to leave a task without judging it: to a senior, for later, to a colleague, back to the queue. */

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Colleague } from '../../../api/contract.ts';
import type { LoadedTask } from '../../../desk/desk.ts';
import { useDesk } from '../../../desk/use-desk.ts';
import { useKeyOf } from '../../../keyboard/use-shortcuts.ts';
import { FormDialog } from '../../../parts/form-dialog.tsx';
import { BoneRows, InlineProblem } from '../../../parts/states.tsx';
import { useApi } from '../../../runtime.tsx';
import classes from './judging.module.css';

export type LeaveHow = 'escalate' | 'hold' | 'hand-over' | 'release';

const ways: ReadonlyArray<{ how: LeaveHow; label: string; title: string; words: string; missing: string }> = [
  { how: 'escalate', label: 'To a senior', title: 'Hand to a senior', words: 'What should the senior know?', missing: 'Say what the senior should know.' },
  { how: 'hold', label: 'Put aside', title: 'Put the task aside', words: 'What are you waiting for?', missing: 'Say what you are waiting for.' },
  { how: 'hand-over', label: 'Hand over', title: 'Hand over to a colleague', words: 'Why to them?', missing: 'Say why to them.' },
  { how: 'release', label: 'Give back', title: 'Give the task back', words: 'Why do you not judge it?', missing: 'Say why you do not judge it.' },
];

const holds = [{ label: '15 minutes', ms: 900_000 }, { label: '1 hour', ms: 3_600_000 }, { label: '4 hours', ms: 14_400_000 }, { label: 'a day', ms: 86_400_000 }];

type LeaveActionsProps = {
  task: LoadedTask; open: LeaveHow | null; onOpen: (how: LeaveHow | null) => void;
  /** From the moment it is asked for until it is refused. */
  onLeaving: (leaving: boolean) => void;
  onLeft: (how: LeaveHow) => void;
};

export function LeaveActions({ task, open, onOpen, onLeaving, onLeft }: LeaveActionsProps) {
  const keyOf = useKeyOf();
  const way = ways.find(({ how }) => how === open);
  return (
    <div className={classes.leave} role="group" aria-label="Leave this task without judging it">
      {ways.map(({ how, label }) => (
        <button key={how} type="button" className={classes.leaveButton} onClick={() => onOpen(how)}><span>{label}</span>{keyOf(how) !== null && <kbd>{keyOf(how)}</kbd>}</button>
      ))}
      {way !== undefined && <LeaveDialog task={task} way={way} onClose={() => onOpen(null)} onLeaving={onLeaving} onLeft={onLeft} />}
    </div>
  );
}

type LeaveDialogProps = Pick<LeaveActionsProps, 'task' | 'onLeaving' | 'onLeft'> & { way: (typeof ways)[number]; onClose: () => void };

function LeaveDialog({ task, way, onClose, onLeaving, onLeft }: LeaveDialogProps) {
  const desk = useDesk();
  const [words, setWords] = useState('');
  const [forMs, setForMs] = useState(900_000);
  const [to, setTo] = useState('');
  const body = way.how === 'escalate' ? { note: words } : way.how === 'hold' ? { reason: words, forMs } : way.how === 'hand-over' ? { to, reason: words } : { reason: words };
  const missing = way.how === 'hand-over' && to === '' ? 'Choose somebody.' : words.trim() === '' ? way.missing : null;
  const send = async () => {
    onLeaving(true);
    try {
      await desk.leave(task, way.how, body);
    } catch (error) {
      onLeaving(false);
      throw error;
    }
    onClose();
    onLeft(way.how);
  };
  return (
    <FormDialog title={way.title} submit={way.title} cancel="Keep the task" missing={missing} onSubmit={send} onClose={onClose}>
      <div className={classes.leaveForm}>
        {way.how === 'hold' && (
          <label><span>For how long</span><select value={forMs} onChange={(event) => setForMs(Number(event.currentTarget.value))}>{holds.map(({ label, ms }) => <option key={ms} value={ms}>{label}</option>)}</select></label>
        )}
        {way.how === 'hand-over' && <Colleagues taskId={task.claim.taskId} chosen={to} onChoose={setTo} />}
        <label><span>{way.words}</span><textarea rows={3} required maxLength={2000} dir="auto" value={words} onChange={(event) => setWords(event.currentTarget.value)} /></label>
      </div>
    </FormDialog>
  );
}

function Colleagues({ taskId, chosen, onChoose }: { taskId: string; chosen: string; onChoose: (personId: string) => void }) {
  const api = useApi();
  const { data, error } = useQuery({ queryKey: ['colleagues', taskId], queryFn: async () => await api.call<{ colleagues: Colleague[] }>({ method: 'GET', path: `/v1/reviews/tasks/${taskId}/colleagues` }) });
  if (error !== null) return <InlineProblem error={error} />;
  if (data === undefined) return <BoneRows rows={3} label="Loading colleagues" />;
  if (data.colleagues.length === 0) return <p>Nobody else is qualified for this task and free to take it. Give it back instead.</p>;
  return (
    <fieldset className={classes.colleagues}>
      <legend>To whom</legend>
      {data.colleagues.map(({ personId, name, available }) => (
        <label key={personId}><input type="radio" name="colleague" value={personId} checked={chosen === personId} onChange={() => onChoose(personId)} /><span>{name}</span>{!available && <small>away</small>}</label>
      ))}
    </fieldset>
  );
}
