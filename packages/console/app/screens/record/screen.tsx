/** The record: found by what is known of a decision, by who did what, and when. */

import { Navigate, useSearch } from '@tanstack/react-router';
import { Page, Section } from '../../parts/page.tsx';
import { ExportFound } from './export-found.tsx';
import { RecordViews } from './record-views.tsx';
import { Results } from './results.tsx';
import { SavedSearches, SaveSearch } from './saved-searches.tsx';
import { SearchForm } from './search-form.tsx';
import { decisionOf, foundOf, isNarrowed } from './search.ts';

export function RecordScreen() {
  const search = useSearch({ from: '/inside/record' });
  const decision = decisionOf(search);
  if (decision !== null) return <Navigate to="/record/decision" search={decision} replace />;
  return (
    <Page title="Record" lead="Everything that was decided, by whom, and on what they saw. Nothing here can be changed." wide>
      <RecordViews current="search" />
      <Section title="Search">
        <SearchForm key={JSON.stringify(search)} search={search} />
        <SavedSearches />
      </Section>
      <Results search={search} aside={isNarrowed(search) && <><SaveSearch search={search} />{foundOf(search) === 'events' && <ExportFound search={search} />}</>} />
    </Page>
  );
}
