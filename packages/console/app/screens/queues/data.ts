/** What a supervisor's screen asks for. */

import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Finding, Queue, ReviewingPerson, SupervisedTask } from '../../api/contract.ts';
import { useApi } from '../../runtime.tsx';
import { refetchMs, supervisorKey } from './live.ts';

export function useQueues() {
  const api = useApi();
  return useQuery({ queryKey: [supervisorKey, 'queues'], queryFn: () => api.call<{ queues: Queue[] }>({ method: 'GET', path: '/v1/reviews/queues' }), refetchInterval: refetchMs });
}

/** All who review, or those who work one queue: the ones a task of it can be given to. */
export function usePeopleAtWork(queue?: string) {
  const api = useApi();
  return useQuery({ queryKey: [supervisorKey, 'people', queue ?? null], queryFn: () => api.call<{ people: ReviewingPerson[] }>({ method: 'GET', path: '/v1/reviews/people', query: { queue } }), refetchInterval: refetchMs });
}

type TaskPage = { tasks: SupervisedTask[]; next: string | null };

export function useTasks(queue: string | undefined, state: string | undefined) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: [supervisorKey, 'tasks', queue ?? null, state ?? null],
    queryFn: ({ pageParam }) => api.call<TaskPage>({ method: 'GET', path: '/v1/reviews/tasks', query: { queue, state, after: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
}

type FindingPage = { findings: Finding[]; next: string | null };

export function useFindings(state: string | undefined) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: [supervisorKey, 'findings', state ?? null],
    queryFn: ({ pageParam }) => api.call<FindingPage>({ method: 'GET', path: '/v1/reviews/findings', query: { state, after: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}

/** Fetches again all that a supervisor sees. */
export function useRenew(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: [supervisorKey] });
}

export type HumanSide = {
  system: string; decisionId: string; decisionType: string; route: string; point: string; tier: string; verdictBy: string; verdict: string | null; afterAction: string | null; finishedAt: string | null;
  reasons: string[];
  tasks: Array<{ taskId: string; kind: string; seat: number; queue: string; seniority: string; form: string; state: string; claimant: string | null; claimantName: string | null; openedAt: string; dueAt: string }>;
};

export function useDecision(system: string | undefined, id: string | undefined) {
  const api = useApi();
  return useQuery({
    queryKey: [supervisorKey, 'decision', system ?? null, id ?? null],
    queryFn: () => api.call<HumanSide>({ method: 'GET', path: `/v1/reviews/decisions/${encodeURIComponent(system ?? '')}/${encodeURIComponent(id ?? '')}` }),
    enabled: system !== undefined && id !== undefined,
  });
}
