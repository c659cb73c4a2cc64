/** What people are called, wherever the record has an id: an identity provider's ids are no names. */

import { useQueries } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import DataLoader from 'dataloader';
import type { ApiClient } from '../api/client.ts';
import { useApi } from '../runtime.tsx';

/** Their ids stand in an address, and servers take no address of any length. */
const askedAtOnceMax = 40;
/** Nobody is entered under a longer id. */
const idCharsMax = 200;
const loaders = new WeakMap<ApiClient, DataLoader<string, string>>();

/** Everybody who is asked for while one screen is drawn is asked for in one call. */
function loaderOf(api: ApiClient): DataLoader<string, string> {
  let loader = loaders.get(api);
  if (loader === undefined) {
    // What was answered is kept by the query client.
    loader = new DataLoader(async (ids) => await askedFor(api, ids), { cache: false, maxBatchSize: askedAtOnceMax, batchScheduleFn: (run) => void setTimeout(run) });
    loaders.set(api, loader);
  }
  return loader;
}

/** The id itself where nobody of it is entered: services and keys act too. */
async function askedFor(api: ApiClient, ids: readonly string[]): Promise<string[]> {
  const { names } = await api.call<{ names: Array<{ personId: string; name: string }> }>({ method: 'GET', path: '/v1/reviews/names', query: { id: [...new Set(ids)] } });
  const known = new Map(names.map(({ personId, name }) => [personId, name]));
  return ids.map((id) => known.get(id) ?? id);
}

/** Where the query client keeps what somebody is called. */
export const nameKey = (id: string) => ['names', id] as const;

export type NameOf = (id: string) => string;

/** Tells the names of these people, and of whoever is not known, or not yet, the id. */
export function useNames(ids: ReadonlyArray<string | null>): NameOf {
  const api = useApi();
  const wanted = [...new Set(ids.filter((id) => id !== null && id !== '' && id.length <= idCharsMax))] as string[];
  const names = useQueries({ queries: wanted.map((id) => ({ queryKey: nameKey(id), queryFn: async () => await loaderOf(api).load(id), staleTime: Infinity, retry: false })), combine: dataOf });
  const known = new Map(wanted.map((id, index) => [id, names[index]]));
  return (id) => known.get(id) ?? id;
}

function dataOf(results: ReadonlyArray<UseQueryResult<string>>): Array<string | undefined> {
  return results.map(({ data }) => data);
}

/** Somebody by name, with the id for whoever points at it; `exactly` where the id itself is evidence. */
export function Named({ id, exactly = false }: { id: string | null; exactly?: boolean }) {
  const nameOf = useNames([id]);
  if (id === null) return 'somebody';
  const name = nameOf(id);
  return <><bdi title={id}>{name}</bdi>{exactly && name !== id && <> (<code>{id}</code>)</>}</>;
}
