/** Legal holds: what may be neither erased nor fall to retention, until two officers lift it. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import type { LegalHold } from '../../api/audit-contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Named } from '../../parts/names.tsx';
import { Moment } from '../../parts/now.tsx';
import { Section } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { usePerson } from '../../runtime.tsx';
import { useHolds } from './data.ts';
import { LiftHold, PlaceHold } from './hold-dialogs.tsx';
import classes from './screen.module.css';
import { holdState, holdWhat, isSecond } from './words.ts';

type Step = { what: 'place' } | { what: 'lift'; hold: LegalHold };

export function HoldsView() {
  const { permissions } = usePerson();
  const query = useHolds();
  const [step, setStep] = useState<Step | null>(null);
  const close = () => setStep(null);
  return (
    <Section title="Legal holds" aside={permissions.includes('holds.manage') && <Button onClick={() => setStep({ what: 'place' })}>Place a hold…</Button>}>
      <p className={classes.soft}>What is held can be neither erased nor fall to retention. One officer places a hold; it takes two to lift it.</p>
      <Loaded query={query} label="legal holds">
        {({ holds }) => (holds.length === 0 ? <EmptyState title="Nothing is held">Place a hold when records may be needed in a dispute, an inquiry or an investigation.</EmptyState> : (
          <Table
            label="Legal holds" rows={holds} rowKey={({ holdId }) => holdId} stack="early"
            columns={[
              { key: 'what', label: 'What', heading: true, render: (hold) => <span className={classes.what}><bdi>{holdWhat(hold)}</bdi><Range hold={hold} /><bdi className={classes.reason}>{hold.reason}</bdi></span> },
              { key: 'placed', label: 'Placed', render: ({ placedBy, placedAt }) => <><Moment instant={placedAt} /> by <Named id={placedBy} /></> },
              { key: 'state', label: 'State', render: (hold) => <State hold={hold} /> },
              { key: 'actions', label: 'Actions', quiet: true, numeric: true, render: (hold) => <Actions hold={hold} onLift={() => setStep({ what: 'lift', hold })} /> },
            ]}
          />
        ))}
      </Loaded>
      {step?.what === 'place' && <PlaceHold onClose={close} />}
      {step?.what === 'lift' && <LiftHold hold={step.hold} onClose={close} />}
    </Section>
  );
}

function Range({ hold: { from, to } }: { hold: LegalHold }) {
  if (from === null && to === null) return null;
  return <span className={classes.reason}>accepted{from !== null && <> from <Moment instant={from} /></>}{to !== null && <> until <Moment instant={to} /></>}</span>;
}

function State({ hold }: { hold: LegalHold }) {
  const { text, tone } = holdState(hold);
  const { liftAskedBy, liftReason, liftedBy, liftedAt, state } = hold;
  return (
    <span className={classes.what}>
      <span><Badge tone={tone}>{text}</Badge></span>
      {state === 'lift-asked' && <span className={classes.reason}>asked by <Named id={liftAskedBy} />: <bdi>{liftReason}</bdi></span>}
      {liftedAt !== null && <span className={classes.reason}><Moment instant={liftedAt} /> by <Named id={liftAskedBy} /> and <Named id={liftedBy} /></span>}
    </span>
  );
}

function Actions({ hold, onLift }: { hold: LegalHold; onLift(): void }) {
  const { permissions, personId } = usePerson();
  if (hold.state === 'lifted' || !permissions.includes('holds.manage')) return null;
  if (hold.state === 'lift-asked' && !isSecond(hold.liftAskedBy, personId)) return <span className={classes.reason}>another officer agrees</span>;
  return <div className={classes.actions}><Button size="compact-xs" variant="default" aria-label={`Lift the hold on ${holdWhat(hold)}`} onClick={onLift}>{hold.state === 'standing' ? 'Lift…' : 'Agree to lift…'}</Button></div>;
}
