/** The human side of one decision: who was asked, why, and how far it is. */

import { Button, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Badge } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/now.tsx';
import { Section } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { useDecision } from './data.ts';
import type { HumanSide } from './data.ts';
import classes from './screen.module.css';

export function DecisionView() {
  const { system, id } = useSearch({ from: '/inside/queues' });
  const decision = useDecision(system, id);
  return (
    <>
      <Lookup key={`${system} ${id}`} system={system ?? ''} id={id ?? ''} />
      {system !== undefined && id !== undefined && (
        <Section title={`${system} / ${id}`}>
          <Loaded query={decision} label="the decision">{(found) => <Found decision={found} />}</Loaded>
        </Section>
      )}
    </>
  );
}

function Lookup({ system, id }: { system: string; id: string }) {
  const navigate = useNavigate({ from: '/queues' });
  const [wanted, setWanted] = useState({ system, id });
  const ready = wanted.system.trim() !== '' && wanted.id.trim() !== '';
  return (
    <form
      className={classes.lookup} role="search" aria-label="A decision"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void navigate({ search: { view: 'decision', system: wanted.system.trim(), id: wanted.id.trim() } });
      }}
    >
      <TextInput size="sm" label="System" maxLength={128} value={wanted.system} onChange={(event) => setWanted({ ...wanted, system: event.currentTarget.value })} />
      <TextInput size="sm" label="Decision id" maxLength={128} value={wanted.id} onChange={(event) => setWanted({ ...wanted, id: event.currentTarget.value })} />
      <Button type="submit" size="sm" variant="default" aria-disabled={!ready}>Look up</Button>
    </form>
  );
}

function Found({ decision: { decisionType, route, point, tier, verdict, afterAction, finishedAt, reasons, tasks } }: { decision: HumanSide }) {
  return (
    <>
      <dl className={classes.facts}>
        <dt>Type</dt><dd>{decisionType}</dd>
        <dt>Route</dt><dd>{route}, {point}, tier {tier}</dd>
        <dt>Verdict</dt><dd>{verdict ?? 'Not yet'}{afterAction === null ? '' : ` · after the action: ${afterAction}`}</dd>
        <dt>Finished</dt><dd>{finishedAt === null ? 'Not yet' : <Moment instant={finishedAt} />}</dd>
      </dl>
      {reasons.length > 0 && (
        <div>
          <h3>Why a person is asked</h3>
          <ul className={classes.reasons}>{reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>
        </div>
      )}
      {tasks.length === 0 ? <p className={classes.soft}>No task was opened for it.</p> : (
        <Table
          label="Tasks of this decision" rows={tasks} rowKey={({ taskId }) => taskId} stack="early"
          columns={[
            { key: 'kind', label: 'Task', heading: true, render: ({ kind, seat }) => `${kind}${seat > 1 ? `, seat ${seat}` : ''}` },
            { key: 'queue', label: 'Queue', render: ({ queue, seniority }) => `${queue}${seniority === 'senior' ? ' (senior)' : ''}` },
            { key: 'form', label: 'Form', render: ({ form }) => form },
            { key: 'state', label: 'State', render: ({ state }) => <Badge tone={state === 'claimed' ? 'accent' : 'plain'}>{state}</Badge> },
            { key: 'with', label: 'With', render: ({ claimant, claimantName }) => claimantName ?? claimant ?? 'Nobody' },
            { key: 'opened', label: 'Opened', numeric: true, render: ({ openedAt }) => <Moment instant={openedAt} /> },
            { key: 'due', label: 'Due', numeric: true, render: ({ dueAt }) => <Moment instant={dueAt} /> },
          ]}
        />
      )}
    </>
  );
}
