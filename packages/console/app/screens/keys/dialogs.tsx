/** Making, rotating and revoking a key. */

import { NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey } from '../../api/contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { missingReason } from '../../parts/missing-reason.ts';
import { useApi } from '../../runtime.tsx';
import { missingOf, systemsOf } from './keys.ts';
import type { Wish } from './keys.ts';

/** A key with its secret: the server shows it this once. */
export type MintedKey = ApiKey & { secret: string };

type MintProps = { onMinted(minted: MintedKey): void; onClose(): void };

function useRenewKeys(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ['keys'] });
}

export function CreateDialog({ onMinted, onClose }: MintProps) {
  const api = useApi();
  const renew = useRenewKeys();
  const [wish, setWish] = useState<Wish>({ name: '', systems: '', days: 90 });
  const every = systemsOf(wish.systems).includes('*');
  const send = async () => {
    const body = { name: wish.name.trim(), systems: systemsOf(wish.systems), expiresInDays: wish.days };
    onMinted(await api.call<MintedKey>({ method: 'POST', path: '/v1/api-keys', body }));
    await renew();
  };
  return (
    <FormDialog title="Make a key" submit="Make the key" missing={missingOf(wish)} onSubmit={send} onClose={onClose}>
      <TextInput size="sm" label="Name" description="What it is for" required maxLength={100} value={wish.name} onChange={(event) => setWish({ ...wish, name: event.currentTarget.value })} />
      <TextInput
        size="sm" label="Systems" description={every ? '* lets it speak for every system. One key for each is safer.' : 'It may speak for these only; commas between them'} required value={wish.systems}
        onChange={(event) => setWish({ ...wish, systems: event.currentTarget.value })}
      />
      <NumberInput size="sm" label="Lives for" description="Days, 400 at the most" required min={1} max={400} allowDecimal={false} hideControls suffix=" days" value={Number.isNaN(wish.days) ? '' : wish.days} onChange={(value) => setWish({ ...wish, days: value === '' ? NaN : Number(value) })} />
    </FormDialog>
  );
}

const overlaps = [{ value: '0', label: 'Ends at once' }, { value: '1', label: '1 hour' }, { value: '24', label: '1 day' }, { value: '72', label: '3 days' }, { value: '168', label: '7 days' }, { value: '720', label: '30 days' }];

export function RotateDialog({ apiKey: { keyId, name }, onMinted, onClose }: MintProps & { apiKey: ApiKey }) {
  const api = useApi();
  const renew = useRenewKeys();
  const [hours, setHours] = useState('24');
  const send = async () => {
    onMinted(await api.call<MintedKey>({ method: 'POST', path: `/v1/api-keys/${encodeURIComponent(keyId)}/rotate`, body: { overlapHours: Number(hours) } }));
    await renew();
  };
  return (
    <FormDialog title={`Rotate ${name}`} submit="Rotate" danger={hours === '0'} onSubmit={send} onClose={onClose}>
      <p>A new key with the same systems and lifetime replaces this one. Give the pipeline the new one before the old one ends.</p>
      <NativeSelect size="sm" label="The old key stays good for" value={hours} onChange={(event) => setHours(event.currentTarget.value)} data={overlaps} />
    </FormDialog>
  );
}

export function RevokeDialog({ apiKey: { keyId, name, systems, lastUsedAt }, onClose }: { apiKey: ApiKey; onClose(): void }) {
  const api = useApi();
  const renew = useRenewKeys();
  const [reason, setReason] = useState('');
  const send = async () => {
    await api.call({ method: 'POST', path: `/v1/api-keys/${encodeURIComponent(keyId)}/revoke`, body: { reason: reason.trim() } });
    announce(`${name} is revoked.`);
    onClose();
    await renew();
  };
  return (
    <FormDialog title={`Revoke ${name}`} submit="Revoke for good" danger missing={missingReason(reason)} onSubmit={send} onClose={onClose}>
      <p>Whatever uses this key for {systems.includes('*') ? 'any system' : systems.join(', ')} is refused within a second or so. It cannot be taken back.{lastUsedAt === null ? ' The key was never used.' : ''}</p>
      <Textarea label="Reason" description="On the record, under your name." required autosize minRows={2} maxLength={2000} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </FormDialog>
  );
}
