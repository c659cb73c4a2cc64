/** Where one is signed in, and how to end what is not wanted. */

import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { OwnSession } from '../../api/contract.ts';
import { readProblem } from '../../api/problem.ts';
import { announce } from '../../parts/announcer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Distance, Moment } from '../../parts/now.tsx';
import { Section } from '../../parts/page.tsx';
import { InlineProblem } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { useRuntime } from '../../runtime.tsx';
import { deviceText } from './device.ts';
import classes from './screen.module.css';

export function Sessions() {
  const { session } = useRuntime();
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => session.read<{ sessions: OwnSession[] }>('/v1/session/sessions') });
  const end = useMutation({
    async mutationFn(ids: readonly string[]) {
      for (const id of ids) {
        const answer = await session.unsafe('DELETE', `/v1/session/sessions/${encodeURIComponent(id)}`);
        // Gone already is as good as ended.
        if (!answer.ok && answer.status !== 404) throw await readProblem(answer);
      }
    },
    onSuccess: (_nothing, ids) => announce(ids.length === 1 ? 'Session ended.' : `${ids.length} sessions ended.`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
  const others = sessions.data?.sessions.filter(({ current }) => !current).map(({ sessionId }) => sessionId) ?? [];
  return (
    <Section title="Where you are signed in" aside={others.length > 1 && <Button variant="default" onClick={() => end.mutate(others)}>End all others</Button>}>
      <Loaded query={sessions} label="your sessions" rows={2}>
        {({ sessions: all }) => (
          <Table
            label="Your sessions" rows={all} rowKey={({ sessionId }) => sessionId}
            columns={[
              { key: 'device', label: 'Device', heading: true, render: ({ userAgent, current }) => <span className={classes.device}>{deviceText(userAgent)}{current && <Badge tone="accent">this one</Badge>}</span> },
              { key: 'address', label: 'Address', render: ({ address }) => address },
              { key: 'started', label: 'Signed in', render: ({ startedAt }) => <Moment instant={startedAt} /> },
              { key: 'seen', label: 'Last used', render: ({ lastSeenAt, current }) => (current ? 'now' : <Distance instant={lastSeenAt} />) },
              { key: 'actions', label: 'Actions', quiet: true, numeric: true, render: ({ sessionId, current, userAgent }) => (current ? null : <Button size="compact-xs" variant="default" aria-label={`End the session of ${deviceText(userAgent)}`} onClick={() => end.mutate([sessionId])}>End</Button>) },
            ]}
          />
        )}
      </Loaded>
      {end.isError && <InlineProblem error={end.error} />}
      <p className={classes.note}>One you do not know? End it, and change your password with your sign-in service.</p>
    </Section>
  );
}
