/** Every queue, the most pressing first, and the tasks of the one that was chosen. */

import { Link, useSearch } from '@tanstack/react-router';
import type { Queue } from '../../api/contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { exactly } from '../../parts/exactly.ts';
import { durationText } from '../../parts/instant.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Distance, useNow } from '../../parts/now.tsx';
import { Section } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { useQueues } from './data.ts';
import classes from './screen.module.css';
import { TasksSection } from './tasks-section.tsx';
import { byPressure, clearanceText, standingOf, totalsOf, totalsText } from './words.ts';

export function QueuesView() {
  const queues = useQueues();
  const { queue } = useSearch({ from: '/inside/queues' });
  return (
    <>
      <Section title="All queues" aside={queues.data !== undefined && <p className={classes.totals}>{totalsText(totalsOf(queues.data.queues))}</p>}>
        <Loaded query={queues} label="queues">
          {({ queues: all }) => (all.length === 0
            ? <EmptyState title="No queue has work">Whatever pipelines propose next appears here within a second.</EmptyState>
            : <QueueTable queues={all} current={queue ?? null} />)}
        </Loaded>
      </Section>
      {/* A section per queue: under the name of one never stand the tasks of another. */}
      {queue !== undefined && <TasksSection key={queue} queue={queue} />}
    </>
  );
}

function QueueTable({ queues, current }: { queues: readonly Queue[]; current: string | null }) {
  const now = useNow(5000);
  return (
    <Table
      label="All queues" rows={[...queues].sort(byPressure)} rowKey={({ queue }) => queue} currentKey={current} stack="early"
      columns={[
        { key: 'queue', label: 'Queue', heading: true, render: ({ queue }) => <Link to="/queues" search={{ queue }} resetScroll={false} aria-current={queue === current ? 'true' : undefined} activeProps={{}} activeOptions={exactly}>{queue}</Link> },
        { key: 'standing', label: 'Standing', render: (queue) => <Standing queue={queue} /> },
        { key: 'open', label: 'Waiting', numeric: true, render: ({ open }) => open },
        { key: 'claimed', label: 'In hand', numeric: true, render: ({ claimed, judged }) => claimed + judged },
        { key: 'oldest', label: 'Oldest', numeric: true, render: ({ oldestOpenedAt, oldestAgeMs }) => (oldestOpenedAt === null || oldestAgeMs === null ? '–' : durationText(Math.max(oldestAgeMs, now - Date.parse(oldestOpenedAt)))) },
        { key: 'due', label: 'Next due', numeric: true, render: ({ nextDueAt }) => (nextDueAt === null ? '–' : <Distance instant={nextDueAt} />) },
        { key: 'forecast', label: 'At this pace', render: (queue) => clearanceText(queue, now) },
        { key: 'people', label: 'Available', numeric: true, render: ({ qualified }) => (qualified === undefined ? '–' : <span>{qualified.available} of {qualified.people}</span>) },
      ]}
    />
  );
}

function Standing({ queue }: { queue: Queue }) {
  const { tone, text } = standingOf(queue);
  return <Badge tone={tone}>{text}</Badge>;
}
