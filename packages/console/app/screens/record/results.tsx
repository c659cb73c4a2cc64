/** What was found: decisions in a table, or events one below the other. */

import { Button, NativeSelect } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import type { FoundDecision } from '../../api/audit-contract.ts';
import { ProblemError } from '../../api/problem.ts';
import { announce } from '../../parts/announcer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { FilterLinks } from '../../parts/filter-links.tsx';
import { useNames } from '../../parts/names.tsx';
import { Moment } from '../../parts/now.tsx';
import { Section } from '../../parts/page.tsx';
import { Refused } from '../../parts/refused.tsx';
import { BoneRows, EmptyState, ErrorState, InlineProblem } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { kindChoices } from './choices.ts';
import { useFoundDecisions, useFoundEvents } from './data.ts';
import { EventList } from './event-list.tsx';
import classes from './screen.module.css';
import { found, foundOf, isNarrowed } from './search.ts';
import type { RecordSearch } from './search.ts';

const labels = { decisions: 'Decisions', events: 'Events' } as const;

export function Results({ search, aside }: { search: RecordSearch; aside: ReactNode }) {
  const shown = foundOf(search);
  const { of: _of, ...others } = search;
  return (
    <Section
      title={labels[shown]}
      aside={(
        <div className={classes.resultTools}>
          {aside}
          <Order search={search} />
          <FilterLinks current={shown} choices={found.map((key) => ({ key, label: labels[key], link: { to: '/record', search: key === 'events' ? { ...withoutDecisions(others), of: key } : withoutEvents(others) } }))} />
        </div>
      )}
    >
      {shown === 'decisions' ? <Decisions search={search} /> : <Events search={search} />}
    </Section>
  );
}

/** What only events can be searched by. */
function withoutEvents({ id: _id, record: _record, actor: _actor, ...others }: RecordSearch): RecordSearch {
  return others;
}

/** What only decisions can be searched by. */
function withoutDecisions({ verdict: _verdict, ...others }: RecordSearch): RecordSearch {
  return others;
}

function Order({ search }: { search: RecordSearch }) {
  const navigate = useNavigate({ from: '/record' });
  const { order, ...others } = search;
  return (
    <NativeSelect
      aria-label="Order" value={order ?? 'newest'} data={[{ value: 'newest', label: 'Newest first' }, { value: 'oldest', label: 'Oldest first' }]}
      onChange={({ currentTarget: { value } }) => void navigate({ search: value === 'oldest' ? { ...others, order: 'oldest' } : others, replace: true, resetScroll: false })}
    />
  );
}

type Found<Row> = { rows: Row[]; query: { isPending: boolean; isSuccess: boolean; isFetching: boolean; error: Error | null; refetch(): unknown; hasNextPage: boolean; isFetchingNextPage: boolean; isFetchNextPageError: boolean; fetchNextPage(): unknown } };

/** The states that both lists can be in. */
function FoundRows<Row>({ rows, query, search, what, children }: Found<Row> & { search: RecordSearch; what: string; children: ReactNode }) {
  const settled = query.isSuccess && !query.isFetching;
  useEffect(() => {
    if (settled) announce(rows.length === 0 ? 'Nothing was found.' : `${rows.length} ${what} shown.`);
  }, [settled, rows.length, what]);
  if (query.error instanceof ProblemError && query.error.status === 403) return <Refused problem={query.error.problem} />;
  return (
    <>
      {query.isPending && <BoneRows rows={8} label={`Searching ${what}`} />}
      {query.error !== null && rows.length === 0 && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && (isNarrowed(search)
        ? <EmptyState title="Nothing fits">What is typed counts letter by letter, and people are those whom the list offers. Leave something out, or take more days.</EmptyState>
        : <EmptyState title="Nothing on record yet">What pipelines propose and people decide appears here within a second or two.</EmptyState>)}
      {rows.length > 0 && <div className={classes.results} data-renewing={query.isFetching}>{children}</div>}
      {query.isFetchNextPageError && query.error !== null && <InlineProblem error={query.error} />}
      {query.hasNextPage && <div><Button variant="default" onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? 'Loading…' : 'Show more'}</Button></div>}
    </>
  );
}

function Events({ search }: { search: RecordSearch }) {
  const query = useFoundEvents(search, true);
  const rows = query.data?.pages.flatMap(({ events }) => events) ?? [];
  return <FoundRows rows={rows} query={query} search={search} what="events"><EventList events={rows} /></FoundRows>;
}

const tones = { approved: 'good', modified: 'warn', rejected: 'bad' } as const;

function Decisions({ search }: { search: RecordSearch }) {
  const query = useFoundDecisions(search, true);
  const rows = query.data?.pages.flatMap(({ decisions }) => decisions) ?? [];
  const nameOf = useNames(rows.flatMap(({ reviewers }) => reviewers));
  return (
    <FoundRows rows={rows} query={query} search={search} what="decisions">
      <Table
        label="Decisions" rows={rows} rowKey={({ system, decisionId }) => `${system} ${decisionId}`} stack="early"
        columns={[
          { key: 'decision', label: 'Decision', heading: true, render: ({ system, decisionId }) => <Link to="/record/decision" search={{ system, id: decisionId }}>{system} / {decisionId}</Link> },
          { key: 'type', label: 'Decision type', render: ({ decisionType }) => decisionType ?? '–' },
          { key: 'kind', label: 'Route', tight: true, render: ({ kind }) => kindChoices.find(({ value }) => value === kind)?.label ?? kind ?? '–' },
          { key: 'verdict', label: 'Verdict', render: (row) => <Verdict row={row} /> },
          { key: 'reviewers', label: 'Judged by', render: ({ reviewers }) => (reviewers.length === 0 ? '–' : reviewers.map(nameOf).join(', ')) },
          { key: 'recorded', label: 'First recorded', numeric: true, render: ({ firstRecordedAt }) => <Moment instant={firstRecordedAt} /> },
        ]}
      />
    </FoundRows>
  );
}

function Verdict({ row: { verdict, reversed, erased } }: { row: FoundDecision }) {
  return (
    <span className={classes.badges}>
      <Badge tone={tones[verdict as keyof typeof tones] ?? 'plain'}>{verdict ?? 'none yet'}</Badge>
      {reversed && <Badge tone="bad">reversed</Badge>}
      {erased && <Badge>erased</Badge>}
    </span>
  );
}
