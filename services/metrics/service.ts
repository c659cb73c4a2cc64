import { consumeIntoPostgres, consumerReasons, databaseReasons, openDatabase, OutboxPublisher, type ServiceContext, type StartedService } from '@countersign/kit';
import { createGauges } from './gauges.ts';
import { handleBatch, measuredTopics, metricsViews } from './handlers.ts';
import { metricsRoutes } from './http.ts';
import { runSchedule } from './schedule.ts';

export { migrations } from './migrations/index.ts';
export { handleFacts, type Fact } from './handlers.ts';
export { calibrationReport } from './calibration.ts';
export { oversightReport } from './oversight.ts';
export { LogBehindError, rebuildFacts, type FactLog, type RebuildResult } from './rebuild.ts';

const scheduleEveryMs = 5000;

/** Consumes every topic it counts of into facts; raises alerts, passes corrections on, serves `/v1/metrics`. */
export async function startMetrics(context: ServiceContext<'metrics'>): Promise<StartedService> {
  await using stack = new AsyncDisposableStack();
  const { pool } = stack.use(openDatabase(context.name, context.settings));
  const outbox = stack.use(new OutboxPublisher(pool, context.producer, context.log, context.name));
  const consumer = stack.use(await consumeIntoPostgres(context, { topics: measuredTopics, views: metricsViews, undecodable: 'skip', gathering: 'bulk', pool, handle: (client, batch) => handleBatch(context, client, batch), committed: () => outbox.poke() }));
  const gauges = createGauges(pool);
  const schedule = async () => {
    const now = Date.now() * 1000;
    try {
      await runSchedule(context, pool, now);
      await gauges.update(now);
    } catch (error) {
      context.log.warn({ err: error }, 'alerts and feedback could not be looked for');
    }
  };
  let looking: Promise<void> = schedule();
  const timer = setInterval(() => {
    looking = looking.then(schedule);
  }, scheduleEveryMs);
  stack.defer(() => looking);
  stack.defer(() => clearInterval(timer));
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
