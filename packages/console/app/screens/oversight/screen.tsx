/** Does the oversight work? Its figures in plain words, each with what it was counted from. Of systems and types, never of persons. */

import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Badge } from '../../parts/badge.tsx';
import { lengthText, shareText } from '../../parts/figures.ts';
import { ShareInterval } from '../../parts/interval.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { useApi } from '../../runtime.tsx';
import { blindnessText, overrideText, refusedText, sampleText, speedText, volumeText, worstCaseText } from './report.ts';
import type { Report } from './report.ts';
import classes from './screen.module.css';
import { ranges } from './search.ts';
import type { OversightSearch } from './search.ts';

const dayMs = 86_400_000;

export function OversightScreen() {
  const api = useApi();
  const search = useSearch({ from: '/inside/oversight' });
  const { days = 30, type } = search;
  const report = useQuery({
    queryKey: ['oversight', days, type ?? null],
    queryFn: () => api.call<Report>({ method: 'GET', path: '/v1/metrics/oversight', query: { from: new Date(Date.now() - days * dayMs).toISOString(), decisionType: type } }),
    staleTime: 30_000,
  });
  return (
    <Page title="Oversight" lead="Does the oversight work? Counted from the decisions that were accepted in this time." actions={<Filters search={search} />}>
      <Loaded query={report} label="the figures" rows={10}>{(found) => <Figures report={found} />}</Loaded>
    </Page>
  );
}

function Filters({ search }: { search: OversightSearch }) {
  const api = useApi();
  const navigate = useNavigate({ from: '/oversight' });
  const policies = useQuery({ queryKey: ['policies', 'active'], queryFn: () => api.call<{ policies: Array<{ decisionType: string }> }>({ method: 'GET', path: '/v1/policies' }), staleTime: 300_000 });
  const types = [...new Set([...(policies.data?.policies.map(({ decisionType }) => decisionType) ?? []), ...(search.type === undefined ? [] : [search.type])])].sort();
  return (
    <>
      <NativeSelect
        aria-label="Decision type" value={search.type ?? ''} data={[{ value: '', label: 'All types' }, ...types]}
        onChange={({ currentTarget: { value } }) => void navigate({ search: { ...(search.days === undefined ? {} : { days: search.days }), ...(value === '' ? {} : { type: value }) }, replace: true })}
      />
      <NativeSelect
        aria-label="Time" value={String(search.days ?? 30)} data={ranges.map((days) => ({ value: String(days), label: `Last ${days} days` }))}
        onChange={({ currentTarget: { value } }) => void navigate({ search: { ...search, days: ranges.find((days) => String(days) === value) ?? 30 }, replace: true })}
      />
    </>
  );
}

function Figures({ report }: { report: Report }) {
  const blindness = blindnessText(report.blindness);
  return (
    <>
      <Section title="What came in">
        <div className={classes.words}>{volumeText(report.volumes).map((sentence) => <p key={sentence}>{sentence}</p>)}<p>{refusedText(report.refusals)}</p></div>
      </Section>
      <Section title="Do people disagree with the AI?">
        <p className={classes.words}>{overrideText(report.overridesByTier)}</p>
        {report.overridesByTier.length > 0 && <Overrides tiers={report.overridesByTier} />}
      </Section>
      <Section title="What do random checks find?">
        <p className={classes.words}>{sampleText(report.samples)}</p>
        {report.samples.length > 0 && <Samples samples={report.samples} />}
      </Section>
      <Section title="Are checks told apart?" aside={<Badge tone={blindness.ok ? 'good' : 'bad'}>{blindness.ok ? 'No' : 'They may be'}</Badge>}>
        <p className={classes.words}>{blindness.text}</p>
      </Section>
      <Section title="In time?">
        <div className={classes.words}>{speedText(report.timeToVerdict).map((sentence) => <p key={sentence}>{sentence}</p>)}</div>
        {report.sla.length > 0 && <Deadlines sla={report.sla} />}
      </Section>
      {report.rules.length > 0 && <Section title="Which rules find something?"><p className={classes.words}>A rule whose cases people nearly always leave as they are costs attention.</p><Rules rules={report.rules} /></Section>}
    </>
  );
}

function Overrides({ tiers }: { tiers: Report['overridesByTier'] }) {
  return (
    <Table
      label="By confidence tier" rows={tiers} rowKey={({ tier }) => tier} stack="early"
      columns={[
        { key: 'tier', label: 'Confidence tier', heading: true, render: ({ tier }) => tier },
        { key: 'count', label: 'Judgements', numeric: true, render: ({ judgements }) => judgements },
        { key: 'share', label: 'Against the AI, with its 95 % range', render: ({ rate, interval }) => <ShareInterval share={rate} interval={interval} /> },
        { key: 'time', label: 'Mean time', numeric: true, render: ({ meanActiveMs }) => lengthText(meanActiveMs) },
        { key: 'fast', label: 'Under 5 s', numeric: true, render: ({ fastShare }) => shareText(fastShare) },
      ]}
    />
  );
}

function Samples({ samples }: { samples: Report['samples'] }) {
  return (
    <Table
      label="By stratum" rows={samples} rowKey={({ kind, stratum }) => `${kind} ${stratum}`} stack="early"
      columns={[
        { key: 'stratum', label: 'System, type and tier', heading: true, render: ({ stratum }) => stratum },
        { key: 'kind', label: 'Check', tight: true, render: ({ kind }) => (kind === 're-review' ? 'Re-review' : 'Spot check') },
        { key: 'judged', label: 'Judged', numeric: true, render: ({ judged, selected }) => `${judged} of ${selected}` },
        { key: 'share', label: 'Errors, with their 95 % range', render: ({ errorRate, interval }) => <ShareInterval share={errorRate} interval={interval} /> },
        { key: 'confirmed', label: 'Confirmed', numeric: true, render: ({ confirmed }) => confirmed },
        { key: 'worst', label: 'With the missing', numeric: true, render: ({ worstCase }) => worstCaseText(worstCase) },
      ]}
    />
  );
}

function Deadlines({ sla }: { sla: Report['sla'] }) {
  return (
    <Table
      label="Deadlines" rows={sla} rowKey={({ route }) => route}
      columns={[
        { key: 'route', label: 'Route', heading: true, render: ({ route }) => route },
        { key: 'closed', label: 'Closed', numeric: true, render: ({ closed }) => closed },
        { key: 'met', label: 'In time', numeric: true, render: ({ met, share }) => `${met} (${shareText(share)})` },
      ]}
    />
  );
}

function Rules({ rules }: { rules: Report['rules'] }) {
  return (
    <Table
      label="Rules" rows={rules} rowKey={({ ruleId }) => ruleId} stack="early"
      columns={[
        { key: 'rule', label: 'Rule', heading: true, render: ({ ruleId }) => ruleId },
        { key: 'judged', label: 'Judged', numeric: true, render: ({ judged }) => judged },
        { key: 'share', label: 'Left as they were, with the 95 % range', render: ({ unchangedShare, interval }) => <ShareInterval share={unchangedShare} interval={interval} /> },
      ]}
    />
  );
}
