/** The register as the server pages and searches it. */

import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { RegisteredPerson } from '../../api/contract.ts';
import { useApi } from '../../runtime.tsx';

export const peopleKey = 'register';

type RegisterPage = { people: RegisteredPerson[]; next: string | null };

/** By name; those whose name or id has `wanted` in it. What was found before stays while more is asked. */
export function useRegister(wanted: string) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: [peopleKey, 'pages', wanted],
    queryFn: ({ pageParam }) => api.call<RegisterPage>({ method: 'GET', path: '/v1/people', query: { q: wanted, after: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
}

/** The entry that is open: as it is listed at first, where it is. Nothing of it is kept once it is closed: the next time it may be another. */
export function useEntry(personId: string | undefined, listed: RegisteredPerson | undefined) {
  const api = useApi();
  return useQuery({
    queryKey: [peopleKey, 'entry', personId ?? null],
    queryFn: () => api.call<RegisteredPerson>({ method: 'GET', path: `/v1/people/${encodeURIComponent(personId ?? '')}` }),
    enabled: personId !== undefined,
    ...(listed === undefined ? {} : { initialData: listed, initialDataUpdatedAt: 0 }),
    gcTime: 0,
  });
}

/** The decision types that have a policy in force. */
export function useDecisionTypes(): readonly string[] {
  const api = useApi();
  const policies = useQuery({ queryKey: ['policies', 'active'], queryFn: () => api.call<{ policies: Array<{ decisionType: string }> }>({ method: 'GET', path: '/v1/policies' }), staleTime: 300_000 });
  return policies.data?.policies.map(({ decisionType }) => decisionType) ?? [];
}
