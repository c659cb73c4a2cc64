/** What to look for. Nothing is asked until it is sent, and then the address says it all. */

import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { PersonField } from '../../parts/person-field.tsx';
import { kindChoices, recordChoices, verdictChoices } from './choices.ts';
import { spaced } from './fields.ts';
import classes from './screen.module.css';
import { decisionOf, foundOf, isNarrowed, readRecordSearch } from './search.ts';
import type { RecordSearch } from './search.ts';

const textMax = 300;
const recordData = [{ value: '', label: 'Every event' }, ...recordChoices.map(({ group, items }) => ({ group, items: items.map((value) => ({ value, label: spaced(value) })) }))];

export function SearchForm({ search }: { search: RecordSearch }) {
  const navigate = useNavigate();
  const [wanted, setWanted] = useState(search);
  const change = (part: Record<string, string>) => setWanted({ ...wanted, ...part });
  const text = (name: 'system' | 'id' | 'type' | 'policy', label: string) => (
    <TextInput size="sm" label={label} maxLength={textMax} value={wanted[name] ?? ''} onChange={({ currentTarget: { value } }) => change({ [name]: value })} />
  );
  const person = (name: 'reviewer' | 'actor', label: string) => <PersonField label={label} maxLength={textMax} value={wanted[name] ?? ''} onChange={(id) => change({ [name]: id })} />;
  const send = () => {
    const next = readRecordSearch(wanted);
    const decision = decisionOf(next);
    void (decision === null ? navigate({ to: '/record', search: { ...next, ...(foundOf(next) === 'events' ? { of: 'events' as const } : {}) } }) : navigate({ to: '/record/decision', search: decision }));
  };
  return (
    <form
      className={classes.search} role="search" aria-label="The record"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className={classes.fields}>
        {text('system', 'System')}
        {text('id', 'Decision id')}
        {text('type', 'Decision type')}
        {person('reviewer', 'Judged by')}
        <TextInput size="sm" type="date" label="Recorded from" value={wanted.from ?? ''} max={wanted.to} onChange={(event) => change({ from: event.currentTarget.value })} />
        <TextInput size="sm" type="date" label="Recorded to" value={wanted.to ?? ''} min={wanted.from} onChange={(event) => change({ to: event.currentTarget.value })} />
        {foundOf(wanted) === 'decisions'
          ? <NativeSelect size="sm" label="Verdict" value={wanted.verdict ?? ''} onChange={(event) => change({ verdict: event.currentTarget.value })} data={[{ value: '', label: 'Any, or none yet' }, ...verdictChoices]} />
          : <NativeSelect size="sm" label="Event" value={wanted.record ?? ''} onChange={(event) => change({ record: event.currentTarget.value })} data={recordData} />}
        <NativeSelect size="sm" label="Kind of case" value={wanted.kind ?? ''} onChange={(event) => change({ kind: event.currentTarget.value })} data={[{ value: '', label: 'Every kind' }, ...kindChoices]} />
        {text('policy', 'Policy version')}
        {foundOf(wanted) === 'events' && person('actor', 'Done by')}
        <div className={classes.sending}>
          <Button type="submit" size="sm">Search</Button>
          {isNarrowed(search) && <Button type="button" size="sm" variant="subtle" onClick={() => void navigate({ to: '/record', search: search.of === undefined ? {} : { of: search.of } })}>Clear</Button>}
        </div>
      </div>
    </form>
  );
}
