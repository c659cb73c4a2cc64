/** Who is at work and how much they hold; what an absent person holds can be put back at once. */

import { Button, Switch, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ReviewingPerson } from '../../api/contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { missingReason } from '../../parts/missing-reason.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { matching } from '../../parts/matching.ts';
import { Distance } from '../../parts/now.tsx';
import { Section } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { useApi } from '../../runtime.tsx';
import { usePeopleAtWork, useRenew } from './data.ts';

type Step = { person: ReviewingPerson; what: 'release' | 'availability' };

export function PeopleView() {
  const people = usePeopleAtWork();
  const [wanted, setWanted] = useState('');
  const [step, setStep] = useState<Step | null>(null);
  return (
    <Section title="Reviewers" aside={<TextInput aria-label="Find a reviewer" placeholder="Find by name" type="search" value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} />}>
      <Loaded query={people} label="people">
        {({ people: all }) => {
          const rows = matching(all, wanted);
          if (all.length === 0) return <EmptyState title="Nobody reviews yet">An administrator enters people and their queues.</EmptyState>;
          if (rows.length === 0) return <EmptyState title="Nobody of that name">Try fewer letters.</EmptyState>;
          return <PeopleTable people={rows} onStep={setStep} />;
        }}
      </Loaded>
      {step?.what === 'release' && <ReleaseDialog person={step.person} onClose={() => setStep(null)} />}
      {step?.what === 'availability' && <AvailabilityDialog person={step.person} onClose={() => setStep(null)} />}
    </Section>
  );
}

function PeopleTable({ people, onStep }: { people: readonly ReviewingPerson[]; onStep(step: Step): void }) {
  return (
    <Table
      label="Reviewers" rows={people} rowKey={({ personId }) => personId}
      columns={[
        { key: 'name', label: 'Name', heading: true, render: ({ name }) => name },
        { key: 'available', label: 'Takes new work', render: (person) => <Switch aria-label={`${person.name} takes new work`} checked={person.available} onChange={() => onStep({ person, what: 'availability' })} /> },
        { key: 'claims', label: 'In hand', numeric: true, render: ({ claims }) => claims },
        { key: 'seen', label: 'Last looked for work', numeric: true, render: ({ lastSeenAt }) => (lastSeenAt === null ? 'Never' : <Distance instant={lastSeenAt} />) },
        { key: 'actions', label: 'Actions', quiet: true, numeric: true, render: (person) => (person.claims === 0 ? null : <Button size="compact-xs" variant="default" aria-label={`Put all back… ${person.name}`} onClick={() => onStep({ person, what: 'release' })}>Put all back…</Button>) },
      ]}
    />
  );
}

function ReleaseDialog({ person: { personId, name, claims }, onClose }: { person: ReviewingPerson; onClose(): void }) {
  const api = useApi();
  const renew = useRenew();
  const [reason, setReason] = useState('');
  const send = async () => {
    const { released } = await api.call<{ released: number }>({ method: 'POST', path: `/v1/reviews/people/${encodeURIComponent(personId)}/release-claims`, body: { reason: reason.trim() } });
    announce(`${released} ${released === 1 ? 'task' : 'tasks'} of ${name} put back.`);
    onClose();
    await renew();
  };
  return (
    <FormDialog title={`Put back all that ${name} holds`} submit={`Put ${claims} back`} missing={missingReason(reason)} onSubmit={send} onClose={onClose}>
      <p>{claims} {claims === 1 ? 'task goes' : 'tasks go'} back to everybody. What {name} judged already stays judged, and what they wrote is kept for them.</p>
      <Textarea label="Reason" description="On the record, under your name." required autosize minRows={2} maxLength={2000} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </FormDialog>
  );
}

function AvailabilityDialog({ person: { personId, name, available, claims }, onClose }: { person: ReviewingPerson; onClose(): void }) {
  const api = useApi();
  const renew = useRenew();
  const [reason, setReason] = useState('');
  const send = async () => {
    await api.call({ method: 'PUT', path: `/v1/people/${encodeURIComponent(personId)}/availability`, body: { available: !available, reason: reason.trim() } });
    announce(available ? `${name} takes no new work.` : `${name} takes new work again.`);
    onClose();
    await renew();
  };
  return (
    <FormDialog title={available ? `${name} takes no new work` : `${name} takes new work again`} submit="Confirm" missing={missingReason(reason)} onSubmit={send} onClose={onClose}>
      <p>{available ? `No task is given to ${name} until this is turned on again.${claims > 0 ? ' What they hold stays with them; it can be put back separately.' : ''}` : `${name} can claim work and be given tasks again.`}</p>
      <Textarea label="Reason" description="On the record, under your name." required autosize minRows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </FormDialog>
  );
}
