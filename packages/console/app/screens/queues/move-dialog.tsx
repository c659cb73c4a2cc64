/** Gives a task to somebody, or back to everybody, with a reason. */

import { NativeSelect, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { SupervisedTask } from '../../api/contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { missingReason } from '../../parts/missing-reason.ts';
import { useApi } from '../../runtime.tsx';
import { usePeopleAtWork, useRenew } from './data.ts';
import { peopleToGive } from './people.ts';

export type Moving = { task: SupervisedTask; how: 'give' | 'release' };

export function MoveDialog({ moving: { task, how }, onClose }: { moving: Moving; onClose(): void }) {
  const api = useApi();
  const renew = useRenew();
  const people = usePeopleAtWork(task.queue);
  const [to, setTo] = useState('');
  const [reason, setReason] = useState('');
  const give = how === 'give';
  const choices = peopleToGive(people.data?.people ?? [], task.claimant);
  const holder = task.claimantName ?? task.claimant;
  const nobody = holder === null ? 'Nobody works this queue' : 'Nobody else works this queue';
  const firstLine = people.isPending ? 'Loading…' : people.isSuccess && choices.length === 0 ? nobody : 'Choose somebody';
  const send = async () => {
    await api.call({ method: 'POST', path: `/v1/reviews/tasks/${task.taskId}/reassign`, body: { to: give ? to : null, reason: reason.trim() } });
    announce(give ? `Given to ${choices.find(({ value }) => value === to)?.name ?? to}.` : 'Put back for everybody.');
    onClose();
    await renew();
  };
  return (
    <FormDialog title={give ? 'Give this task to somebody' : 'Put this task back'} submit={give ? 'Give' : 'Put back'} missing={give && to === '' ? 'Choose somebody.' : missingReason(reason)} onSubmit={send} onClose={onClose}>
      <p>{holder === null ? 'Nobody holds it at the moment.' : `${holder} holds it. What they wrote is kept for them as a draft; they are told at once.`}</p>
      {give && (
        <NativeSelect
          size="sm" label="To" required value={to} onChange={(event) => setTo(event.currentTarget.value)}
          description="For them alone for a while, then for everybody who works this queue."
          data={[{ value: '', label: firstLine }, ...choices.map(({ value, label, disabled }) => ({ value, label, disabled }))]}
        />
      )}
      <Textarea label="Reason" description="On the record, under your name." required autosize minRows={2} maxLength={2000} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </FormDialog>
  );
}
