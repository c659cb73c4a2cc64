import {
  consumeBatches, consumeIntoPostgres, consumerReasons, openDatabase, openPool, OutboxPublisher, PolicyFeed, readMasterKey, readSettings, roleUrl, SamplingKeyRing, Vault, type ServiceContext, type StartedService,
} from '@countersign/kit';
import { calibrationViews, Thresholds, type CalibrationDeps } from './calibration/candidates.ts';
import { calibrationTopics, concernsPool, handleCalibration } from './calibration/handlers.ts';
import { samplingSettings } from './config.ts';
import { samplingViews } from './draws.ts';
import { handleRouted } from './handlers.ts';
import { commitKeys } from './keys.ts';

export { migrations } from './migrations/index.ts';
export { samplingSettings } from './config.ts';
export { drawFor, select } from './draws.ts';
export { candidateOf } from './calibration/candidates.ts';
export { triggersOf } from './calibration/planning.ts';

/**
 * Consumes `decisions.routed` twice: to draw, which stores nothing, and into the pool of calibration exercises, which waits for
 * `outcomes.recorded`; takes out what `decisions.erased` names. Produces `spotchecks.selected` and `calibrations.planned`; keeps the commitments of its keys.
 */
export async function startSampling(context: ServiceContext<'sampling'>, env: Readonly<Record<string, string | undefined>> = process.env): Promise<StartedService> {
  const { settings } = context;
  const config = readSettings(samplingSettings, env);
  await using stack = new AsyncDisposableStack();
  const { pool } = stack.use(openDatabase(context.name, settings));
  const vaultDatabase = stack.use(openPool<unknown>(roleUrl(settings.vaultDatabaseUrl, 'countersign_sampling', settings.databasePassword), 'vault', 2));
  const vault = stack.use(new Vault(vaultDatabase.pool, readMasterKey(settings.masterKeyFile)));
  const keys = stack.use(await SamplingKeyRing.open({ file: settings.samplingKeysFile, log: context.log, commit: (found, now) => commitKeys(context, pool, found, now) }, Date.now() * 1000));
  const policies = stack.use(await PolicyFeed.open(context.connection, context.codec, context.onCrash));
  const outbox = stack.use(new OutboxPublisher(pool, context.producer, context.log, context.name));
  const draws = stack.use(await consumeBatches(context, { topics: ['decisions.routed'], views: samplingViews, handle: (batch) => handleRouted({ context, policies, keys }, batch) }));
  const deps: CalibrationDeps = { context, policies, keys, vault, config, thresholds: new Thresholds() };
  const calibration = stack.use(await consumeIntoPostgres(context, {
    topics: calibrationTopics, views: calibrationViews, group: 'calibration', gathering: 'bulk', undecodable: 'skip', pool,
    concerns: (received) => concernsPool(deps, received), handle: (client, batch) => handleCalibration(deps, client, batch), committed: () => outbox.poke(),
  }));
  const consumers = [draws, calibration];
  const running = stack.move();
  return {
    name: context.name,
    readiness: () => {
      const reasons = [...consumers.flatMap((consumer) => consumerReasons(consumer.groupId, consumer.state())), ...keys.reasons()];
      return { ready: reasons.length === 0, reasons };
    },
    drain: async (deadlineMs) => {
      const begun = Date.now();
      await Promise.all(consumers.map((consumer) => consumer.drain(deadlineMs)));
      await context.producer.flush();
      await outbox.drain(Math.max(0, deadlineMs - (Date.now() - begun)));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
