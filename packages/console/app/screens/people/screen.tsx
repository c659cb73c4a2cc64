/** The register: who may work here, in which roles and queues. */

import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { RegisteredPerson } from '../../api/contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { EmptyState, InlineProblem } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { roleLabel } from '../../session/roles.ts';
import { useEntry, useRegister } from './data.ts';
import { EndSessionsDialog } from './end-sessions-dialog.tsx';
import { queuesText } from './person.ts';
import { PersonDialog } from './person-dialog.tsx';
import classes from './screen.module.css';

/** What is typed in one go is searched once. */
const searchAfterMs = 200;

export function PeopleScreen() {
  const { person } = useSearch({ from: '/inside/people' });
  const navigate = useNavigate({ from: '/people' });
  const [typed, setTyped] = useState('');
  const [wanted] = useDebouncedValue(typed.trim(), searchAfterMs);
  const register = useRegister(wanted);
  const [entering, setEntering] = useState(false);
  const [ending, setEnding] = useState<RegisteredPerson | null>(null);
  const edit = (personId: string | null) => void navigate({ search: personId === null ? {} : { person: personId }, resetScroll: false });
  const shown = register.data?.pages.flatMap(({ people }) => people) ?? [];
  const open = useEntry(person, shown.find(({ personId }) => personId === person));
  return (
    <Page
      title="People" lead="Who may work here, in which roles and which queues. Every change is on the record." wide
      actions={(
        <>
          <TextInput aria-label="Find somebody" placeholder="Find by name or id" type="search" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
          <Button onClick={() => setEntering(true)}>Enter somebody</Button>
        </>
      )}
    >
      {open.error !== null && open.data === undefined && <InlineProblem error={open.error} />}
      <Loaded query={register} label="people" rows={8}>{() => <People people={shown} wanted={wanted} settled={!register.isPlaceholderData} onEdit={edit} onEnd={setEnding} />}</Loaded>
      {register.hasNextPage && <div><Button variant="default" onClick={() => void register.fetchNextPage()}>{register.isFetchingNextPage ? 'Loading…' : 'Show more'}</Button></div>}
      {entering && <PersonDialog person={null} onClose={() => setEntering(false)} />}
      {open.data !== undefined && <PersonDialog key={open.data.personId} person={open.data} onClose={() => edit(null)} />}
      {ending !== null && <EndSessionsDialog person={ending} onClose={() => setEnding(null)} />}
    </Page>
  );
}

type PeopleProps = { people: readonly RegisteredPerson[]; wanted: string; settled: boolean; onEdit(personId: string): void; onEnd(person: RegisteredPerson): void };

function People({ people: rows, wanted, settled, onEdit, onEnd }: PeopleProps) {
  if (rows.length === 0 && wanted === '') return <EmptyState title="Nobody is entered yet">Enter the first reviewer: the id is the one the sign-in service gives them.</EmptyState>;
  return (
    <div className={classes.list}>
      <p className="visually-hidden" role="status">{wanted === '' || !settled ? '' : `${rows.length} shown`}</p>
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
    </div>
  );
}

function State({ person: { roles, active, available = true } }: { person: RegisteredPerson }) {
  if (!active) return <Badge>Not active</Badge>;
  if (!roles.some((role) => role === 'reviewer' || role === 'senior')) return <Badge>Active</Badge>;
  return available ? <Badge tone="good">Available</Badge> : <Badge tone="warn">Takes no new work</Badge>;
}
