/** What can be done with a decision on record: print it, take it along. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { usePerson } from '../../runtime.tsx';
import { ExportDialog } from '../exports/export-dialog.tsx';

export function Actions({ system, decisionId }: { system: string; decisionId: string }) {
  const { permissions } = usePerson();
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => window.print()}>Print</Button>
      {permissions.includes('audit.export') && <Button onClick={() => setAsked(true)}>Export…</Button>}
      {asked && <ExportDialog kind="case" filter={{ system, decisionId }} onClose={() => setAsked(false)} />}
    </>
  );
}
