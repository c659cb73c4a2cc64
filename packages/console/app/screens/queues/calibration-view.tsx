/** How people answer exercises whose answer is known: for supervisors, by name, never by rank. */

import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ShareInterval } from '../../parts/interval.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { matching } from '../../parts/matching.ts';
import { Section } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { useApi } from '../../runtime.tsx';
import { coverageText, inNameOrder } from './calibration.ts';
import type { CalibrationAnswer, PersonRow } from './calibration.ts';
import { usePeopleAtWork } from './data.ts';
import classes from './screen.module.css';
import { calibrationDays } from './search.ts';

const dayMs = 86_400_000;

export function CalibrationView() {
  const { days = 30 } = useSearch({ from: '/inside/queues' });
  const calibration = useCalibration(days);
  const people = usePeopleAtWork();
  const [wanted, setWanted] = useState('');
  const names = new Map(people.data?.people.map(({ personId, name }) => [personId, name]));
  return (
    <Section title="Exercises" aside={<Filters days={days} wanted={wanted} onWanted={setWanted} />}>
      <Loaded query={calibration} label="calibration results">
        {({ people: scored, types }) => {
          const rows = matching(inNameOrder(scored, (personId) => names.get(personId) ?? personId), wanted);
          if (scored.length === 0) return <EmptyState title="No exercise was judged in this time">Exercises are past decisions whose outcome is known, mixed unnoticed into live work. A policy says how many (<code>calibration: share</code>).</EmptyState>;
          return (
            <>
              <p className={classes.soft}>A wide range means few exercises: it says little about the person. Somebody who misses what the AI got wrong, and leaves nearly all live work as the AI has it, needs a rest or a word.</p>
              {rows.length === 0 ? <EmptyState title="Nobody of that name">Try fewer letters.</EmptyState> : <PeopleTable rows={rows} />}
              <ul className={classes.soft}>{types.map((type) => <li key={type.decisionType}>{type.decisionType}: {coverageText(type)}.</li>)}</ul>
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

function useCalibration(days: number) {
  const api = useApi();
  return useQuery({
    queryKey: ['calibration', days],
    queryFn: () => api.call<CalibrationAnswer>({ method: 'GET', path: '/v1/metrics/calibration', query: { from: new Date(Date.now() - days * dayMs).toISOString() } }),
    staleTime: 60_000,
  });
}

function Filters({ days, wanted, onWanted }: { days: number; wanted: string; onWanted(wanted: string): void }) {
  const navigate = useNavigate({ from: '/queues' });
  return (
    <div className={classes.filters}>
      <NativeSelect
        aria-label="Time" value={String(days)} data={calibrationDays.map((each) => ({ value: String(each), label: `Last ${each} days` }))}
        onChange={({ currentTarget: { value } }) => void navigate({ search: { view: 'calibration', days: calibrationDays.find((each) => String(each) === value) ?? 30 }, replace: true, resetScroll: false })}
      />
      <TextInput aria-label="Find a reviewer" placeholder="Find by name" type="search" value={wanted} onChange={(event) => onWanted(event.currentTarget.value)} />
    </div>
  );
}

function PeopleTable({ rows }: { rows: readonly PersonRow[] }) {
  return (
    <Table
      label="Exercises by person and type" rows={rows} rowKey={({ personId, decisionType }) => `${personId} ${decisionType}`} stack="early"
      columns={[
        { key: 'person', label: 'Person', heading: true, render: ({ name }) => name },
        { key: 'type', label: 'Decision type', render: ({ decisionType }) => decisionType },
        { key: 'share', label: 'Right, with the 95 % range', tight: true, render: ({ share, interval }) => <ShareInterval share={share} interval={interval} /> },
        { key: 'right', label: 'Counted', numeric: true, render: ({ right, exercises }) => `${right} of ${exercises}` },
        { key: 'ai-right', label: 'AI right', numeric: true, render: ({ aiRight }) => `${aiRight.right} of ${aiRight.exercises}` },
        { key: 'ai-wrong', label: 'AI wrong', numeric: true, render: ({ aiWrong }) => `${aiWrong.right} of ${aiWrong.exercises}` },
        { key: 'live', label: 'Live work left as it was', tight: true, render: ({ live }) => <ShareInterval share={live.share} interval={live.interval} /> },
      ]}
    />
  );
}
