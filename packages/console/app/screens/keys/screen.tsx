/** How pipelines get in: keys that are made, rotated and revoked here. */

import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey } from '../../api/contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { Named } from '../../parts/names.tsx';
import { Distance, Moment, useNow } from '../../parts/now.tsx';
import { Paged } from '../../parts/paged.tsx';
import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { useApi } from '../../runtime.tsx';
import { CreateDialog, RevokeDialog, RotateDialog } from './dialogs.tsx';
import type { MintedKey } from './dialogs.tsx';
import { inOrder, isGood, stateOf } from './keys.ts';
import classes from './screen.module.css';
import { SecretDialog } from './secret-dialog.tsx';

type Step = { what: 'create' } | { what: 'rotate' | 'revoke'; key: ApiKey } | { what: 'secret'; minted: MintedKey };

export function KeysScreen() {
  const api = useApi();
  const keys = useInfiniteQuery({
    queryKey: ['keys'],
    queryFn: ({ pageParam }) => api.call<{ keys: ApiKey[]; next: string | null }>({ method: 'GET', path: '/v1/api-keys', query: { after: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  const [step, setStep] = useState<Step | null>(null);
  const close = () => setStep(null);
  const minted = (key: MintedKey) => setStep({ what: 'secret', minted: key });
  return (
    <Page title="API keys" lead="Each pipeline has a key of its own, for its own systems and for a limited time." wide actions={<Button onClick={() => setStep({ what: 'create' })}>Make a key</Button>}>
      <Paged query={keys} label="keys" rowsOf={(page) => page.keys} empty={<EmptyState title="No key yet">Until a pipeline has one, it can get in with a client credential of your identity provider.</EmptyState>}>
        {(rows) => <div className={classes.list}><Keys keys={rows} onStep={setStep} /></div>}
      </Paged>
      {step?.what === 'create' && <CreateDialog onMinted={minted} onClose={close} />}
      {step?.what === 'rotate' && <RotateDialog apiKey={step.key} onMinted={minted} onClose={close} />}
      {step?.what === 'revoke' && <RevokeDialog apiKey={step.key} onClose={close} />}
      {step?.what === 'secret' && <SecretDialog minted={step.minted} onClose={close} />}
    </Page>
  );
}

function Keys({ keys, onStep }: { keys: readonly ApiKey[]; onStep(step: Step): void }) {
  const now = useNow(60_000);
  return (
    <Table
      label="API keys" rows={inOrder(keys, now)} rowKey={({ keyId }) => keyId} stack="early"
      columns={[
        { key: 'name', label: 'Name', heading: true, render: ({ name, keyId }) => <span className={classes.name}>{name}<code>csk_{keyId}_…</code></span> },
        { key: 'systems', label: 'Systems', render: ({ systems }) => (systems.includes('*') ? <Badge tone="warn">every system</Badge> : systems.join(', ')) },
        { key: 'state', label: 'State', render: (key) => <State apiKey={key} now={now} /> },
        { key: 'expires', label: 'Expires', numeric: true, render: ({ expiresAt }) => <Moment instant={expiresAt} /> },
        { key: 'used', label: 'Last used', numeric: true, render: ({ lastUsedAt }) => (lastUsedAt === null ? 'Never' : <Distance instant={lastUsedAt} />) },
        { key: 'made', label: 'Made', spare: true, render: ({ createdAt, createdBy }) => <><Moment instant={createdAt} /> by <Named id={createdBy} /></> },
        { key: 'actions', label: 'Actions', quiet: true, numeric: true, render: (key) => (isGood(key, now) ? <Actions apiKey={key} onStep={onStep} /> : null) },
      ]}
    />
  );
}

function State({ apiKey, now }: { apiKey: ApiKey; now: number }) {
  const { text, tone } = stateOf(apiKey, now);
  return <Badge tone={tone}>{text}</Badge>;
}

function Actions({ apiKey, onStep }: { apiKey: ApiKey; onStep(step: Step): void }) {
  const name = `${apiKey.name} (${apiKey.keyId})`;
  return (
    <div className={classes.actions}>
      {apiKey.state === 'active' && <Button size="compact-xs" variant="default" aria-label={`Rotate ${name}`} onClick={() => onStep({ what: 'rotate', key: apiKey })}>Rotate…</Button>}
      <Button size="compact-xs" variant="default" aria-label={`Revoke ${name}`} onClick={() => onStep({ what: 'revoke', key: apiKey })}>Revoke…</Button>
    </div>
  );
}
