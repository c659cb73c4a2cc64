/** The register: who may work here, in which roles and queues. */

import { Button, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { RegisteredPerson } from '../../api/contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { matching } from '../../parts/matching.ts';
import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { roleLabel } from '../../session/roles.ts';
import { useRegister } from './data.ts';
import type { Register } from './data.ts';
import { EndSessionsDialog } from './end-sessions-dialog.tsx';
import { queuesText } from './person.ts';
import { PersonDialog } from './person-dialog.tsx';
import classes from './screen.module.css';

export function PeopleScreen() {
  const register = useRegister();
  const { person } = useSearch({ from: '/inside/people' });
  const navigate = useNavigate({ from: '/people' });
  const [wanted, setWanted] = useState('');
  const [entering, setEntering] = useState(false);
  const [ending, setEnding] = useState<RegisteredPerson | null>(null);
  const edit = (personId: string | null) => void navigate({ search: personId === null ? {} : { person: personId }, resetScroll: false });
  const editing = register.data?.people.find(({ personId }) => personId === person);
  return (
    <Page
      title="People" lead="Who may work here, in which roles and which queues. Every change is on the record." wide
      actions={(
        <>
          <TextInput aria-label="Find somebody" placeholder="Find by name or id" type="search" value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} />
          <Button onClick={() => setEntering(true)}>Enter somebody</Button>
        </>
      )}
    >
      <Loaded query={register} label="people" rows={8}>{(read) => <People register={read} wanted={wanted} onEdit={edit} onEnd={setEnding} />}</Loaded>
      {entering && <PersonDialog person={null} onClose={() => setEntering(false)} />}
      {editing !== undefined && <PersonDialog key={editing.personId} person={editing} onClose={() => edit(null)} />}
      {ending !== null && <EndSessionsDialog person={ending} onClose={() => setEnding(null)} />}
    </Page>
  );
}

function People({ register: { people, cut }, wanted, onEdit, onEnd }: { register: Register; wanted: string; onEdit(personId: string): void; onEnd(person: RegisteredPerson): void }) {
  const rows = matching(people, wanted).sort((a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name));
  if (people.length === 0) return <EmptyState title="Nobody is entered yet">Enter the first reviewer: the id is the one the sign-in service gives them.</EmptyState>;
  return (
    <div className={classes.list}>
      <p className="visually-hidden" role="status">{wanted === '' ? '' : `${rows.length} found`}</p>
      {rows.length === 0 ? <EmptyState title="Nobody found">No name and no id has “{wanted}” in it.</EmptyState> : (
        <Table
          label="People" rows={rows} rowKey={({ personId }) => personId} stack="early"
          columns={[
            { key: 'name', label: 'Name', heading: true, render: ({ personId, name }) => <span className={classes.name}>{name}<code>{personId}</code></span> },
            { key: 'roles', label: 'Roles', render: ({ roles }) => (roles.length === 0 ? 'None' : roles.map(roleLabel).join(', ')) },
            { key: 'queues', label: 'Queues', render: ({ queues }) => queuesText(queues) },
            { key: 'max', label: 'Tasks at once', numeric: true, render: ({ claimsMax = null }) => claimsMax ?? 'as set' },
            { key: 'state', label: 'State', render: (person) => <State person={person} /> },
            { key: 'actions', label: 'Actions', quiet: true, numeric: true, render: (person) => (
              <div className={classes.actions}>
                <Button size="compact-xs" variant="default" aria-label={`Change… ${person.name}`} onClick={() => onEdit(person.personId)}>Change…</Button>
                <Button size="compact-xs" variant="default" aria-label={`Sign out… ${person.name}`} onClick={() => onEnd(person)}>Sign out…</Button>
              </div>
            ) },
          ]}
        />
      )}
      {cut && <p className={classes.note}>More people are entered than are listed here. The API has them all.</p>}
    </div>
  );
}

function State({ person: { roles, active, available = true } }: { person: RegisteredPerson }) {
  if (!active) return <Badge>Not active</Badge>;
  if (!roles.some((role) => role === 'reviewer' || role === 'senior')) return <Badge>Active</Badge>;
  return available ? <Badge tone="good">Available</Badge> : <Badge tone="warn">Takes no new work</Badge>;
}
