/** Everything on record of one decision, as one page to read: from the proposal to what came of it. */

import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import type { DecisionRecord } from '../../api/audit-contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { useApi } from '../../runtime.tsx';
import { Actions } from './actions.tsx';
import { ChapterView } from './chapter-view.tsx';
import { useCheckpointed } from './checkpointed.ts';
import { Head } from './head.tsx';
import { Outline } from './outline.tsx';
import classes from './screen.module.css';
import { chaptersOf } from './story.ts';
import { useOpenOnPaper } from './paper.ts';

export function DecisionScreen() {
  const { system, id } = useSearch({ from: '/inside/record/decision' });
  if (system === undefined || id === undefined) return <Navigate to="/record" replace />;
  return <DecisionPage key={`${system} ${id}`} system={system} decisionId={id} />;
}

function DecisionPage({ system, decisionId }: { system: string; decisionId: string }) {
  const api = useApi();
  const query = useQuery({
    queryKey: ['record', 'decision', system, decisionId],
    queryFn: () => api.call<DecisionRecord>({ method: 'GET', path: `/v1/audit/decisions/${encodeURIComponent(system)}/${encodeURIComponent(decisionId)}` }),
  });
  const count = query.data?.events.length;
  useEffect(() => {
    if (count !== undefined) announce(`${count} events on record.`);
  }, [count]);
  return (
    <Page
      title={`${system} / ${decisionId}`} lead={<Link to="/record" className={classes.back}>Record</Link>}
      actions={query.data !== undefined && <Actions system={system} decisionId={decisionId} />}
    >
      <Loaded query={query} label="the record" rows={10}>{(record) => <Story system={system} decisionId={decisionId} record={record} />}</Loaded>
    </Page>
  );
}

function Story({ system, decisionId, record }: { system: string; decisionId: string; record: DecisionRecord }) {
  const chapters = useMemo(() => chaptersOf(record.events, record.presentations), [record]);
  const checkpointed = useCheckpointed();
  useOpenOnPaper();
  return (
    <>
      <Head system={system} decisionId={decisionId} record={record} checkpointed={checkpointed} />
      <Outline chapters={chapters} />
      <div className={classes.chapters}>
        {chapters.map((chapter, index) => <ChapterView key={chapter.key} index={index} chapter={chapter} record={record} system={system} decisionId={decisionId} checkpointed={checkpointed} />)}
      </div>
    </>
  );
}
