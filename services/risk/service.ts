import { consumeBatches, consumerReasons, databaseReasons, openDatabase, OutboxPublisher, PolicyFeed, type ServiceContext, type StartedService } from '@countersign/kit';
import { handleAccepted, riskViews } from './handlers.ts';
import { policyRoutes } from './http.ts';
import { policyDesk } from './policies.ts';

export { migrations } from './migrations/index.ts';

/** Consumes `decisions.accepted`, produces `decisions.classified`; keeps policies and serves `/v1/policies`. */
export async function startRisk(context: ServiceContext<'risk'>): Promise<StartedService> {
  await using stack = new AsyncDisposableStack();
  const { pool } = stack.use(openDatabase(context.name, context.settings));
  const outbox = stack.use(new OutboxPublisher(pool, context.producer, context.log, context.name));
  const policies = stack.use(await PolicyFeed.open(context.connection, context.codec, context.onCrash));
  const consumer = stack.use(await consumeBatches(context, { topics: ['decisions.accepted'], views: riskViews, handle: (batch) => handleAccepted(context, policies, batch) }));
  const running = stack.move();
  return {
    name: context.name,
    routes: policyRoutes(policyDesk(context, pool, () => outbox.poke())),
    readiness: async () => {
      const reasons = [...consumerReasons(consumer.groupId, consumer.state()), ...(await databaseReasons(pool))];
      return { ready: reasons.length === 0, reasons };
    },
    drain: async (deadlineMs) => {
      await outbox.drain(deadlineMs);
      await consumer.drain(deadlineMs);
      await context.producer.flush();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
