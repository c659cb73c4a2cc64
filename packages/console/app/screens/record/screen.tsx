/** The record of one decision: everything that happened to it, in order, with the bytes behind each line. */

import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { readProblem } from '../../api/problem.ts';
import { announce } from '../../parts/announcer.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { InlineProblem } from '../../parts/states.tsx';
import { useApi, usePerson } from '../../runtime.tsx';
import classes from './screen.module.css';
import { Timeline } from './timeline-list.tsx';
import type { AuditEvent } from './timeline.ts';

export function RecordScreen() {
  const api = useApi();
  const { system, id } = useSearch({ from: '/inside/record' });
  const asked = system !== undefined && id !== undefined;
  const record = useQuery({
    queryKey: ['record', system ?? null, id ?? null],
    queryFn: () => api.call<{ events: AuditEvent[] }>({ method: 'GET', path: `/v1/audit/decisions/${encodeURIComponent(system ?? '')}/${encodeURIComponent(id ?? '')}` }),
    enabled: asked,
  });
  const count = record.data?.events.length;
  useEffect(() => {
    if (count !== undefined) announce(`${count} events on record.`);
  }, [count]);
  return (
    <Page title="Record" lead="Everything that was decided, by whom, and on what they saw. Look a decision up by the names its pipeline gave it.">
      <Lookup key={`${system} ${id}`} system={system ?? ''} id={id ?? ''} />
      {asked && (
        <Section title={`${system} / ${id}`} aside={count !== undefined && <Download system={system} id={id} />}>
          <Loaded query={record} label="the record" rows={8}>{({ events }) => <Timeline events={events} />}</Loaded>
        </Section>
      )}
    </Page>
  );
}

function Lookup({ system, id }: { system: string; id: string }) {
  const navigate = useNavigate({ from: '/record' });
  const [wanted, setWanted] = useState({ system, id });
  const ready = wanted.system.trim() !== '' && wanted.id.trim() !== '';
  return (
    <form
      className={classes.lookup} role="search" aria-label="A decision"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void navigate({ search: { system: wanted.system.trim(), id: wanted.id.trim() } });
      }}
    >
      <TextInput size="sm" label="System" maxLength={128} value={wanted.system} onChange={(event) => setWanted({ ...wanted, system: event.currentTarget.value })} />
      <TextInput size="sm" label="Decision id" maxLength={128} value={wanted.id} onChange={(event) => setWanted({ ...wanted, id: event.currentTarget.value })} />
      <Button type="submit" size="sm" aria-disabled={!ready}>Look up</Button>
    </form>
  );
}

/** The export of this decision. That it was taken is itself on the record. */
function Download({ system, id }: { system: string; id: string }) {
  const api = useApi();
  const { permissions } = usePerson();
  const [problem, setProblem] = useState<unknown>(null);
  if (!permissions.includes('audit.export')) return null;
  const download = async () => {
    setProblem(null);
    const answer = await api.open({ method: 'GET', path: '/v1/audit/export', query: { system, decisionId: id, format: 'jsonl' } });
    if (!answer.ok) throw await readProblem(answer);
    const address = URL.createObjectURL(await answer.blob());
    Object.assign(document.createElement('a'), { href: address, download: `${system}-${id}.jsonl`.replace(/[^\w.-]+/g, '_') }).click();
    URL.revokeObjectURL(address);
  };
  return (
    <>
      <Button variant="default" onClick={() => void download().catch(setProblem)}>Download</Button>
      {problem !== null && <InlineProblem error={problem} />}
    </>
  );
}
