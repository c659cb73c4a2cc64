/** What the search asks for. */

import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { DecisionPage, EventPage, SavedSearch } from '../../api/audit-contract.ts';
import { useApi } from '../../runtime.tsx';
import { decisionsQuery, eventsQuery } from './search.ts';
import type { RecordSearch } from './search.ts';

const pageSize = 50;

export function useFoundDecisions(search: RecordSearch, wanted: boolean) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['record', 'decisions', search],
    queryFn: ({ pageParam }) => api.call<DecisionPage>({ method: 'GET', path: '/v1/audit/decisions', query: { ...decisionsQuery(search), limit: pageSize, cursor: pageParam } }),
    initialPageParam: null as string | null, getNextPageParam: ({ next }) => next, placeholderData: keepPreviousData, enabled: wanted,
  });
}

export function useFoundEvents(search: RecordSearch, wanted: boolean) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['record', 'events', search],
    queryFn: ({ pageParam }) => api.call<EventPage>({ method: 'GET', path: '/v1/audit/events', query: { ...eventsQuery(search), limit: pageSize, cursor: pageParam } }),
    initialPageParam: null as string | null, getNextPageParam: ({ next }) => next, placeholderData: keepPreviousData, enabled: wanted,
  });
}

export const savedKey = ['record', 'saved'];

export function useSavedSearches() {
  const api = useApi();
  return useQuery({ queryKey: savedKey, queryFn: () => api.call<{ searches: SavedSearch[] }>({ method: 'GET', path: '/v1/audit/saved-searches' }), staleTime: 30_000 });
}
