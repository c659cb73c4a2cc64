/** Whether somebody takes new work, said by themselves. */

import { Switch } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Me } from '../../api/contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Section } from '../../parts/page.tsx';
import { InlineProblem } from '../../parts/states.tsx';
import { useApi, useRuntime } from '../../runtime.tsx';
import classes from './screen.module.css';

export function Availability() {
  const api = useApi();
  const { session } = useRuntime();
  const queries = useQueryClient();
  const me = useQuery({ queryKey: ['me'], queryFn: () => api.call<Me>({ method: 'GET', path: '/v1/reviews/me' }) });
  const change = useMutation({
    mutationFn: (available: boolean) => api.call<{ available: boolean }>({ method: 'PUT', path: '/v1/reviews/me/availability', body: { available } }),
    async onSuccess({ available }) {
      announce(available ? 'You take new work.' : 'You take no new work.');
      await Promise.all([queries.invalidateQueries({ queryKey: ['me'] }), session.check()]);
    },
  });
  return (
    <Section title="Availability">
      <Loaded query={me} label="how things stand for you" rows={1}>
        {({ available, claims }) => (
          <>
            <Switch
              label="I take new work" checked={change.isPending ? change.variables : available} aria-busy={change.isPending}
              description={available ? 'Turn it off while you are away: work goes to others.' : claims > 0 ? `No task is given to you. You still hold ${claims}.` : 'No task is given to you.'}
              onChange={(event) => change.mutate(event.currentTarget.checked)}
            />
            {change.isError && <InlineProblem error={change.error} />}
          </>
        )}
      </Loaded>
      <p className={classes.note}>Supervisors see this, and can change it for you.</p>
    </Section>
  );
}
