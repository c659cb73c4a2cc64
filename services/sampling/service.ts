import { consumeBatches, consumerReasons, openDatabase, PolicyFeed, SamplingKeyRing, type ServiceContext, type StartedService } from '@countersign/kit';
import { samplingViews } from './draws.ts';
import { handleRouted } from './handlers.ts';
import { commitKeys } from './keys.ts';

export { migrations } from './migrations/index.ts';
export { drawFor, select } from './draws.ts';

/** Consumes `decisions.routed`, produces `spotchecks.selected`; keeps the commitments of its keys. */
export async function startSampling(context: ServiceContext<'sampling'>): Promise<StartedService> {
  await using stack = new AsyncDisposableStack();
  const { pool } = stack.use(openDatabase(context.name, { ...context.settings, databasePoolMax: 2 }));
  const keys = stack.use(await SamplingKeyRing.open({ file: context.settings.samplingKeysFile, log: context.log, commit: (found, now) => commitKeys(context, pool, found, now) }, Date.now() * 1000));
  const policies = stack.use(await PolicyFeed.open(context.connection, context.codec, context.onCrash));
  const consumer = stack.use(await consumeBatches(context, { topics: ['decisions.routed'], views: samplingViews, handle: (batch) => handleRouted({ context, policies, keys }, batch) }));
  const running = stack.move();
  return {
    name: context.name,
    readiness: () => {
      const reasons = [...consumerReasons(consumer.groupId, consumer.state()), ...keys.reasons()];
      return { ready: reasons.length === 0, reasons };
    },
    drain: async (deadlineMs) => {
      await consumer.drain(deadlineMs);
      await context.producer.flush();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
