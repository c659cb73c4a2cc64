/** Errors that two independent judges confirmed: settled by reversal, an incident, or a dismissal. */

import { Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Finding } from '../../api/contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { exactly } from '../../parts/exactly.ts';
import { Distance, Moment, useNow } from '../../parts/now.tsx';
import { Paged } from '../../parts/paged.tsx';
import { Section } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { useFindings } from './data.ts';
import { actionsOf, isReversible, settledText, stateLabels } from './findings.ts';
import classes from './screen.module.css';
import { findingStates } from './search.ts';
import { SettleDialog } from './settle-dialog.tsx';

export function FindingsView() {
  const { found = 'open' } = useSearch({ from: '/inside/queues' });
  const findings = useFindings(found === 'all' ? undefined : found);
  const [settling, setSettling] = useState<Finding | null>(null);
  return (
    <Section
      title="Where two hidden judges contradict the verdict"
      aside={(
        <div className={classes.filters} role="group" aria-label="Show">
          {[...findingStates, 'all' as const].map((state) => (
            <Link key={state} to="/queues" search={{ view: 'findings', ...(state === 'open' ? {} : { found: state }) }} className={classes.filter} aria-current={state === found ? 'true' : undefined} activeProps={{}} activeOptions={exactly}>
              {state === 'all' ? 'All' : stateLabels[state].text}
            </Link>
          ))}
        </div>
      )}
    >
      <Paged query={findings} label="findings" rowsOf={(page) => page.findings} empty={<Nothing open={found === 'open'} />}>{(rows) => <FindingTable findings={rows} onSettle={setSettling} />}</Paged>
      {settling !== null && <SettleDialog finding={settling} onClose={() => setSettling(null)} />}
    </Section>
  );
}

function Nothing({ open }: { open: boolean }) {
  return open
    ? <EmptyState title="Nothing to settle">An error appears here once two independent people, who saw neither the AI nor each other, contradict a verdict.</EmptyState>
    : <EmptyState title="None of these">No error was settled that way yet.</EmptyState>;
}

function FindingTable({ findings, onSettle }: { findings: readonly Finding[]; onSettle(finding: Finding): void }) {
  const now = useNow(5000);
  return (
    <Table
      label="Findings" rows={findings} rowKey={({ findingId }) => findingId} stack="early"
      columns={[
        { key: 'decision', label: 'Decision', heading: true, render: ({ system, decisionId }) => <Link to="/queues" search={{ view: 'decision', system, id: decisionId }}>{system} / {decisionId}</Link> },
        { key: 'source', label: 'Found by', tight: true, render: ({ source }) => (source === 'spot-check' ? 'Spot check' : 'Re-review') },
        { key: 'opened', label: 'Found', render: ({ openedAt }) => <Moment instant={openedAt} /> },
        { key: 'state', label: 'State', render: ({ state }) => <Badge tone={stateLabels[state].tone}>{stateLabels[state].text}</Badge> },
        { key: 'window', label: 'Reversible', render: (finding) => <Window finding={finding} now={now} /> },
        { key: 'settled', label: 'Settled', render: (finding) => settledText(finding) },
        { key: 'actions', label: 'Actions', quiet: true, numeric: true, render: (finding) => <Settle finding={finding} onSettle={onSettle} /> },
      ]}
    />
  );
}

function Settle({ finding, onSettle }: { finding: Finding; onSettle(finding: Finding): void }) {
  if (actionsOf(finding).length === 0) return null;
  const word = finding.state === 'open' ? 'Settle' : 'Close';
  return <Button size="compact-xs" aria-label={`${word} ${finding.system} / ${finding.decisionId}`} onClick={() => onSettle(finding)}>{word}…</Button>;
}

function Window({ finding, now }: { finding: Finding; now: number }) {
  if (finding.state !== 'open') return '–';
  return isReversible(finding, now) && finding.reversibleUntil !== null ? <>until <Moment instant={finding.reversibleUntil} /> (<Distance instant={finding.reversibleUntil} />)</> : 'No longer';
}
