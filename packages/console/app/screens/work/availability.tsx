/** Whether a person is there to be given work. */

import { Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Me } from '../../api/contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { InlineProblem } from '../../parts/states.tsx';
import { useApi } from '../../runtime.tsx';
import classes from './work.module.css';

export function Availability({ me }: { me: Me | undefined }) {
  const api = useApi();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: async (available: boolean) => await api.call({ method: 'PUT', path: '/v1/reviews/me/availability', body: { available } }),
    onSuccess: (_, available) => {
      queries.setQueryData<Me>(['me'], (before) => (before === undefined ? before : { ...before, available }));
      announce(available ? 'You are available.' : 'You are away. Nothing is handed to you.');
    },
  });
  return (
    <div className={classes.availability}>
      <Switch label="Available for work" checked={me?.available ?? true} disabled={me === undefined || change.isPending} onChange={(event) => change.mutate(event.currentTarget.checked)} />
      {change.error !== null && <InlineProblem error={change.error} />}
    </div>
  );
}
