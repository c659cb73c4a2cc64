/** The supervisor's screen: what waits, who holds what, what went wrong. Nobody is ranked here. */

import { useSearch } from '@tanstack/react-router';
import { Page } from '../../parts/page.tsx';
import { Views } from '../../parts/views.tsx';
import { CalibrationView } from './calibration-view.tsx';
import { useFindings } from './data.ts';
import { DecisionView } from './decision-view.tsx';
import { FindingsView } from './findings-view.tsx';
import { useLiveQueues } from './live.ts';
import { PeopleView } from './people-view.tsx';
import { QueuesView } from './queues-view.tsx';
import type { QueuesView as View } from './search.ts';

const titles: Readonly<Record<View, string>> = { queues: 'Queues', people: 'People at work', findings: 'Confirmed errors', calibration: 'Calibration', decision: 'One decision' };

export function QueuesScreen() {
  const { view = 'queues' } = useSearch({ from: '/inside/queues' });
  useLiveQueues();
  const findings = useFindings('open');
  const open = findings.data?.pages.reduce((sum, page) => sum + page.findings.length, 0);
  return (
    <Page title={titles[view]} wide>
      <Views
        label="Views" current={view}
        views={(Object.keys(titles) as View[]).map((key) => ({ key, label: titles[key], link: { to: '/queues', search: key === 'queues' ? {} : { view: key } }, ...(key === 'findings' ? { count: open } : {}) }))}
      />
      <Shown view={view} />
    </Page>
  );
}

function Shown({ view }: { view: View }) {
  switch (view) {
    case 'queues': return <QueuesView />;
    case 'people': return <PeopleView />;
    case 'findings': return <FindingsView />;
    case 'calibration': return <CalibrationView />;
    case 'decision': return <DecisionView />;
    default: return view satisfies never;
  }
}
