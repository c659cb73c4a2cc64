/** The lists of the work screen: what waits, what is held, and what was put aside. */

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { HeldClaim, KeptTask, Me } from '../../api/contract.ts';
import { Distance, Moment } from '../../parts/now.tsx';
import { Section } from '../../parts/page.tsx';
import { Bone, BoneRows, InlineProblem } from '../../parts/states.tsx';
import classes from './work.module.css';

export function Waiting({ me, pending }: { me: Me | undefined; pending: boolean }) {
  const waiting = me?.waiting;
  return (
    <Section title="Waiting for you">
      <dl className={classes.figures}>
        <Figure label="open" value={waiting?.open} />
        <Figure label="overdue" value={waiting?.overdue} warn={(waiting?.overdue ?? 0) > 0} />
        <div><dt>next due</dt><dd>{waiting === undefined ? <Bone width="5rem" /> : waiting.nextDueAt === null ? '–' : <Distance instant={waiting.nextDueAt} />}</dd></div>
        <Figure label="judged in the last hour" value={me?.judgedLastHour} />
      </dl>
      {pending && <BoneRows rows={3} label="Loading what waits" />}
      {waiting?.queues !== undefined && waiting.queues.length > 0 && (
        <div className={classes.tableFrame}>
          <table className={classes.table}>
            <thead><tr><th scope="col">Queue</th><th scope="col">Open</th><th scope="col">Overdue</th><th scope="col">Next due</th></tr></thead>
            <tbody>{waiting.queues.map(({ queue, open, overdue, nextDueAt }) => <tr key={queue}><th scope="row">{queue}</th><td>{open}</td><td data-warn={overdue > 0}>{overdue}</td><td>{nextDueAt === null ? '–' : <Distance instant={nextDueAt} />}</td></tr>)}</tbody>
          </table>
        </div>
      )}
      {waiting !== undefined && waiting.open === 0 && <p className={classes.soft}>Nothing waits at the moment. New work shows here by itself.</p>}
    </Section>
  );
}

function Figure({ label, value, warn = false }: { label: string; value: number | undefined; warn?: boolean }) {
  return <div data-warn={warn}><dt>{label}</dt><dd>{value === undefined ? <Bone width="2.5rem" /> : value}</dd></div>;
}

export function Mine({ claims, error }: { claims: readonly HeldClaim[] | undefined; error: unknown }) {
  return (
    <Section title="In your hands">
      {error !== null && claims === undefined && <InlineProblem error={error} />}
      {claims === undefined && error === null && <BoneRows rows={2} label="Loading your claims" />}
      {claims?.length === 0 && <p className={classes.soft}>You hold no task.</p>}
      {claims !== undefined && claims.length > 0 && (
        <ul className={classes.rows}>
          {claims.map(({ taskId, decisionType, dueAt, expiresAt, judged, prefetched }) => (
            <Row key={taskId} taskId={taskId} name={decisionType} linked={!judged}>
              <span>due <Distance instant={dueAt} /></span>
              <span className={classes.soft}>{judged ? 'judged, still to be undone' : prefetched === true ? 'fetched ahead' : <>claim ends <Distance instant={expiresAt} /></>}</span>
            </Row>
          ))}
        </ul>
      )}
    </Section>
  );
}

export function Kept({ kept }: { kept: readonly KeptTask[] }) {
  return (
    <Section title="Put aside, and kept for you">
      <ul className={classes.rows}>
        {kept.map(({ taskId, decisionType, dueAt, until, how }) => (
          <Row key={taskId} taskId={taskId} name={decisionType} linked={how === 'reserved'}>
            <span>due <Distance instant={dueAt} /></span>
            <span className={classes.soft}>{how === 'held' ? 'back in the queue' : 'kept for you until'} <Moment instant={until} /></span>
          </Row>
        ))}
      </ul>
    </Section>
  );
}

export function Row({ taskId, name, linked, children }: { taskId: string; name: string; linked: boolean; children: ReactNode }) {
  return (
    <li className={classes.row}>
      {linked ? <Link to="/review/$taskId" params={{ taskId }}>{name}</Link> : <span>{name}</span>}
      {children}
    </li>
  );
}
