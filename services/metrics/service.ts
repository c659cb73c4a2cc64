import { consumeIntoPostgres, consumerReasons, databaseReasons, openDatabase, OutboxPublisher, Recurring, type ServiceContext, type StartedService } from '@countersign/kit';
import { createGauges } from './gauges.ts';
import { handleBatch, measuredTopics, metricsViews } from './handlers.ts';
import { metricsRoutes } from './http.ts';
import { Reach } from './reach.ts';
import { runSchedule } from './schedule.ts';

export { migrations } from './migrations/index.ts';
export { handleFacts, type Fact } from './handlers.ts';
export { calibrationReport } from './calibration.ts';
export { oversightReport } from './oversight.ts';
export { LogBehindError, rebuildFacts, type FactLog, type RebuildResult } from './rebuild.ts';

const lookEveryMs = 5000;
const nowUs = () => Date.now() * 1000;

/** Consumes every topic it counts of into facts; raises alerts, passes corrections on, serves `/v1/metrics`. */
export async function startMetrics(context: ServiceContext<'metrics'>): Promise<StartedService> {
  await using stack = new AsyncDisposableStack();
  const { pool } = stack.use(openDatabase(context.name, context.settings));
  const outbox = stack.use(new OutboxPublisher(pool, context.producer, context.log, context.name));
  const consumer = stack.use(await consumeIntoPostgres(context, { topics: measuredTopics, views: metricsViews, undecodable: 'skip', gathering: 'bulk', pool, handle: (client, batch) => handleBatch(context, client, batch), committed: () => outbox.poke() }));
  const reach = new Reach(context, pool);
  const gauges = createGauges(pool);
  // Apart: where the one fails the other must go on, and what is not counted must be missed.
  const schedule = stack.use(new Recurring(lookEveryMs, async () => await runSchedule(context, pool, nowUs(), await reach.advance(nowUs())), context.log, 'alerts and feedback could not be looked for'));
  const measuring = stack.use(new Recurring(lookEveryMs, () => gauges.update(nowUs(), reach.until), context.log, 'the figures of oversight could not be counted'));
  for (const recurring of [schedule, measuring]) recurring.poke();
  const running = stack.move();
  return {
    name: context.name,
    routes: metricsRoutes(pool),
    readiness: async () => {
      const reasons = [...consumerReasons(consumer.groupId, consumer.state()), ...(await databaseReasons(pool))];
      return { ready: reasons.length === 0, reasons };
    },
    drain: (deadlineMs) => consumer.drain(deadlineMs),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
