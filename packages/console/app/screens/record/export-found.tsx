/** Takes along what a search found. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { usePerson } from '../../runtime.tsx';
import { ExportDialog } from '../exports/export-dialog.tsx';
import { filterOf } from './search.ts';
import type { RecordSearch } from './search.ts';

export function ExportFound({ search }: { search: RecordSearch }) {
  const { permissions } = usePerson();
  const [asked, setAsked] = useState(false);
  if (!permissions.includes('audit.export')) return null;
  return (
    <>
      <Button size="compact-xs" variant="subtle" onClick={() => setAsked(true)}>Export these…</Button>
      {asked && <ExportDialog kind="search" filter={filterOf(search)} onClose={() => setAsked(false)} />}
    </>
  );
}
