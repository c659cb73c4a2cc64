/** Asking for another time to keep records, and deciding on what somebody else asked for. */

import { Button, NumberInput, Switch, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { RetentionRule } from '../../api/audit-contract.ts';
import { ProblemError } from '../../api/problem.ts';
import { announce } from '../../parts/announcer.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { InlineProblem } from '../../parts/states.tsx';
import { useApi } from '../../runtime.tsx';
import { useRenewPrivacy } from './data.ts';
import classes from './screen.module.css';
import { daysMax, missingOf } from './retention-time.ts';
import { keptText, typeText } from './words.ts';

const daysUsual = 3650;
const reasonMax = 2000;

/** `rule` null: for a type that is named here. */
export function AskForTime({ rule, onClose }: { rule: RetentionRule | null; onClose(): void }) {
  const api = useApi();
  const renew = useRenewPrivacy();
  const [decisionType, setDecisionType] = useState(rule?.decisionType ?? '');
  const [forEver, setForEver] = useState(false);
  const [days, setDays] = useState(rule?.keepDays ?? daysUsual);
  const [reason, setReason] = useState('');
  const send = async () => {
    const body = { keepDays: forEver ? null : days, reason: reason.trim() };
    await api.call<RetentionRule>({ method: 'PUT', path: `/v1/retention/rules/${encodeURIComponent(decisionType.trim())}`, body });
    announce('Asked for. Another privacy officer decides.');
    onClose();
    await renew();
  };
  return (
    <FormDialog title="How long records are kept" submit="Ask for it" missing={missingOf({ decisionType, days: forEver ? null : days, reason })} onSubmit={send} onClose={onClose}>
      {rule === null
        ? <TextInput size="sm" label="Decision type" description="* for everything that has no time of its own" required maxLength={128} value={decisionType} onChange={(event) => setDecisionType(event.currentTarget.value)} />
        : <p><strong className={classes.named}>{typeText(rule)}</strong>, kept {keptText(rule.keepDays)} so far.</p>}
      <Switch label="Keep them for ever" checked={forEver} onChange={(event) => setForEver(event.currentTarget.checked)} />
      {!forEver && <NumberInput size="sm" label="Keep them for" required min={1} max={daysMax} allowDecimal={false} hideControls suffix=" days" value={Number.isNaN(days) ? '' : days} onChange={(value) => setDays(value === '' ? NaN : Number(value))} />}
      <Textarea label="Why" description="On the record." required autosize minRows={2} maxLength={reasonMax} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </FormDialog>
  );
}

/** What is approved is `rule` as it was when this opened, and stands here; the server refuses where something else is asked for by then. */
export function DecideOnTime({ rule, onClose }: { rule: RetentionRule; onClose(): void }) {
  const api = useApi();
  const renew = useRenewPrivacy();
  const [problem, setProblem] = useState<unknown>(null);
  const { asked } = rule;
  const done = async (told: string) => {
    announce(told);
    onClose();
    await renew();
  };
  const approve = async () => {
    try {
      await api.call<RetentionRule>({ method: 'POST', path: `/v1/retention/rules/${encodeURIComponent(rule.decisionType)}/approve`, ...(asked === null ? {} : { etag: asked.etag }) });
    } catch (error) {
      // The list behind then has what is asked for now.
      if (error instanceof ProblemError && error.status === 412) await renew();
      throw error;
    }
    await done('The time is changed.');
  };
  const refuse = async () => {
    await api.call<RetentionRule>({ method: 'POST', path: `/v1/retention/rules/${encodeURIComponent(rule.decisionType)}/refuse` });
    await done('Refused: the time stays.');
  };
  return (
    <FormDialog title={`The time for ${typeText(rule)}`} submit="Approve" danger onSubmit={approve} onClose={onClose}>
      <p><strong className={classes.named}>{typeText(rule)}</strong>, kept {keptText(rule.keepDays)} so far. {asked?.by} asks for {keptText(asked?.keepDays ?? null)}: <bdi>{asked?.reason}</bdi></p>
      <p>What is older than that leaves the database, a day at a time, after it was exported.</p>
      <div>
        <Button type="button" size="sm" variant="default" onClick={() => {
          setProblem(null);
          refuse().catch(setProblem);
        }}>Refuse</Button>
      </div>
      {problem !== null && <InlineProblem error={problem} />}
    </FormDialog>
  );
}
