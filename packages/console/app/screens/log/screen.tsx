/** How the log stands, who vouches for it, and how anybody checks it without us. */

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LogKey, LogStatus } from '../../api/audit-contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { Command } from '../../parts/command.tsx';
import { Facts } from '../../parts/facts.tsx';
import { countText } from '../../parts/figures.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Ago, Moment } from '../../parts/now.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { saveAnswer } from '../../parts/save.ts';
import { InlineProblem } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { useApi } from '../../runtime.tsx';
import { RecordViews } from '../record/record-views.tsx';
import { logStatusQuery } from './data.ts';
import classes from './screen.module.css';
import { behindText, standingOf, unprotectedText } from './words.ts';

export function LogScreen() {
  const status = useQuery(logStatusQuery(useApi()));
  return (
    <Page title="The log" lead="Every record has a place in a log that can only grow. Signed checkpoints leave this system, so that whoever has one can tell whether anything before it was changed." wide>
      <RecordViews current="log" />
      <Loaded query={status} label="the state of the log" rows={10}>{(found) => <Status status={found} />}</Loaded>
    </Page>
  );
}

function Status({ status }: { status: LogStatus }) {
  const { text, tone } = standingOf(status);
  return (
    <>
      <Section title="How it stands" aside={<Badge tone={tone}>{text}</Badge>}>
        {status.problems.length > 0 && <ul className={classes.problems} role="alert">{status.problems.map((problem) => <li key={problem}>{problem}</li>)}</ul>}
        <Facts facts={[
          ['Name', status.origin === null ? 'none until the first checkpoint' : <code key="origin">{status.origin}</code>],
          ['Records', countText(status.size)],
          ['Newest checkpoint', status.checkpointAt === null ? 'none yet' : <>over {countText(status.checkpointSize)}, signed <Moment instant={status.checkpointAt} /> (<Ago instant={status.checkpointAt} />)</>],
          ['Outside the database', status.anchoredSize === 0 ? 'nothing yet' : `a checkpoint over ${countText(status.anchoredSize)}`],
          ['Not protected yet', unprotectedText(status)],
        ]} />
      </Section>
      <Section title="Witnesses"><Witnesses status={status} /></Section>
      <Section title="Check it without us"><Verifying keys={status.keys} /></Section>
    </>
  );
}

function Witnesses({ status: { witnesses, checkpointSize: size, keys } }: { status: LogStatus }) {
  const key = currentKey(keys);
  return (
    <>
      {witnesses.length === 0
        ? <p className={classes.soft}>None is named in the settings. A witness is run by somebody else: it checks that each checkpoint continues the ones before, and signs that it does. Two histories can then not be shown to two people.</p>
        : (
          <Table
            label="Witnesses" rows={witnesses} rowKey={({ name }) => name}
            columns={[
              { key: 'name', label: 'Name', heading: true, render: ({ name }) => name },
              { key: 'size', label: 'Vouches for', render: (witness) => <Badge tone={witness.size === null ? 'warn' : witness.size >= size ? 'good' : 'plain'}>{behindText(witness.size, size)}</Badge> },
              { key: 'signed', label: 'Signed last', numeric: true, render: ({ signedAt }) => (signedAt === null ? 'Never' : <Ago instant={signedAt} />) },
            ]}
          />
        )}
      {key !== undefined && (
        <>
          <p className={classes.soft}>Anybody may run one, anywhere, under a name of their own. Its cosignatures are kept here once its key is in the settings.</p>
          <Command label="Run a witness" command={`npx countersign audit witness --log ${window.location.origin}/v1/audit/log --log-key '${key.verifierKey}' --name auditor.example/witness --folder witness`} />
        </>
      )}
    </>
  );
}

function currentKey(keys: readonly LogKey[]): LogKey | undefined {
  return keys.find(({ retiredAt }) => retiredAt === null) ?? keys[0];
}

function Verifying({ keys }: { keys: readonly LogKey[] }) {
  const api = useApi();
  const [problem, setProblem] = useState<unknown>(null);
  const save = (path: () => Promise<Response>, name: string) => {
    setProblem(null);
    path().then((answer) => saveAnswer(answer, name)).catch(setProblem);
  };
  const current = currentKey(keys);
  return (
    <>
      <ol className={classes.howTo}>
        <li>Export a bundle: of one decision from its page, of a stretch of time under Exports.</li>
        <li>Have the log’s key from somewhere else than the bundle: it was handed out when the log began, and stands below.</li>
        <li>
          <p>Check it on a machine of yours, with the verifier: one file without dependencies, run by Node. The plain one checks the same, and is short enough to read first; it takes what fits into memory.</p>
          <div className={classes.programs}>
            <Button variant="default" onClick={() => save(() => api.open({ method: 'GET', path: '/v1/audit/verifier' }), 'countersign-verify.mjs')}>Download the verifier</Button>
            <Button variant="default" onClick={() => save(() => api.open({ method: 'GET', path: '/v1/audit/verifier/plain' }), 'countersign-verify-plain.mjs')}>Download the plain one</Button>
          </div>
        </li>
      </ol>
      {problem !== null && <InlineProblem error={problem} />}
      {current !== undefined && (
        <>
          <Command label="Check a bundle with the verifier" command={`node countersign-verify.mjs BUNDLE.tar --key '${current.verifierKey}'`} />
          <Command label="Check a bundle with the command line tool" command={`npx countersign audit verify BUNDLE.tar --key '${current.verifierKey}'`} />
        </>
      )}
      <h3>Keys that sign</h3>
      {keys.length === 0 ? <p className={classes.soft}>None yet: nothing was signed.</p> : (
        <Table
          label="Keys that sign" rows={keys} rowKey={({ verifierKey }) => verifierKey}
          columns={[
            { key: 'key', label: 'Verifier key', heading: true, render: ({ verifierKey }) => <code className={classes.key}>{verifierKey}</code> },
            { key: 'since', label: 'Since', numeric: true, render: ({ addedAt }) => <Moment instant={addedAt} /> },
            { key: 'until', label: 'Until', numeric: true, render: ({ retiredAt }) => (retiredAt === null ? 'In use' : <Moment instant={retiredAt} />) },
          ]}
        />
      )}
    </>
  );
}
