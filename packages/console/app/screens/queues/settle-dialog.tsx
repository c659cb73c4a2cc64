/** Settles a finding: inside its window by reversal, afterwards by an incident with an owner, which is closed in its time, or by a dismissal that says why. */

import { NativeSelect, Radio, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Finding } from '../../api/contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { useNow } from '../../parts/now.tsx';
import { useApi } from '../../runtime.tsx';
import { usePeopleAtWork, useRenew } from './data.ts';
import { actionsOf, bodyOf, isReversible, missingOf, stateLabels } from './findings.ts';
import type { Settling, SettlingAction } from './findings.ts';
import classes from './screen.module.css';

const actions: ReadonlyArray<{ value: SettlingAction; label: string; description: string }> = [
  { value: 'reverse', label: 'Reverse the decision', description: 'The pipeline is told to take its action back.' },
  { value: 'incident', label: 'Open an incident', description: 'Somebody owns it, with a due date and what is to be done.' },
  { value: 'dismiss', label: 'Dismiss', description: 'The verdict stands after all; the note says why.' },
  { value: 'close', label: 'Close the incident', description: 'What was to be done is done; the note says how it ended.' },
];

export function SettleDialog({ finding, onClose }: { finding: Finding; onClose(): void }) {
  const api = useApi();
  const renew = useRenew();
  const reversible = isReversible(finding, useNow(5000));
  const possible = actionsOf(finding);
  const [settling, setSettling] = useState<Settling>({ action: possible.find((action) => action !== 'reverse' || reversible) ?? 'dismiss', note: '', owner: '', dueOn: '', disposition: '' });
  const change = (part: Partial<Settling>) => setSettling({ ...settling, ...part });
  const missing = missingOf(settling);
  const send = async () => {
    const settled = await api.call<Finding>({ method: 'POST', path: `/v1/reviews/findings/${finding.findingId}/disposition`, body: bodyOf(settling) });
    announce(`Settled: ${stateLabels[settled.state].text.toLowerCase()}.`);
    onClose();
    await renew();
  };
  return (
    <FormDialog title={`Settle ${finding.system} / ${finding.decisionId}`} submit="Settle" danger={settling.action === 'reverse'} missing={missing} onSubmit={send} onClose={onClose}>
      <Radio.Group label="What is done about it" value={settling.action} onChange={(action) => change({ action: action })}>
        <div className={classes.choices}>
          {actions.filter(({ value }) => possible.includes(value)).map(({ value, label, description }) => (
            <Radio key={value} value={value} label={label} description={value === 'reverse' && !reversible ? 'The window for it has closed.' : description} disabled={value === 'reverse' && !reversible} />
          ))}
        </div>
      </Radio.Group>
      <Textarea label="Why" required autosize minRows={2} maxLength={2000} value={settling.note} onChange={(event) => change({ note: event.currentTarget.value })} />
      {settling.action === 'incident' && <Incident settling={settling} change={change} />}
    </FormDialog>
  );
}

function Incident({ settling, change }: { settling: Settling; change(part: Partial<Settling>): void }) {
  const people = usePeopleAtWork();
  const known = (people.data?.people ?? []).map(({ personId, name }) => ({ value: personId, label: name }));
  return (
    <>
      <div className={classes.pair}>
        {known.length > 0
          ? <NativeSelect size="sm" label="Owner" required value={settling.owner} onChange={(event) => change({ owner: event.currentTarget.value })} data={[{ value: '', label: 'Choose somebody' }, ...known]} />
          : <TextInput size="sm" label="Owner" required value={settling.owner} onChange={(event) => change({ owner: event.currentTarget.value })} />}
        <TextInput size="sm" type="date" label="Due" required value={settling.dueOn} onChange={(event) => change({ dueOn: event.currentTarget.value })} />
      </div>
      <Textarea label="What is to be done" required autosize minRows={2} maxLength={2000} value={settling.disposition} onChange={(event) => change({ disposition: event.currentTarget.value })} />
    </>
  );
}
