/** Placing a hold, and lifting one. */

import { Textarea } from '@mantine/core';
import { useState } from 'react';
import type { LegalHold } from '../../api/audit-contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { missingReason } from '../../parts/missing-reason.ts';
import { Named } from '../../parts/names.tsx';
import { useApi } from '../../runtime.tsx';
import { useRenewPrivacy } from './data.ts';
import classes from './screen.module.css';
import { TargetFields } from './target-fields.tsx';
import { holdBody, missingOf, noTarget } from './target.ts';
import { holdWhat } from './words.ts';

const reasonMax = 1000;

export function PlaceHold({ onClose }: { onClose(): void }) {
  const api = useApi();
  const renew = useRenewPrivacy();
  const [target, setTarget] = useState(noTarget);
  const [reason, setReason] = useState('');
  const send = async () => {
    await api.call<LegalHold>({ method: 'POST', path: '/v1/legal-holds', body: holdBody(target, reason.trim()) });
    announce('The hold is placed.');
    onClose();
    await renew();
  };
  return (
    <FormDialog title="Place a legal hold" submit="Place it" missing={missingOf(target) ?? missingReason(reason)} onSubmit={send} onClose={onClose}>
      <TargetFields target={target} kinds={['subject', 'decisions', 'type']} onTarget={setTarget} />
      <Textarea label="Why" description="On the record for good: do not name the person." required autosize minRows={2} maxLength={reasonMax} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </FormDialog>
  );
}

export function LiftHold({ hold, onClose }: { hold: LegalHold; onClose(): void }) {
  const api = useApi();
  const renew = useRenewPrivacy();
  const [reason, setReason] = useState('');
  const agreeing = hold.state === 'lift-asked';
  const send = async () => {
    await api.call<LegalHold>({ method: 'POST', path: `/v1/legal-holds/${encodeURIComponent(hold.holdId)}/lift`, body: { reason: reason.trim() } });
    announce(agreeing ? 'The hold is lifted.' : 'Asked for. Another privacy officer agrees.');
    onClose();
    await renew();
  };
  return (
    <FormDialog title={agreeing ? 'Agree to lift the hold' : 'Lift the hold'} submit={agreeing ? 'Lift it' : 'Ask for it'} danger={agreeing} missing={missingReason(reason)} onSubmit={send} onClose={onClose}>
      <p><strong className={classes.named}>{holdWhat(hold)}</strong>, held since it was placed by <Named id={hold.placedBy} />: <bdi>{hold.reason}</bdi></p>
      {agreeing && <p><Named id={hold.liftAskedBy} /> asks for it: <bdi>{hold.liftReason}</bdi> What was held can then be erased, and falls to retention again.</p>}
      <Textarea label="Why" description="On the record for good: do not name the person." required autosize minRows={2} maxLength={reasonMax} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </FormDialog>
  );
}
