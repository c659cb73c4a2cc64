/** Events one below the other, under the days they fell on; each opens to what was recorded. */

import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { AuditEvent } from '../../api/audit-contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { useNames } from '../../parts/names.tsx';
import type { NameOf } from '../../parts/names.tsx';
import { OneEvent } from '../decision/evidence.tsx';
import { useCheckpointed } from '../decision/checkpointed.ts';
import type { Checkpointed } from '../decision/proof.ts';
import classes from './screen.module.css';
import { peopleIn, tellEvent } from './telling.ts';

export function EventList({ events }: { events: readonly AuditEvent[] }) {
  const checkpointed = useCheckpointed();
  const nameOf = useNames(events.flatMap(peopleIn));
  return (
    <ol className={classes.timeline}>
      {events.map((event, index) => {
        const day = dayText(event);
        const before = events[index - 1];
        return (
          <li key={event.eventId} className={classes.event}>
            {(before === undefined || dayText(before) !== day) && <h3 className={classes.day}>{day}</h3>}
            <Event event={event} checkpointed={checkpointed} nameOf={nameOf} />
          </li>
        );
      })}
    </ol>
  );
}

function dayText({ occurredAt }: AuditEvent): string {
  return new Date(occurredAt).toLocaleDateString(undefined, { dateStyle: 'long' });
}

function Event({ event, checkpointed, nameOf }: { event: AuditEvent; checkpointed: Checkpointed; nameOf: NameOf }) {
  const { title, detail, tone } = tellEvent(event, nameOf);
  const [open, setOpen] = useState(false);
  const { system, decisionId } = event;
  const about = system === null || decisionId === null ? '' : `${system} / ${decisionId}`;
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className={classes.summary}>
        <time dateTime={event.occurredAt}>{new Date(event.occurredAt).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })}</time>
        <span><Badge tone={tone}>{title}</Badge></span>
        <span className={classes.about}>{about}</span>
        <bdi className={classes.detail}>{detail}</bdi>
      </summary>
      {open && (
        <div className={classes.opened}>
          {system !== null && decisionId !== null && <p><Link to="/record/decision" search={{ system, id: decisionId }}>All of {about}</Link></p>}
          <OneEvent event={event} checkpointed={checkpointed} />
        </div>
      )}
    </details>
  );
}
