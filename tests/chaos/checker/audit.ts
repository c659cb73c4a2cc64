import { groupBy, placeOf } from './grouping.ts';
import type { TopicRecord, Violation, World } from './world.ts';

/** What is only a step between two others is on no record, nor is what the log says of itself. */
const unaudited = new Set(['decisions.classified', 'audit.checkpointed']);

/** The audit log is the Kafka log: each event once, with the same bytes, and nothing else. */
export function checkAudit(world: World): Violation[] {
  const found: Violation[] = [];
  const logged = groupBy(world.audit, ({ eventId }) => eventId);
  const loggedPlaces = new Map(world.audit.map((event) => [placeOf(event), event]));
  const places = new Map<string, TopicRecord>();
  const seen = new Set<string>();
  for (const record of world.records) {
    if (unaudited.has(record.topic)) continue;
    places.set(placeOf(record), record);
    // A proposal has no event id of its own: each time it was sent is an event.
    if (record.eventId === null) {
      if (!loggedPlaces.has(placeOf(record))) found.push({ kind: 'audit-missing', what: `${record.record} at ${placeOf(record)} is not in the audit log` });
    } else if (!seen.has(record.eventId)) {
      seen.add(record.eventId);
      if (!logged.has(record.eventId)) found.push({ kind: 'audit-missing', what: `${record.record} ${record.eventId} is not in the audit log` });
    }
  }
  for (const [eventId, events] of logged) {
    if (events.length > 1) found.push({ kind: 'audit-twice', what: `${eventId} is in the audit log ${events.length} times` });
    for (const event of events) {
      const record = places.get(placeOf(event));
      if (record === undefined || (record.eventId !== null && record.eventId !== eventId)) {
        found.push({ kind: 'audit-extra', what: `${event.record} ${eventId} is in the audit log and not at ${placeOf(event)}` });
      } else if ((event.payloadKind === 'plain' ? record.sha256 : record.keyedDigest) !== event.digest || record.keptSha256 !== event.keptSha256 || record.record !== event.record) {
        found.push({ kind: 'audit-differs', what: `${event.record} ${eventId}: the audit log has other bytes than ${placeOf(event)}` });
      }
    }
  }
  return found;
}
