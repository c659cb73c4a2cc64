import type { Pool } from 'pg';
import { Gauge } from 'prom-client';
import { decisionKey, derivedEventId } from '@countersign/contracts';
import type { OutgoingRecord } from '@countersign/kafka';
import { enqueue, inTransaction, type ServiceContext } from '@countersign/kit';
import { feedbackKey } from './handlers.ts';
import { findAlerts, findCorrections, insertAlert, insertFeedback, readGauges } from './schedule-store.ts';

const unresolvedGauge = new Gauge({ name: 'countersign_decisions_unresolved', help: 'Decisions accepted and without a verdict' });
const unresolvedAgeGauge = new Gauge({ name: 'countersign_decisions_unresolved_oldest_seconds', help: 'Age of the oldest decision without a verdict' });
const queueDepthGauge = new Gauge({ name: 'countersign_queue_depth', help: 'Open tasks', labelNames: ['queue'] });
const queueAgeGauge = new Gauge({ name: 'countersign_queue_oldest_seconds', help: 'Age of the oldest open task', labelNames: ['queue'] });

/**
 * Raises what deserves an alert and passes corrections on, each once: the row that remembers it, and the event in the
 * outbox, are one transaction.
 */
export async function runSchedule(context: ServiceContext<'metrics'>, pool: Pool, now: number): Promise<void> {
  await inTransaction(pool, async (client) => {
    const outgoing: OutgoingRecord[] = [];
    for (const found of await findAlerts(client, now)) {
      if (!(await insertAlert(client, found, now))) continue;
      outgoing.push(context.publisher.record('alerts.raised', 'AlertRaised', {
        eventId: derivedEventId('alert', found.dedupeKey), occurredAt: now, system: found.system, decisionId: found.decisionId, actor: 'metrics', policyVersion: null,
        alert: found.alert, severity: found.severity, summary: found.summary, dedupeKey: found.dedupeKey, details: found.details,
      }, found.dedupeKey));
    }
    for (const correction of await findCorrections(client)) {
      const key = feedbackKey(correction);
      if (!(await insertFeedback(client, key, now))) continue;
      const { decisionType, outputLabel, correctedLabel, confidence, tier, modelName, modelVersion, reasonCodes, source, system, decisionId } = correction;
      outgoing.push(context.publisher.record('feedback.recorded', 'FeedbackRecorded', {
        eventId: derivedEventId('feedback', key), occurredAt: now, system, decisionId, actor: 'metrics', policyVersion: null,
        decisionType, source, outputLabel, correctedLabel, confidence, tier, modelName, modelVersion, reasonCodes: reasonCodes ?? [],
      }, decisionKey(system, decisionId)));
    }
    await enqueue(client, outgoing);
  });
  await updateGauges(pool, now);
}

async function updateGauges(pool: Pool, now: number): Promise<void> {
  const gauges = await readGauges(pool, now);
  unresolvedGauge.set(gauges.unresolved);
  unresolvedAgeGauge.set(gauges.oldestUnresolvedSeconds);
  queueDepthGauge.reset();
  queueAgeGauge.reset();
  for (const { queue, depth, oldestSeconds } of gauges.queues) {
    queueDepthGauge.set({ queue }, depth);
    queueAgeGauge.set({ queue }, oldestSeconds);
  }
}
