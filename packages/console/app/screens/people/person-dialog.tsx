/** Enters somebody or changes their entry. Where somebody else changed it meanwhile, both are said and nothing typed is lost. */

import { NumberInput, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RegisteredPerson } from '../../api/contract.ts';
import { ProblemError } from '../../api/problem.ts';
import { announce } from '../../parts/announcer.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { useApi } from '../../runtime.tsx';
import { peopleKey } from './data.ts';
import { Meanwhile, SavedWith } from './meanwhile.tsx';
import { emptyEntry, entryOf, mergeEntries, problemOf } from './person.ts';
import type { Entry, Merge } from './person.ts';
import { QueuesField } from './queues-field.tsx';
import { RolesField } from './roles-field.tsx';
import classes from './screen.module.css';

type Saved = RegisteredPerson & { warnings?: string[] };
type Base = { entry: Entry; etag: string } | null;

export function PersonDialog({ person, onClose }: { person: RegisteredPerson | null; onClose(): void }) {
  const api = useApi();
  const queries = useQueryClient();
  const [base, setBase] = useState<Base>(person === null ? null : { entry: entryOf(person), etag: person.etag });
  const [personId, setPersonId] = useState(person?.personId ?? '');
  const [entry, setEntry] = useState<Entry>(base?.entry ?? emptyEntry);
  const [merge, setMerge] = useState<Merge | null>(null);
  const [warnings, setWarnings] = useState<string[]>([]);
  const change = (part: Partial<Entry>) => setEntry({ ...entry, ...part });
  const path = `/v1/people/${encodeURIComponent(personId.trim())}`;
  const missing = problemOf(personId, entry);

  const meetOther = async (before: Entry) => {
    const theirs = await api.call<RegisteredPerson>({ method: 'GET', path });
    const found = mergeEntries(before, entry, entryOf(theirs));
    setMerge(found);
    setEntry(found.merged);
    setBase({ entry: entryOf(theirs), etag: theirs.etag });
    announce('Somebody changed this entry meanwhile. Look at it again before you save.');
  };
  const send = async () => {
    // Entering somebody must not change an entry that is there already.
    const only = base === null ? { createOnly: true } : { etag: base.etag };
    try {
      const saved = await api.call<Saved>({ method: 'PUT', path, body: { ...entry, name: entry.name.trim() }, ...only });
      await finish(saved);
    } catch (error) {
      if (!(error instanceof ProblemError && error.status === 412 && base !== null)) throw error;
      await meetOther(base.entry);
    }
  };
  const finish = async (saved: Saved) => {
    announce(`${saved.name} is ${person === null ? 'entered' : 'changed'}.`);
    await queries.invalidateQueries({ queryKey: [peopleKey] });
    const doubts = saved.warnings ?? [];
    if (doubts.length === 0) return onClose();
    setWarnings(doubts);
    setMerge(null);
    setBase({ entry: entryOf(saved), etag: saved.etag });
  };

  return (
    <FormDialog title={person === null ? 'Enter somebody' : `Change ${person.name}`} submit={person === null && base === null ? 'Enter' : 'Save'} wide missing={missing} onSubmit={send} onClose={onClose}>
      {merge !== null && <Meanwhile merge={merge} />}
      {warnings.length > 0 && <SavedWith warnings={warnings} />}
      <div className={classes.pair}>
        {person === null && <TextInput size="sm" label="Id" description="As the sign-in service names them" required maxLength={200} value={personId} disabled={base !== null} onChange={(event) => setPersonId(event.currentTarget.value)} />}
        <TextInput size="sm" label="Name" description="As colleagues know them" required maxLength={200} value={entry.name} onChange={(event) => change({ name: event.currentTarget.value })} />
      </div>
      <RolesField roles={entry.roles} onChange={(roles) => change({ roles })} />
      <QueuesField queues={entry.queues} onChange={(queues) => change({ queues })} />
      <div className={classes.pair}>
        <Switch label="Works here" description="Turned off, they cannot sign in" checked={entry.active} onChange={(event) => change({ active: event.currentTarget.checked })} />
        <Switch label="Takes new work" description="Turned off, no task is given to them" checked={entry.available} onChange={(event) => change({ available: event.currentTarget.checked })} />
      </div>
      <NumberInput
        size="sm" label="Tasks at once" description="Empty: as the setting for everybody says" className={classes.narrow} min={1} max={50} allowDecimal={false} hideControls
        value={entry.claimsMax ?? ''} onChange={(value) => change({ claimsMax: value === '' ? null : Number(value) })}
      />
    </FormDialog>
  );
}
