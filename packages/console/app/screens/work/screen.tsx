/** What waits for a person, what they hold, and the one key that begins. */

import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { HeldClaim, Me, OrphanedDraft } from '../../api/contract.ts';
import { useDesk } from '../../desk/use-desk.ts';
import { UndoBar, useUndo } from '../../desk/undo-bar.tsx';
import { ShortcutHelp } from '../../keyboard/shortcut-help.tsx';
import { useKeyOf, useShortcuts } from '../../keyboard/use-shortcuts.ts';
import { announce } from '../../parts/announcer.tsx';
import { instantText } from '../../parts/instant.ts';
import { useNow } from '../../parts/now.tsx';
import { Page } from '../../parts/page.tsx';
import { ErrorState, InlineProblem } from '../../parts/states.tsx';
import { useApi, useLive } from '../../runtime.tsx';
import type { LiveListener } from '../../runtime.tsx';
import { Availability } from './availability.tsx';
import { Drafts } from './drafts.tsx';
import { Kept, Mine, Waiting } from './lists.tsx';
import classes from './work.module.css';

type Outcome = { kind: 'idle' } | { kind: 'asking' } | { kind: 'empty' } | { kind: 'all-claimed'; until: string } | { kind: 'failed'; error: unknown };

/** Live events renew it at once; this is for whoever cannot be reached by them. */
const refetchMs = 30_000;

export function WorkScreen() {
  const api = useApi();
  const me = useQuery({ queryKey: ['me'], queryFn: async () => await api.call<Me>({ method: 'GET', path: '/v1/reviews/me' }), refetchInterval: refetchMs });
  const claims = useQuery({ queryKey: ['claims'], queryFn: async () => (await api.call<{ claims: HeldClaim[] }>({ method: 'GET', path: '/v1/reviews/claims' })).claims, refetchInterval: refetchMs });
  const drafts = useQuery({ queryKey: ['drafts'], queryFn: async () => (await api.call<{ drafts: OrphanedDraft[] }>({ method: 'GET', path: '/v1/reviews/drafts' })).drafts });
  const resumable = claims.data?.find((claim) => !claim.judged && claim.prefetched !== true);
  const { outcome, begin } = useBegin(resumable);
  const [helping, setHelping] = useState(false);
  const undoing = useUndo();
  const key = useKeyOf()('start');
  useLiveWork();
  useShortcuts({ start: begin, undo: undoing.undo, help: () => setHelping(true) });
  return (
    <Page
      title="Work"
      lead={<Lead me={me.data} />}
      actions={<UndoBar {...undoing} />}
    >
      <section className={classes.begin} aria-label="Begin">
        <Button size="md" onClick={begin} disabled={outcome.kind === 'asking'} rightSection={key === null ? undefined : <kbd className={classes.onButton}>{key}</kbd>}>{resumable === undefined ? 'Start working' : 'Go on working'}</Button>
        <div className={classes.outcome} role="status"><OutcomeText outcome={outcome} /></div>
        <Availability me={me.data} />
      </section>
      {me.error !== null && me.data === undefined && <ErrorState error={me.error} onRetry={() => void me.refetch()} />}
      <div className={classes.grid}>
        <Waiting me={me.data} pending={me.isPending} />
        <Mine claims={claims.data} error={claims.error} />
        {me.data?.kept !== undefined && me.data.kept.length > 0 && <Kept kept={me.data.kept} />}
        {drafts.data !== undefined && claims.data !== undefined && <Drafts drafts={drafts.data} claims={claims.data} />}
      </div>
      {helping && <ShortcutHelp onClose={() => setHelping(false)} />}
    </Page>
  );
}

/** Goes on with what is held, else claims the next task and goes to it. */
function useBegin(resumable: HeldClaim | undefined): { outcome: Outcome; begin: () => void } {
  const desk = useDesk();
  const navigate = useNavigate();
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'idle' });
  const begin = () => {
    if (outcome.kind === 'asking') return;
    setOutcome({ kind: 'asking' });
    (resumable === undefined ? desk.takeNext() : desk.open(resumable.taskId)).then(async (taken) => {
      if (taken.outcome === 'task') return await navigate({ to: '/review/$taskId', params: { taskId: taken.task.claim.taskId } });
      setOutcome(taken.outcome === 'empty' ? { kind: 'empty' } : { kind: 'all-claimed', until: taken.until });
      announce(taken.outcome === 'empty' ? 'Nothing waits for you.' : 'Everything is in other hands for now.');
    }).catch((error: unknown) => setOutcome({ kind: 'failed', error }));
  };
  return { outcome, begin };
}

/** What changes elsewhere shows here within a second. */
function useLiveWork(): void {
  const queries = useQueryClient();
  const listener = useCallback<LiveListener>(({ event, data }) => {
    if (event === 'work') queries.setQueryData<Me>(['me'], (me) => (me === undefined ? me : { ...me, waiting: { ...me.waiting, ...(JSON.parse(data) as Pick<Me, 'waiting'>).waiting } }));
    if (event === 'task' || event === 'reconnected') for (const name of ['claims', 'drafts', 'me']) void queries.invalidateQueries({ queryKey: [name] });
  }, [queries]);
  useLive(listener);
}

function Lead({ me }: { me: Me | undefined }) {
  if (me?.nudge === 'break') return 'You have been at it for a good while. A short break keeps judgement fresh.';
  if (me?.nudge === 'cap') return `${me.judgedLastHour} judged in the last hour${me.softCapPerHour === null ? '' : `, of about ${me.softCapPerHour}`}. Nothing is blocked; slower is fine.`;
  return 'One case at a time, the most pressing first.';
}

function OutcomeText({ outcome }: { outcome: Outcome }) {
  const now = useNow(5000);
  switch (outcome.kind) {
    case 'empty':
      return <p><strong>Nothing waits for you.</strong> New work shows here by itself.</p>;
    case 'all-claimed':
      return <p><strong>Everything you could do is in other hands.</strong> Something may come free at {instantText(outcome.until, now)}.</p>;
    case 'failed':
      return <InlineProblem error={outcome.error} />;
    case 'idle':
    case 'asking':
      return null;
    default:
      return outcome satisfies never;
  }
}
