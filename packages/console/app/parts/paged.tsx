/** A list that comes in pages: as `Loaded` is, with its empty state, and more on request. */

import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Loaded } from './loaded.tsx';

/** The part of a query of pages that is read here. */
type PagesQuery<Page> = { data: { pages: readonly Page[] } | undefined; error: Error | null; refetch(): unknown; hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): unknown };
type PagedProps<Page, Row> = { query: PagesQuery<Page>; label: string; rowsOf(page: Page): readonly Row[]; empty: ReactNode; children(rows: readonly Row[]): ReactNode };

export function Paged<Page, Row>({ query, label, rowsOf, empty, children }: PagedProps<Page, Row>) {
  return (
    <Loaded query={query} label={label}>
      {({ pages }) => {
        const rows = pages.flatMap(rowsOf);
        return (
          <>
            {rows.length === 0 ? empty : children(rows)}
            {query.hasNextPage && <div><Button variant="default" onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? 'Loading…' : 'Show more'}</Button></div>}
          </>
        );
      }}
    </Loaded>
  );
}
