/**
 * The other half of a pipeline, over Kafka: acts on every verdict of the mailroom, once, until Ctrl-C.
 *
 *     node examples/node/act-on-verdicts.ts
 */

import { createClient } from '@countersign/client';
import { readEndpoints } from './endpoints.ts';

const { kafka, registry, topicPrefix } = await readEndpoints();
await using client = await createClient({ kafka: { brokers: [kafka], registryUrl: registry, topicPrefix, clientId: 'mailroom-actuator' } });
process.once('SIGINT', () => void client[Symbol.asyncDispose]());

// A verdict counts as handled when the next is asked for. After a crash the last ones come again: an actuator that must
// act exactly once keeps `eventId` beside its action.
for await (const verdict of client.verdicts({ groupId: 'mailroom-actuator', systems: ['mailroom'], startAt: 'earliest' })) {
  const action = verdict.verdict === 'rejected' ? 'leave it' : `tray ${verdict.outputLabel ?? '?'}`;
  console.log(`${verdict.decisionId}: ${action} (${verdict.verdict}, ${verdict.basis})`);
}
