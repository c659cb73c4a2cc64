/** What was taken out of the record: being made, ready to fetch, and what there was before. Each is itself on the record. */

import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { ExportFile, ExportJob } from '../../api/audit-contract.ts';
import { ProblemError } from '../../api/problem.ts';
import { sizeText } from '../../content/part-view.ts';
import { announce } from '../../parts/announcer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { FilterLinks } from '../../parts/filter-links.tsx';
import { Named } from '../../parts/names.tsx';
import { Distance, Moment } from '../../parts/now.tsx';
import { Paged } from '../../parts/paged.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { Refused } from '../../parts/refused.tsx';
import { saveAnswer } from '../../parts/save.ts';
import { EmptyState, InlineProblem } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { useApi, usePerson } from '../../runtime.tsx';
import { RecordViews } from '../record/record-views.tsx';
import { exportsKey, useExports } from './data.ts';
import { ExportDialog } from './export-dialog.tsx';
import classes from './screen.module.css';
import { formatLabel, isUnfinished, progressText, stateOf, whatText } from './words.ts';

const choices = [{ key: 'all', label: 'All', link: { to: '/record/exports', search: {} } }, { key: 'mine', label: 'Mine', link: { to: '/record/exports', search: { whose: 'mine' } } }] as const;

export function ExportsScreen() {
  const { made, whose } = useSearch({ from: '/inside/record/exports' });
  const [asked, setAsked] = useState(false);
  const query = useExports(whose === 'mine');
  const state = query.data?.pages.flatMap(({ exports }) => exports).find(({ exportId }) => exportId === made)?.state;
  useEffect(() => {
    if (state === 'ready') announce('The export is ready.');
    if (state === 'failed') announce('The export failed.');
  }, [state]);
  const refused = query.error instanceof ProblemError && query.error.status === 403 ? query.error.problem : null;
  return (
    <Page title="Exports" lead="What leaves the record, why, and who took it. Every export and every download is on the record." wide actions={refused === null && <Button onClick={() => setAsked(true)}>Export a range…</Button>}>
      <RecordViews current="exports" />
      {refused !== null ? <Refused problem={refused} /> : (
        <Section title="Exports" aside={<FilterLinks current={whose ?? 'all'} choices={choices} />}>
          <Paged query={query} label="exports" rowsOf={({ exports }) => exports} empty={<EmptyState title="Nothing was exported yet">One decision is exported from its page, what a search finds from the search, and a stretch of time from here.</EmptyState>}>
            {(rows) => <Exports rows={rows} made={made ?? null} />}
          </Paged>
        </Section>
      )}
      {asked && <ExportDialog kind="range" onClose={() => setAsked(false)} />}
    </Page>
  );
}

function Exports({ rows, made }: { rows: readonly ExportJob[]; made: string | null }) {
  return (
    <Table
      label="Exports" rows={rows} rowKey={({ exportId }) => exportId} currentKey={made} stack="early"
      columns={[
        { key: 'what', label: 'What', heading: true, render: (job) => <span className={classes.what}><bdi>{whatText(job)}</bdi><bdi className={classes.reason}>{job.reason}</bdi></span> },
        { key: 'formats', label: 'Formats', render: ({ formats }) => formats.map(formatLabel).join(', ') },
        { key: 'content', label: 'Content', tight: true, render: ({ disclose }) => (disclose ? 'With content' : 'Without') },
        { key: 'asked', label: 'Asked for', render: ({ requestedBy, requestedAt }) => <><Moment instant={requestedAt} /> by <Named id={requestedBy} /></> },
        { key: 'state', label: 'State', render: (job) => <State job={job} /> },
        { key: 'files', label: 'Files', quiet: true, numeric: true, render: (job) => <Files job={job} /> },
      ]}
    />
  );
}

function State({ job }: { job: ExportJob }) {
  const { text, tone } = stateOf(job);
  const progress = progressText(job);
  return (
    <span className={classes.what}>
      <span><Badge tone={tone}>{text}</Badge></span>
      {job.state === 'ready' && job.expiresAt !== null && <span className={classes.reason}>until <Moment instant={job.expiresAt} /> (<Distance instant={job.expiresAt} />)</span>}
      {progress !== '' && <span className={classes.reason}>{progress}</span>}
      {job.failure !== null && <span className={classes.reason}>{job.failure.detail} {job.failure.remedy}</span>}
    </span>
  );
}

/** What the button shows, and what it is called by: whoever speaks to it says what they see. */
function fileText(format: ExportFile['format'], bytes: number): string {
  return `${formatLabel(format)}, ${sizeText(bytes)}`;
}

function Files({ job }: { job: ExportJob }) {
  const api = useApi();
  const queries = useQueryClient();
  const { personId } = usePerson();
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    setBusy(what);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(null);
    }
  };
  // A large file takes longer than any other answer: it ends when it ends.
  const save = (format: string, name: string) => attempt(format, async () => saveAnswer(await api.open({ method: 'GET', path: `/v1/audit/exports/${encodeURIComponent(job.exportId)}/file`, query: { format }, signal: new AbortController().signal }), name));
  const remove = () => attempt('remove', async () => {
    await api.call({ method: 'DELETE', path: `/v1/audit/exports/${encodeURIComponent(job.exportId)}` });
    await queries.invalidateQueries({ queryKey: exportsKey });
  });
  const own = job.requestedBy === personId && (isUnfinished(job) || job.state === 'ready');
  return (
    <div className={classes.files}>
      {job.state === 'ready' && job.files.map(({ format, name, bytes, sha256 }) => (
        <Button key={format} size="compact-xs" variant="default" title={`SHA-256 ${sha256}`} aria-label={`Download ${fileText(format, bytes)}, of ${whatText(job)}`} onClick={() => void save(format, name)}>{busy === format ? <span aria-hidden="true">Loading…</span> : fileText(format, bytes)}</Button>
      ))}
      {own && <Button size="compact-xs" variant="subtle" aria-label={`${isUnfinished(job) ? 'Stop' : 'Remove'} the export of ${whatText(job)}`} onClick={() => void remove()}>{isUnfinished(job) ? 'Stop' : 'Remove'}</Button>}
      {problem !== null && <InlineProblem error={problem} />}
    </div>
  );
}
