/** Erasure, legal holds and retention: for privacy officers to act, for auditors to see. */

import { useSearch } from '@tanstack/react-router';
import { FilterLinks } from '../../parts/filter-links.tsx';
import { Page } from '../../parts/page.tsx';
import { RecordViews } from '../record/record-views.tsx';
import { ErasuresView } from './erasures-view.tsx';
import { HoldsView } from './holds-view.tsx';
import { RetentionView } from './retention-view.tsx';
import { privacyViews } from './search.ts';
import type { PrivacyView } from './search.ts';

const labels: Readonly<Record<PrivacyView, string>> = { erasures: 'Erasures', holds: 'Legal holds', retention: 'Retention' };

export function PrivacyScreen() {
  const { view = 'erasures' } = useSearch({ from: '/inside/record/privacy' });
  return (
    <Page title="Privacy" lead="What is erased, what must not be, and what leaves in time. To take anything away takes two privacy officers, and all of it is on the record." wide>
      <RecordViews current="privacy" />
      <FilterLinks current={view} choices={privacyViews.map((key) => ({ key, label: labels[key], link: { to: '/record/privacy', search: key === 'erasures' ? {} : { view: key } } }))} />
      <Shown view={view} />
    </Page>
  );
}

function Shown({ view }: { view: PrivacyView }) {
  switch (view) {
    case 'erasures': return <ErasuresView />;
    case 'holds': return <HoldsView />;
    case 'retention': return <RetentionView />;
    default: return view satisfies never;
  }
}
