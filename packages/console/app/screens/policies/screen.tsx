/** The policies in force, how each came about, and what changed from one version to the next. */

import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { Badge } from '../../parts/badge.tsx';
import { exactly } from '../../parts/exactly.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Named } from '../../parts/names.tsx';
import { Moment } from '../../parts/now.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { useApi } from '../../runtime.tsx';
import classes from './screen.module.css';
import { VersionSection } from './version-section.tsx';
import { shortVersion, stateOf } from './versions.ts';
import type { Activation, PolicyVersion } from './versions.ts';

export function PoliciesScreen() {
  const api = useApi();
  const { type, version } = useSearch({ from: '/inside/policies' });
  const active = useQuery({ queryKey: ['policies', 'active'], queryFn: () => api.call<{ policies: PolicyVersion[] }>({ method: 'GET', path: '/v1/policies' }) });
  return (
    <Page title="Policies" lead="What decides how much human oversight a decision gets. Proposing, approving and putting in force are done through the API or the command line.">
      <Section title="In force">
        <Loaded query={active} label="policies">
          {({ policies }) => (policies.length === 0 ? <EmptyState title="No policy is in force">Until one is, every decision goes to two people.</EmptyState> : <Active policies={policies} current={type ?? null} />)}
        </Loaded>
      </Section>
      {type !== undefined && <History type={type} version={version} inForce={active.data?.policies.find(({ decisionType }) => decisionType === type)?.version ?? null} />}
    </Page>
  );
}

function Active({ policies, current }: { policies: readonly PolicyVersion[]; current: string | null }) {
  return (
    <Table
      label="Policies in force" rows={policies} rowKey={({ decisionType }) => decisionType} currentKey={current}
      columns={[
        { key: 'type', label: 'Decision type', heading: true, render: ({ decisionType }) => <Link to="/policies" search={{ type: decisionType }} resetScroll={false} aria-current={decisionType === current ? 'true' : undefined} activeProps={{}} activeOptions={exactly}>{decisionType}</Link> },
        { key: 'version', label: 'Version', render: ({ version }) => <code title={version}>{shortVersion(version)}</code> },
        { key: 'since', label: 'In force since', render: ({ activatedAt, activatedBy }) => (activatedAt === null ? '–' : <><Moment instant={activatedAt} /> by <Named id={activatedBy} /></>) },
        { key: 'approved', label: 'Approved by', render: ({ approvedBy }) => approvedBy === null ? '–' : <Named id={approvedBy} /> },
      ]}
    />
  );
}

function History({ type, version, inForce }: { type: string; version: string | undefined; inForce: string | null }) {
  const api = useApi();
  const history = useQuery({ queryKey: ['policies', 'history', type], queryFn: () => api.call<{ versions: PolicyVersion[]; activations: Activation[] }>({ method: 'GET', path: `/v1/policies/history/${encodeURIComponent(type)}` }) });
  return (
    <>
      <Section title={`Versions of ${type}`}>
        <Loaded query={history} label="versions">
          {({ versions }) => (versions.length === 0 ? <EmptyState title="No version yet" /> : (
            <Table
              label="Versions" rows={versions} rowKey={(row) => row.version} currentKey={version ?? null}
              columns={[
                { key: 'version', label: 'Version', heading: true, render: (row) => <Link to="/policies" search={{ type, version: row.version }} resetScroll={false} title={row.version} activeProps={{}} activeOptions={exactly}><code>{shortVersion(row.version)}</code></Link> },
                { key: 'state', label: 'State', render: (row) => <State version={row} inForce={inForce} /> },
                { key: 'proposed', label: 'Proposed', render: ({ proposedAt, proposedBy }) => <><Moment instant={proposedAt} /> by <Named id={proposedBy} /></> },
                { key: 'approved', label: 'Approved', render: ({ approvedAt, approvedBy }) => (approvedAt === null ? '–' : <><Moment instant={approvedAt} /> by <Named id={approvedBy} /></>) },
                { key: 'note', label: 'Why', render: ({ note }) => <bdi className={classes.note}>{note === '' ? '–' : note}</bdi> },
              ]}
            />
          ))}
        </Loaded>
      </Section>
      {history.data !== undefined && history.data.activations.length > 0 && <Activations type={type} activations={history.data.activations} current={version ?? null} />}
      {version !== undefined && history.data !== undefined && <VersionSection key={version} type={type} version={version} versions={history.data.versions} />}
    </>
  );
}

function Activations({ type, activations, current }: { type: string; activations: readonly Activation[]; current: string | null }) {
  return (
    <Section title={`What was in force for ${type}, and since when`}>
      <Table
        label="Periods in force" rows={activations} rowKey={({ activatedAt }) => activatedAt}
        columns={[
          { key: 'since', label: 'Since', heading: true, render: ({ activatedAt, activatedBy }) => <><Moment instant={activatedAt} /> by <Named id={activatedBy} /></> },
          { key: 'version', label: 'Version', render: ({ version }) => <Link to="/policies" search={{ type, version }} resetScroll={false} title={version} aria-current={version === current ? 'true' : undefined} activeProps={{}} activeOptions={exactly}><code>{shortVersion(version)}</code></Link> },
          { key: 'note', label: 'Why', render: ({ note }) => <bdi className={classes.note}>{note === '' ? '–' : note}</bdi> },
        ]}
      />
    </Section>
  );
}

function State({ version, inForce }: { version: PolicyVersion; inForce: string | null }) {
  const { text, tone } = stateOf(version, inForce);
  return <Badge tone={tone}>{text}</Badge>;
}
