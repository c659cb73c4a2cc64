/** A person's own judgements, as they gave them. What became of them is not said: it would tell what kind of work it was. */

import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { HistoryEntry } from '../../api/contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { useNow } from '../../parts/now.tsx';
import { Page } from '../../parts/page.tsx';
import { BoneRows, EmptyState, ErrorState, InlineProblem } from '../../parts/states.tsx';
import { useApi } from '../../runtime.tsx';
import { Entry } from './entry.tsx';
import { byDay, dayText, queryOf } from './days.ts';
import classes from './screen.module.css';
import type { HistorySearch } from './search.ts';

type HistoryPage = { judgements: HistoryEntry[]; next: string | null };

export function HistoryScreen() {
  const search = useSearch({ from: '/inside/history' });
  const history = useHistory(search);
  const entries = history.data?.pages.flatMap((page) => page.judgements) ?? [];
  const filtered = Object.keys(search).length > 0;
  const settled = history.isSuccess && !history.isFetching;
  useEffect(() => {
    if (settled && filtered) announce(entries.length === 0 ? 'No judgement fits.' : `${entries.length} judgements shown.`);
  }, [settled, filtered, entries.length]);
  return (
    <Page title="History" lead="Your judgements as you gave them, newest first.">
      <Filters search={search} seen={entries.map(({ decisionType }) => decisionType)} />
      {history.isPending && <BoneRows rows={8} label="Loading your judgements" />}
      {history.error !== null && entries.length === 0 && <ErrorState error={history.error} onRetry={() => void history.refetch()} />}
      {history.isSuccess && entries.length === 0 && (filtered
        ? <EmptyState title="No judgement fits">Try another type or a wider range of days.</EmptyState>
        : <EmptyState title="Nothing judged yet">What you judge stays here, with your reasons, for you to look up.</EmptyState>)}
      <Days entries={entries} />
      {history.isFetchNextPageError && <InlineProblem error={history.error} />}
      {history.hasNextPage && <div><Button variant="default" onClick={() => void history.fetchNextPage()}>{history.isFetchingNextPage ? 'Loading…' : 'Show earlier ones'}</Button></div>}
    </Page>
  );
}

function useHistory(search: HistorySearch) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['history', search],
    queryFn: ({ pageParam }) => api.call<HistoryPage>({ method: 'GET', path: '/v1/reviews/history', query: { ...queryOf(search), after: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}

function Filters({ search, seen }: { search: HistorySearch; seen: readonly string[] }) {
  const api = useApi();
  const navigate = useNavigate({ from: '/history' });
  // Types of policies in force, so that one can be chosen whose judgements lie further back than what is shown.
  const policies = useQuery({ queryKey: ['policies', 'active'], queryFn: () => api.call<{ policies: Array<{ decisionType: string }> }>({ method: 'GET', path: '/v1/policies' }), staleTime: 300_000 });
  const types = [...new Set([...(policies.data?.policies.map(({ decisionType }) => decisionType) ?? []), ...seen, ...(search.type === undefined ? [] : [search.type])])].sort();
  const go = (part: { [K in keyof HistorySearch]: string }) => {
    const next = Object.entries({ ...search, ...part }).filter(([, value]) => value !== '');
    void navigate({ search: Object.fromEntries(next) as HistorySearch, replace: true });
  };
  return (
    <div className={classes.filters} role="group" aria-label="Filter">
      <NativeSelect label="Type" value={search.type ?? ''} onChange={(event) => go({ type: event.currentTarget.value })} data={[{ value: '', label: 'All types' }, ...types]} />
      <TextInput type="date" label="From" value={search.from ?? ''} max={search.to} onChange={(event) => go({ from: event.currentTarget.value })} />
      <TextInput type="date" label="To" value={search.to ?? ''} min={search.from} onChange={(event) => go({ to: event.currentTarget.value })} />
      {Object.keys(search).length > 0 && <Button variant="subtle" onClick={() => go({ type: '', from: '', to: '' })}>Clear</Button>}
    </div>
  );
}

function Days({ entries }: { entries: readonly HistoryEntry[] }) {
  const now = useNow(60_000);
  return byDay(entries).map(({ day, entries: given }) => (
    <section key={day} className={classes.day} aria-label={dayText(day, now)}>
      <h2>{dayText(day, now)}</h2>
      <ol className={classes.list}>{given.map((entry) => <Entry key={entry.judgementId} entry={entry} />)}</ol>
    </section>
  ));
}
