/** The events that a chapter is told from, with how far each is proven, and what was recorded. */

import { useState } from 'react';
import type { AuditEvent } from '../../api/audit-contract.ts';
import { Named } from '../../parts/names.tsx';
import { InlineProblem } from '../../parts/states.tsx';
import { saveAnswer } from '../../parts/save.ts';
import { useApi } from '../../runtime.tsx';
import { tellEvent } from '../record/telling.ts';
import { Clock } from './clock-text.tsx';
import classes from './evidence.module.css';
import { proofsText, proofText } from './proof.ts';
import type { Checkpointed } from './proof.ts';

export function Evidence({ events, checkpointed }: { events: readonly AuditEvent[]; checkpointed: Checkpointed }) {
  return (
    <details className={classes.evidence} data-evidence>
      <summary>{proofsText(events, checkpointed)}</summary>
      <ol>{events.map((event) => <li key={event.eventId}><OneEvent event={event} checkpointed={checkpointed} /></li>)}</ol>
    </details>
  );
}

export function OneEvent({ event, checkpointed }: { event: AuditEvent; checkpointed: Checkpointed }) {
  return (
    <>
      <p className={classes.line}><strong>{tellEvent(event).title}</strong><span><Clock instant={event.occurredAt} /></span><span>{proofText(event, checkpointed)}</span></p>
      <p className={classes.source}>{event.record} <code>{event.eventId}</code>, from {event.topic} {event.partition}/{event.offset}, recorded <Clock instant={event.recordedAt} /></p>
      <Raw event={event} checkpointed={checkpointed} />
    </>
  );
}

/** Drawn when it is opened: an event can be large, and there are many. */
function Raw({ event, checkpointed }: { event: AuditEvent; checkpointed: Checkpointed }) {
  const [open, setOpen] = useState(false);
  const by = event.actor ?? event.reviewer;
  return (
    <details className={classes.raw} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>As recorded</summary>
      {open && (
        <div className={classes.bytes}>
          <dl className={classes.facts}>
            <dt>By</dt><dd>{by === null ? 'not said' : <Named id={by} exactly />}</dd>
            {event.policyVersion !== null && <><dt>Policy</dt><dd><code>{event.policyVersion}</code></dd></>}
            {event.valueDigest !== null && <><dt>Digest</dt><dd><code>{event.valueDigest}</code></dd></>}
            {event.commitment !== null && <><dt>Commitment</dt><dd><code>{event.commitment}</code></dd></>}
          </dl>
          {event.event === null ? <p className={classes.none}>Its content was erased. The log commits to the sealed bytes, so that every proof stays valid.</p> : <pre className={classes.json} tabIndex={0} aria-label={`${event.record} ${event.eventId} as recorded`}>{JSON.stringify(event.event, null, 2)}</pre>}
          {event.logIndex !== null && checkpointed.size !== null && event.logIndex < checkpointed.size && <SaveProof index={event.logIndex} />}
        </div>
      )}
    </details>
  );
}

function SaveProof({ index }: { index: number }) {
  const api = useApi();
  const [problem, setProblem] = useState<unknown>(null);
  const save = async () => await saveAnswer(await api.open({ method: 'GET', path: `/v1/audit/proofs/${index}` }), `proof-${index}.txt`);
  return (
    <p>
      <button type="button" className={classes.save} onClick={() => {
        setProblem(null);
        save().catch(setProblem);
      }}>Save the proof of log index {index}</button>
      {problem !== null && <InlineProblem error={problem} />}
    </p>
  );
}
