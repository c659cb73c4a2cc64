import type { Pool } from 'pg';
import { decisionKey, derivedEventId } from '@countersign/contracts';
import type { OutgoingRecord } from '@countersign/kafka';
import { enqueue, inTransaction, type ServiceContext } from '@countersign/kit';
import { feedbackKey } from './handlers.ts';
import { findAlerts, findCorrections, insertAlert, insertFeedback } from './schedule-store.ts';

/**
 * Raises what deserves an alert and passes corrections on, each once: the row that remembers it, and the event in the
 * outbox, are one transaction. `readUntil`: up to when everything is counted.
 */
export async function runSchedule(context: ServiceContext<'metrics'>, pool: Pool, now: number, readUntil: number | null): Promise<void> {
  await inTransaction(pool, async (client) => {
    const outgoing: OutgoingRecord[] = [];
    for (const found of await findAlerts(client, readUntil)) {
      if (!(await insertAlert(client, found, now))) continue;
      outgoing.push(context.publisher.record('alerts.raised', 'AlertRaised', {
        eventId: derivedEventId('alert', found.dedupeKey), occurredAt: now, system: found.system, decisionId: found.decisionId, actor: 'metrics', policyVersion: null,
        alert: found.alert, severity: found.severity, summary: found.summary, dedupeKey: found.dedupeKey, details: found.details,
      }, found.dedupeKey));
    }
    for (const { outcomeRank, ...correction } of await findCorrections(client)) {
      const { source, system, decisionId } = correction;
      const eventId = derivedEventId('feedback', source, system, decisionId, outcomeRank ?? '');
      if (!(await insertFeedback(client, feedbackKey({ source, system, decisionId, eventId }), now))) continue;
      outgoing.push(context.publisher.record('feedback.recorded', 'FeedbackRecorded', { eventId, occurredAt: now, actor: 'metrics', policyVersion: null, ...correction, reasonCodes: correction.reasonCodes ?? [] }, decisionKey(system, decisionId)));
    }
    await enqueue(client, outgoing);
  });
}
