/** Who holds what in one queue, and what can be done about it. */

import { Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { SupervisedTask } from '../../api/contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { exactly } from '../../parts/exactly.ts';
import { Distance, Moment, useNow } from '../../parts/now.tsx';
import { Paged } from '../../parts/paged.tsx';
import { Section } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { useTasks } from './data.ts';
import { MoveDialog } from './move-dialog.tsx';
import type { Moving } from './move-dialog.tsx';
import classes from './screen.module.css';
import { mayMove, mayRelease, whereText } from './words.ts';

const filters = [{ label: 'All', state: undefined }, { label: 'Waiting', state: 'open' }, { label: 'In hand', state: 'claimed' }, { label: 'Just judged', state: 'judged' }] as const;

export function TasksSection({ queue }: { queue: string }) {
  const { state } = useSearch({ from: '/inside/queues' });
  const tasks = useTasks(queue, state);
  const [moving, setMoving] = useState<Moving | null>(null);
  return (
    <Section
      title={queue}
      aside={(
        <div className={classes.filters} role="group" aria-label="Show">
          {filters.map(({ label, state: wanted }) => (
            <Link key={label} to="/queues" search={{ queue, ...(wanted === undefined ? {} : { state: wanted }) }} resetScroll={false} className={classes.filter} aria-current={state === wanted ? 'true' : undefined} activeProps={{}} activeOptions={exactly}>{label}</Link>
          ))}
        </div>
      )}
    >
      <Paged query={tasks} label="tasks" rowsOf={(page) => page.tasks} empty={<EmptyState title="Nothing here">{state === undefined ? 'This queue has been worked off.' : 'No task of this queue is in that state.'}</EmptyState>}>
        {(rows) => <TaskTable tasks={rows} onMove={setMoving} />}
      </Paged>
      {moving !== null && <MoveDialog moving={moving} onClose={() => setMoving(null)} />}
    </Section>
  );
}

function TaskTable({ tasks, onMove }: { tasks: readonly SupervisedTask[]; onMove(moving: Moving): void }) {
  const now = useNow(5000);
  return (
    <Table
      label="Tasks" rows={tasks} rowKey={({ taskId }) => taskId} stack="early"
      columns={[
        { key: 'where', label: 'With', heading: true, render: (task) => whereText(task, now) },
        { key: 'state', label: 'State', render: ({ state, dueAt }) => <State state={state} late={Date.parse(dueAt) < now} /> },
        { key: 'severity', label: 'Severity', tight: true, render: ({ severity }) => severity },
        { key: 'due', label: 'Due', numeric: true, render: ({ dueAt }) => <Distance instant={dueAt} /> },
        { key: 'opened', label: 'Opened', numeric: true, spare: true, render: ({ openedAt }) => <Moment instant={openedAt} /> },
        { key: 'expires', label: 'Claim ends', numeric: true, render: ({ claimExpiresAt }) => (claimExpiresAt === null ? '–' : <Distance instant={claimExpiresAt} />) },
        { key: 'task', label: 'Task', spare: true, render: ({ taskId }) => <code title={taskId}>{taskId.slice(0, 8)}</code> },
        { key: 'actions', label: 'Actions', quiet: true, render: (task) => <Actions task={task} onMove={onMove} /> },
      ]}
    />
  );
}

function State({ state, late }: { state: string; late: boolean }) {
  if (late && state !== 'judged') return <Badge tone="bad">Overdue</Badge>;
  return state === 'claimed' ? <Badge tone="accent">In hand</Badge> : <Badge>{state === 'judged' ? 'Judged' : 'Waiting'}</Badge>;
}

function Actions({ task, onMove }: { task: SupervisedTask; onMove(moving: Moving): void }) {
  if (!mayMove(task)) return null;
  const name = `task ${task.taskId.slice(0, 8)}`;
  return (
    <div className={classes.actions}>
      <Button size="compact-xs" variant="default" aria-label={`Give to… ${name}`} onClick={() => onMove({ task, how: 'give' })}>Give to…</Button>
      {mayRelease(task) && <Button size="compact-xs" variant="default" aria-label={`Put back… ${name}`} onClick={() => onMove({ task, how: 'release' })}>Put back…</Button>}
    </div>
  );
}
