/** Erasures: asked for by one officer, approved by another, applied by every service that keeps content. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Erasure, ErasureProgress } from '../../api/audit-contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { Named } from '../../parts/names.tsx';
import { Moment } from '../../parts/now.tsx';
import { Paged } from '../../parts/paged.tsx';
import { Section } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { usePerson } from '../../runtime.tsx';
import { useErasures } from './data.ts';
import { ApproveErasure, AskErasure, RefuseErasure } from './erasure-dialogs.tsx';
import classes from './screen.module.css';
import { erasureState, erasureWhat, extentText, isRunning, isSecond } from './words.ts';

type Step = { what: 'ask' } | { what: 'approve' | 'refuse'; erasure: Erasure };

export function ErasuresView() {
  const { permissions } = usePerson();
  const query = useErasures();
  const [step, setStep] = useState<Step | null>(null);
  const close = () => setStep(null);
  return (
    <Section title="Erasures" aside={permissions.includes('erasures.manage') && <Button onClick={() => setStep({ what: 'ask' })}>Ask for an erasure…</Button>}>
      <p className={classes.soft}>The key to the content is destroyed, in every service and for good; what happened, when and by whom, stays on record and proven. Copies of the key’s store, exports with content and what people remember are not reached.</p>
      <Paged query={query} label="erasures" rowsOf={({ erasures }) => erasures} empty={<EmptyState title="Nothing was erased">When somebody has a right to have their data erased, one privacy officer asks for it here and another approves.</EmptyState>}>
        {(rows) => <Erasures rows={rows} onStep={setStep} />}
      </Paged>
      {step?.what === 'ask' && <AskErasure onClose={close} />}
      {step?.what === 'approve' && <ApproveErasure erasure={step.erasure} onClose={close} />}
      {step?.what === 'refuse' && <RefuseErasure erasure={step.erasure} onClose={close} />}
    </Section>
  );
}

function Erasures({ rows, onStep }: { rows: readonly Erasure[]; onStep(step: Step): void }) {
  return (
    <Table
      label="Erasures" rows={rows} rowKey={({ erasureId }) => erasureId} stack="early"
      columns={[
        { key: 'what', label: 'What', heading: true, render: (erasure) => <span className={classes.what}><bdi>{erasureWhat(erasure)}</bdi><bdi className={classes.reason}>{erasure.reason}</bdi></span> },
        { key: 'extent', label: 'Covers', render: (erasure) => extentText(erasure) },
        { key: 'asked', label: 'Asked for', render: ({ requestedBy, requestedAt }) => <><Moment instant={requestedAt} /> by <Named id={requestedBy} /></> },
        { key: 'decided', label: 'Decided', render: (erasure) => (erasure.decidedBy === null ? '–' : <Decided erasure={erasure} />) },
        { key: 'state', label: 'State', render: (erasure) => <State erasure={erasure} /> },
        { key: 'actions', label: 'Actions', quiet: true, numeric: true, render: (erasure) => <Actions erasure={erasure} onStep={onStep} /> },
      ]}
    />
  );
}

function Decided({ erasure: { decidedBy, decidedAt, refusal } }: { erasure: Erasure }) {
  return <span className={classes.what}><span>{decidedAt !== null && <Moment instant={decidedAt} />} by <Named id={decidedBy} /></span>{refusal !== null && <bdi className={classes.reason}>{refusal}</bdi>}</span>;
}

function State({ erasure }: { erasure: Erasure }) {
  const { text, tone } = erasureState(erasure);
  return (
    <span className={classes.what}>
      <span><Badge tone={tone}>{text}</Badge></span>
      {erasure.state === 'completed' && erasure.completedAt !== null && <span className={classes.reason}><Moment instant={erasure.completedAt} /></span>}
      {isRunning(erasure) && <Progress progress={erasure.progress} />}
    </span>
  );
}

/** Which services are done, in words; one that is not says how far it is. */
function Progress({ progress }: { progress: readonly ErasureProgress[] }) {
  if (progress.length === 0) return null;
  return <ul className={classes.progress} aria-label="Progress by service">{progress.map(({ service, applied, of }) => <li key={service} data-done={applied >= of}>{service}: {applied >= of ? 'done' : `${applied} of ${of}`}</li>)}</ul>;
}

function Actions({ erasure, onStep }: { erasure: Erasure; onStep(step: Step): void }) {
  const { permissions, personId } = usePerson();
  if (erasure.state !== 'requested' || !permissions.includes('erasures.manage')) return null;
  if (!isSecond(erasure.requestedBy, personId)) return <span className={classes.reason}>another officer decides</span>;
  const what = erasureWhat(erasure);
  return (
    <div className={classes.actions}>
      <Button size="compact-xs" aria-label={`Approve the erasure of ${what}`} onClick={() => onStep({ what: 'approve', erasure })}>Approve…</Button>
      <Button size="compact-xs" variant="default" aria-label={`Refuse the erasure of ${what}`} onClick={() => onStep({ what: 'refuse', erasure })}>Refuse…</Button>
    </div>
  );
}
