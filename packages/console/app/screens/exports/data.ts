/** Exports as they are made. */

import { useInfiniteQuery } from '@tanstack/react-query';
import type { ExportPage } from '../../api/audit-contract.ts';
import { useApi } from '../../runtime.tsx';
import { isUnfinished } from './words.ts';

export const exportsKey = ['record', 'exports'];

const watchMs = 1500;

/** Asked again while one of them is being made. */
export function useExports(mine: boolean) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: [...exportsKey, mine],
    queryFn: ({ pageParam }) => api.call<ExportPage>({ method: 'GET', path: '/v1/audit/exports', query: { mine, cursor: pageParam } }),
    initialPageParam: null as string | null, getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state: { data } }) => (data?.pages.some(({ exports }) => exports.some(isUnfinished)) === true ? watchMs : false),
  });
}
