/** For how long records are kept, by decision type, and which days have left. A change takes two officers, too. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import type { RetentionDay, RetentionRule } from '../../api/audit-contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Named } from '../../parts/names.tsx';
import { Moment } from '../../parts/now.tsx';
import { Section } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { usePerson } from '../../runtime.tsx';
import { useRetention } from './data.ts';
import { AskForTime, DecideOnTime } from './retention-dialogs.tsx';
import classes from './screen.module.css';
import { dayState, indicesText, isSecond, keptText, recordsText, typeText } from './words.ts';

type Step = { what: 'ask'; rule: RetentionRule | null } | { what: 'decide'; rule: RetentionRule };

export function RetentionView() {
  const { permissions } = usePerson();
  const query = useRetention();
  const [step, setStep] = useState<Step | null>(null);
  const close = () => setStep(null);
  return (
    <>
      <Section title="How long records are kept" aside={permissions.includes('retention.manage') && <Button onClick={() => setStep({ what: 'ask', rule: null })}>Set a time…</Button>}>
        <p className={classes.soft}>When its time is over, a day of records is exported and leaves the database. Its place in the log stays, so that every proof of what remains stays valid. What is under a legal hold stays.</p>
        <Loaded query={query} label="retention rules">
          {({ rules }) => (rules.length === 0 ? <EmptyState title="Everything is kept">No decision type has a time after which its records leave.</EmptyState> : <Rules rules={rules} onStep={setStep} />)}
        </Loaded>
      </Section>
      {query.data !== undefined && query.data.days.length > 0 && <Section title="Days of records"><Days days={query.data.days} /></Section>}
      {step?.what === 'ask' && <AskForTime rule={step.rule} onClose={close} />}
      {step?.what === 'decide' && <DecideOnTime rule={step.rule} onClose={close} />}
    </>
  );
}

function Rules({ rules, onStep }: { rules: readonly RetentionRule[]; onStep(step: Step): void }) {
  return (
    <Table
      label="Retention rules" rows={rules} rowKey={({ decisionType }) => decisionType} stack="early"
      columns={[
        { key: 'type', label: 'Decision type', heading: true, render: (rule) => typeText(rule) },
        { key: 'kept', label: 'Kept', render: ({ keepDays }) => keptText(keepDays) },
        { key: 'changed', label: 'Since', render: ({ changedBy, changedAt }) => (changedAt === null ? '–' : <><Moment instant={changedAt} /> by <Named id={changedBy} /></>) },
        { key: 'state', label: 'State', render: ({ asked }) => <State asked={asked} /> },
        { key: 'actions', label: 'Actions', quiet: true, numeric: true, render: (rule) => <Actions rule={rule} onStep={onStep} /> },
      ]}
    />
  );
}

function State({ asked }: Pick<RetentionRule, 'asked'>) {
  if (asked === null) return <Badge>In force</Badge>;
  return (
    <span className={classes.what}>
      <span><Badge tone="warn">A change waits for a second officer</Badge></span>
      <span className={classes.reason}>{asked.by} asks for {keptText(asked.keepDays)}: <bdi>{asked.reason}</bdi></span>
    </span>
  );
}

function Actions({ rule, onStep }: { rule: RetentionRule; onStep(step: Step): void }) {
  const { permissions, personId } = usePerson();
  if (!permissions.includes('retention.manage')) return null;
  if (rule.asked === null) return <div className={classes.actions}><Button size="compact-xs" variant="default" aria-label={`Change the time for ${typeText(rule)}`} onClick={() => onStep({ what: 'ask', rule })}>Change…</Button></div>;
  if (!isSecond(rule.asked.by, personId)) return <span className={classes.reason}>another officer decides</span>;
  return <div className={classes.actions}><Button size="compact-xs" aria-label={`Decide on the time for ${typeText(rule)}`} onClick={() => onStep({ what: 'decide', rule })}>Decide…</Button></div>;
}

function Days({ days }: { days: readonly RetentionDay[] }) {
  return (
    <Table
      label="Days of records" rows={days} rowKey={({ day }) => day} stack="early"
      columns={[
        { key: 'day', label: 'Recorded on', heading: true, render: ({ day }) => day },
        { key: 'state', label: 'State', render: (day) => <DayState day={day} /> },
        { key: 'records', label: 'Records', numeric: true, render: (day) => recordsText(day) },
        { key: 'indices', label: 'In the log', numeric: true, render: (day) => indicesText(day) },
        { key: 'export', label: 'Exported as', render: ({ exportSha256 }) => (exportSha256 === null ? '–' : <code className={classes.digest} title={exportSha256}>{exportSha256.slice(0, 16)}…</code>) },
      ]}
    />
  );
}

function DayState({ day }: { day: RetentionDay }) {
  const { text, tone } = dayState(day);
  return (
    <span className={classes.what}>
      <span><Badge tone={tone}>{text}</Badge></span>
      <span className={classes.reason}>{day.because}{day.appliedAt !== null && <> <Moment instant={day.appliedAt} /></>}</span>
    </span>
  );
}
