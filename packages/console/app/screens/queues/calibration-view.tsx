/** How people answer exercises whose answer is known: for supervisors, by name, never by rank. */

import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ShareInterval } from '../../parts/interval.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { matching } from '../../parts/matching.ts';
import { Section } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { useApi } from '../../runtime.tsx';
import { readCalibration } from './calibration.ts';
import type { CalibrationAnswer } from './calibration.ts';
import { usePeopleAtWork } from './data.ts';
import { supervisorKey } from './live.ts';
import classes from './screen.module.css';

export function CalibrationView() {
  const api = useApi();
  const people = usePeopleAtWork();
  const [wanted, setWanted] = useState('');
  const calibration = useQuery({ queryKey: [supervisorKey, 'calibration'], queryFn: async () => readCalibration(await api.call<CalibrationAnswer>({ method: 'GET', path: '/v1/metrics/calibration' })), staleTime: 60_000 });
  const names = new Map(people.data?.people.map(({ personId, name }) => [personId, name]));
  return (
    <Section title="Exercises" aside={<TextInput aria-label="Find a reviewer" placeholder="Find by name" type="search" value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} />}>
      <Loaded query={calibration} label="calibration results">
        {(rows) => {
          const named = matching(rows.map((row) => ({ ...row, name: names.get(row.personId) ?? row.personId })), wanted);
          if (named.length === 0) {
            return rows.length === 0
              ? <EmptyState title="No exercise was judged yet">Exercises are past decisions whose outcome is known, mixed unnoticed into live work. A policy says how many (<code>calibration: share</code>).</EmptyState>
              : <EmptyState title="Nobody of that name">Try fewer letters.</EmptyState>;
          }
          return (
            <>
              <p className={classes.soft}>A wide range means few exercises: it says little about the person. Compare a range with the last one of the same person, not with others.</p>
              <Table
                label="Exercises by person and type" rows={named} rowKey={({ personId, decisionType }) => `${personId} ${decisionType}`} stack="early"
                columns={[
                  { key: 'person', label: 'Person', heading: true, render: ({ name }) => name },
                  { key: 'type', label: 'Decision type', render: ({ decisionType }) => decisionType },
                  { key: 'count', label: 'Exercises', numeric: true, render: ({ judged }) => judged },
                  { key: 'right', label: 'Right', numeric: true, render: ({ right }) => right },
                  { key: 'share', label: 'Share right, with its 95 % range', render: ({ share, interval }) => <ShareInterval share={share} interval={interval} /> },
                ]}
              />
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}
