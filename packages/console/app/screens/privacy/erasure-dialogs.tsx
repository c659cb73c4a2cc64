/** Asking for an erasure, and deciding on one that somebody else asked for. */

import { Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Erasure } from '../../api/audit-contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { missingReason } from '../../parts/missing-reason.ts';
import { Named } from '../../parts/names.tsx';
import { useApi } from '../../runtime.tsx';
import { useErasure, useRenewPrivacy } from './data.ts';
import classes from './screen.module.css';
import { TargetFields } from './target-fields.tsx';
import { erasureBody, missingOf, noTarget } from './target.ts';
import { erasureWhat, extentText } from './words.ts';

const reasonMax = 1000;

export function AskErasure({ onClose }: { onClose(): void }) {
  const api = useApi();
  const renew = useRenewPrivacy();
  const [target, setTarget] = useState(noTarget);
  const [reason, setReason] = useState('');
  const send = async () => {
    await api.call<Erasure>({ method: 'POST', path: '/v1/erasures', body: erasureBody(target, reason.trim()) });
    announce('Asked for. Another privacy officer decides.');
    onClose();
    await renew();
  };
  return (
    <FormDialog title="Ask for an erasure" submit="Ask for it" missing={missingOf(target) ?? missingReason(reason)} onSubmit={send} onClose={onClose}>
      <TargetFields target={target} kinds={['subject', 'decisions', 'events']} onTarget={setTarget} />
      <Textarea label="Why" description="On the record for good: do not name the person." required autosize minRows={2} maxLength={reasonMax} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </FormDialog>
  );
}

export function ApproveErasure({ erasure, onClose }: { erasure: Erasure; onClose(): void }) {
  const api = useApi();
  // With all that it names: nobody agrees to what the list leaves out.
  const whole = useErasure(erasure.erasureId);
  const renew = useRenewPrivacy();
  const send = async () => {
    await api.call<Erasure>({ method: 'POST', path: `/v1/erasures/${encodeURIComponent(erasure.erasureId)}/approve` });
    announce('Approved. The content is being erased.');
    onClose();
    await renew();
  };
  return (
    <FormDialog title="Approve the erasure" submit="Erase for good" danger missing={whole.data === undefined ? 'What it names is not here yet.' : null} onSubmit={send} onClose={onClose}>
      <Loaded query={whole} label="what it names" rows={2}>{(loaded) => <Covered erasure={loaded} />}</Loaded>
      <p>Asked for by <Named id={erasure.requestedBy} />: <bdi>{erasure.reason}</bdi></p>
      <p>The keys are destroyed at once. It cannot be stopped or taken back, and open tasks about this content are closed.</p>
    </FormDialog>
  );
}

function Covered({ erasure }: { erasure: Erasure }) {
  const ids = [...erasure.decisionIds, ...erasure.eventIds];
  return (
    <>
      <p><strong className={classes.named}>{erasureWhat(erasure)}</strong>: {extentText(erasure)}.</p>
      {ids.length > 1 && <ul className={classes.ids} tabIndex={0} aria-label="What it names">{ids.map((id) => <li key={id}>{id}</li>)}</ul>}
    </>
  );
}

export function RefuseErasure({ erasure, onClose }: { erasure: Erasure; onClose(): void }) {
  const api = useApi();
  const renew = useRenewPrivacy();
  const [reason, setReason] = useState('');
  const send = async () => {
    await api.call<Erasure>({ method: 'POST', path: `/v1/erasures/${encodeURIComponent(erasure.erasureId)}/refuse`, body: { reason: reason.trim() } });
    announce('Refused.');
    onClose();
    await renew();
  };
  return (
    <FormDialog title="Refuse the erasure" submit="Refuse" missing={missingReason(reason)} onSubmit={send} onClose={onClose}>
      <p><strong className={classes.named}>{erasureWhat(erasure)}</strong>, asked for by <Named id={erasure.requestedBy} />: <bdi>{erasure.reason}</bdi></p>
      <Textarea label="Why not" description="On the record for good: do not name the person." required autosize minRows={2} maxLength={reasonMax} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </FormDialog>
  );
}
