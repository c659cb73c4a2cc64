import { consumeBatches, consumeIntoPostgres, consumerReasons, databaseReasons, openDatabase, OutboxPublisher, PolicyFeed, readSettings, type ServiceContext, type StartedService } from '@countersign/kit';
import { intakeSettings } from './config.ts';
import { handleConclusions, handleProposals, refuseUndecodable } from './handlers.ts';
import { intakeRoutes } from './http.ts';
import { VerdictWaiters } from './waiters.ts';

export { migrations } from './migrations/index.ts';

/**
 * Consumes `decisions.proposed` (validates, pins, produces `decisions.accepted` or `decisions.refused`) and
 * `decisions.resolved` and `decisions.erased` (the verdict read model); serves `/v1/decisions` and `/v1/outcomes`.
 */
export async function startIntake(context: ServiceContext<'intake'>, env: NodeJS.ProcessEnv): Promise<StartedService> {
  const settings = readSettings(intakeSettings, env);
  await using stack = new AsyncDisposableStack();
  const { pool } = stack.use(openDatabase(context.name, context.settings));
  const policies = stack.use(await PolicyFeed.open(context.connection, context.codec, context.onCrash));
  const waiters = stack.use(new VerdictWaiters(pool, settings.waitersMax, (error) => context.log.warn({ err: error }, 'waiting callers could not be looked up')));
  const proposals = stack.use(await consumeBatches(context, {
    topics: ['decisions.proposed'],
    handle: (batch) => handleProposals({ context, pool, policies, uriPrefixes: settings.uriAllowList }, batch),
    onUndecodable: (record, _topic, reason) => [refuseUndecodable(context, record, reason)],
  }));
  const outbox = stack.use(new OutboxPublisher(pool, context.producer, context.log, context.name));
  const verdicts = stack.use(await consumeIntoPostgres(context, {
    topics: ['decisions.resolved', 'decisions.erased'], group: 'verdicts', pool,
    handle: (client, batch) => handleConclusions(context, client, batch),
    committed: (batch) => batch.events.forEach(({ event }) => waiters.wake(event.value.system ?? '', event.value.decisionId ?? '')),
  }));
  const running = stack.move();
  return {
    name: context.name,
    routes: intakeRoutes({ context, pool, settings, waiters }),
    readiness: async () => {
      const reasons = [...consumerReasons(proposals.groupId, proposals.state()), ...consumerReasons(verdicts.groupId, verdicts.state()), ...(await databaseReasons(pool))];
      return { ready: reasons.length === 0, reasons };
    },
    drain: async (deadlineMs) => {
      await proposals.drain(deadlineMs);
      await context.producer.flush();
      await verdicts.drain(deadlineMs);
      await outbox.drain(deadlineMs);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
