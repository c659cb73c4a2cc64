import { consumeBatches, consumerReasons, PolicyFeed, SamplingKeyRing, type ServiceContext, type StartedService } from '@countersign/kit';
import { handleClassified } from './handlers.ts';

/** Consumes `decisions.classified`, produces `decisions.routed` and the verdicts that need nobody first. Stores nothing. */
export async function startRouting(context: ServiceContext<'routing'>): Promise<StartedService> {
  await using stack = new AsyncDisposableStack();
  const policies = stack.use(await PolicyFeed.open(context.connection, context.codec, context.onCrash));
  const keys = stack.use(await SamplingKeyRing.open({ file: context.settings.samplingKeysFile, log: context.log }, Date.now() * 1000));
  const consumer = stack.use(await consumeBatches(context, { topics: ['decisions.classified'], handle: (batch) => handleClassified({ context, policies, keys }, batch) }));
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
