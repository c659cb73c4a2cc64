/** What the privacy screen asks for. */

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Erasure, LegalHold, Retention } from '../../api/audit-contract.ts';
import { useApi } from '../../runtime.tsx';
import { isRunning } from './words.ts';

const privacyKey = ['record', 'privacy'];
/** While services take content out of their rows. */
const watchMs = 2000;

export function useErasures() {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: [...privacyKey, 'erasures'],
    queryFn: ({ pageParam }) => api.call<{ erasures: Erasure[]; next: string | null }>({ method: 'GET', path: '/v1/erasures', query: { cursor: pageParam } }),
    initialPageParam: null as string | null, getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state: { data } }) => (data?.pages.some(({ erasures }) => erasures.some(isRunning)) === true ? watchMs : false),
  });
}

/** With the decisions it names, which a list leaves out. */
export function useErasure(erasureId: string) {
  const api = useApi();
  return useQuery({ queryKey: [...privacyKey, 'erasure', erasureId], queryFn: () => api.call<Erasure>({ method: 'GET', path: `/v1/erasures/${encodeURIComponent(erasureId)}` }) });
}

export function useHolds() {
  const api = useApi();
  return useQuery({ queryKey: [...privacyKey, 'holds'], queryFn: () => api.call<{ holds: LegalHold[] }>({ method: 'GET', path: '/v1/legal-holds' }) });
}

export function useRetention() {
  const api = useApi();
  return useQuery({ queryKey: [...privacyKey, 'retention'], queryFn: () => api.call<Retention>({ method: 'GET', path: '/v1/retention' }) });
}

/** Fetches again all that the screen shows, and what an erasure takes away elsewhere. */
export function useRenewPrivacy(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ['record'] });
}
