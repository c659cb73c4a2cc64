/** For how long records are kept, by decision type. A change takes two officers, too. */

import { Button, NumberInput, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { RetentionRule } from '../../api/audit-contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Section } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { useApi, usePerson } from '../../runtime.tsx';
import { useRenewPrivacy, useRetention } from './data.ts';
import classes from './screen.module.css';
import { isSecond, keptText, typeText } from './words.ts';

const daysMax = 36_500;

export function RetentionView() {
  const { permissions } = usePerson();
  const query = useRetention();
  const [changing, setChanging] = useState<RetentionRule | 'new' | null>(null);
  return (
    <Section title="Retention" aside={permissions.includes('holds.manage') && <Button onClick={() => setChanging('new')}>Set a time…</Button>}>
      <p className={classes.soft}>When its time is over, a day of records is exported and leaves the database. Its place in the log stays, so that every proof of what remains stays valid. What is under a legal hold stays.</p>
      <Loaded query={query} label="retention rules">
        {({ rules }) => (rules.length === 0 ? <EmptyState title="Everything is kept">No decision type has a time after which its records leave.</EmptyState> : (
          <Table
            label="Retention rules" rows={rules} rowKey={({ decisionType }) => decisionType}
            columns={[
              { key: 'type', label: 'Decision type', heading: true, render: (rule) => typeText(rule) },
              { key: 'kept', label: 'Kept', render: ({ keepDays }) => keptText(keepDays) },
              { key: 'state', label: 'State', render: (rule) => <State rule={rule} /> },
              { key: 'actions', label: 'Actions', quiet: true, numeric: true, render: (rule) => <Actions rule={rule} onChange={() => setChanging(rule)} /> },
            ]}
          />
        ))}
      </Loaded>
      {changing !== null && <ChangeRule rule={changing === 'new' ? null : changing} onClose={() => setChanging(null)} />}
    </Section>
  );
}

function State({ rule: { state, askedBy, askedKeepDays } }: { rule: RetentionRule }) {
  if (state === 'in-force') return <Badge>In force</Badge>;
  return <span className={classes.what}><span><Badge tone="warn">A change waits for a second officer</Badge></span><span className={classes.reason}>{askedBy} asks to keep them {keptText(askedKeepDays)}</span></span>;
}

function Actions({ rule, onChange }: { rule: RetentionRule; onChange(): void }) {
  const { permissions, personId } = usePerson();
  if (!permissions.includes('holds.manage')) return null;
  if (rule.state === 'change-asked' && !isSecond(rule.askedBy, personId)) return <span className={classes.reason}>another officer agrees</span>;
  return <div className={classes.actions}><Button size="compact-xs" variant="default" aria-label={`${rule.state === 'in-force' ? 'Change' : 'Agree to'} the time for ${typeText(rule)}`} onClick={onChange}>{rule.state === 'in-force' ? 'Change…' : 'Agree…'}</Button></div>;
}

function ChangeRule({ rule, onClose }: { rule: RetentionRule | null; onClose(): void }) {
  const api = useApi();
  const renew = useRenewPrivacy();
  const agreeing = rule?.state === 'change-asked';
  const begun = agreeing ? rule.askedKeepDays : (rule?.keepDays ?? 3650);
  const [decisionType, setDecisionType] = useState(rule?.decisionType ?? '');
  const [forEver, setForEver] = useState(rule !== null && begun === null);
  const [days, setDays] = useState(begun ?? 3650);
  const ready = decisionType.trim() !== '' && (forEver || (Number.isInteger(days) && days >= 1 && days <= daysMax));
  const send = async () => {
    const body = { keepDays: forEver ? null : days };
    await api.call<RetentionRule>({ method: 'PUT', path: `/v1/retention-rules/${encodeURIComponent(decisionType.trim())}`, body });
    announce(agreeing ? 'The time is changed.' : 'Asked for. Another privacy officer agrees.');
    onClose();
    await renew();
  };
  return (
    <FormDialog title={agreeing ? `Agree to the time for ${typeText(rule)}` : 'For how long records are kept'} submit={agreeing ? 'Agree' : 'Ask for it'} danger={agreeing} disabled={!ready} onSubmit={send} onClose={onClose}>
      {rule === null
        ? <TextInput size="sm" label="Decision type" description="* for everything that has no time of its own" required maxLength={128} value={decisionType} onChange={(event) => setDecisionType(event.currentTarget.value)} />
        : <p><strong className={classes.named}>{typeText(rule)}</strong>, kept {keptText(rule.keepDays)} so far.</p>}
      {agreeing ? <p>{rule.askedBy} asks to keep them {keptText(rule.askedKeepDays)}.</p> : (
        <>
          <Switch label="Keep them for ever" checked={forEver} onChange={(event) => setForEver(event.currentTarget.checked)} />
          {!forEver && <NumberInput size="sm" label="Keep them for" required min={1} max={daysMax} allowDecimal={false} hideControls suffix=" days" value={Number.isNaN(days) ? '' : days} onChange={(value) => setDays(value === '' ? NaN : Number(value))} />}
        </>
      )}
    </FormDialog>
  );
}
