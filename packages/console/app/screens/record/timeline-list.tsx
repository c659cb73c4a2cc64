/** Events one below the other, under the days they fell on; each opens to what was recorded. */

import { Badge } from '../../parts/badge.tsx';
import classes from './screen.module.css';
import { tellEvent } from './timeline.ts';
import type { AuditEvent } from './timeline.ts';

export function Timeline({ events }: { events: readonly AuditEvent[] }) {
  return (
    <ol className={classes.timeline}>
      {events.map((event, index) => {
        const day = new Date(event.occurredAt).toLocaleDateString(undefined, { dateStyle: 'long' });
        const before = events[index - 1];
        const newDay = before === undefined || new Date(before.occurredAt).toDateString() !== new Date(event.occurredAt).toDateString();
        return (
          <li key={event.eventId} className={classes.event}>
            {newDay && <h3 className={classes.day}>{day}</h3>}
            <Event event={event} />
          </li>
        );
      })}
    </ol>
  );
}

function Event({ event }: { event: AuditEvent }) {
  const { title, detail, tone } = tellEvent(event);
  return (
    <details>
      <summary className={classes.summary}>
        <time dateTime={event.occurredAt}>{new Date(event.occurredAt).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })}</time>
        <span><Badge tone={tone}>{title}</Badge></span>
        <bdi className={classes.detail}>{detail}</bdi>
      </summary>
      <div className={classes.bytes}>
        <dl className={classes.facts}>
          <dt>Event</dt><dd>{event.record}, <code>{event.eventId}</code></dd>
          <dt>By</dt><dd>{event.actor ?? event.reviewer ?? 'not said'}</dd>
          <dt>On the log</dt><dd>{event.topic}, partition {event.partition}, offset {event.offset}</dd>
          <dt>Recorded</dt><dd><time dateTime={event.recordedAt}>{event.recordedAt}</time></dd>
          {event.policyVersion !== null && <><dt>Policy</dt><dd><code>{event.policyVersion}</code></dd></>}
          <dt>Digest</dt><dd><code>{event.valueDigest ?? "none"}</code></dd>
        </dl>
        {event.event !== null && <pre className={classes.json} tabIndex={0} aria-label={`${event.record} as recorded`}>{JSON.stringify(event.event, null, 2)}</pre>}
      </div>
    </details>
  );
}
