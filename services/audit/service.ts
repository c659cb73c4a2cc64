import { consumeIntoPostgres, consumerReasons, databaseReasons, createCountGauge, openDatabase, openPool, OutboxPublisher, readMasterKey, readSettings, Recurring, roleUrl, Vault, type ServiceContext, type StartedService } from '@countersign/kit';
import { auditedTopics, auditViews } from './audited.ts';
import { erasureRoutes } from './erasure/http.ts';
import { advanceErasures } from './erasure/execution.ts';
import { exportSettings } from './exports/config.ts';
import { ExportRunner } from './exports/runner.ts';
import { handleEvents } from './handlers.ts';
import { auditRoutes } from './http.ts';
import { AuditLog } from './log/audit-log.ts';
import { auditLogSettings } from './log/config.ts';
import { exposeLog } from './log/gauges.ts';
import { logRoutes } from './log/http.ts';
import { RecentRows } from './log/recent-rows.ts';
import { TileFolder } from './log/tile-folder.ts';
import { applyRetention } from './retention/apply.ts';
import { retentionSettings } from './retention/config.ts';
import { retentionRoutes } from './retention/http.ts';
import { countConflicts, ensurePartitions } from './store.ts';
import { verifierRoutes } from './verifier-http.ts';

export { auditLogSettings } from './log/config.ts';
export { applyRetention } from './retention/apply.ts';
export { removedDays } from './retention/store.ts';
export { migrations } from './migrations/index.ts';
export { exportedRecords } from './exports/stream.ts';
export type { AuditRecord } from './records.ts';
export { readPositions, readInstants } from './store.ts';

const exposeConflicts = createCountGauge('countersign_event_conflicts', 'Events whose id came again with other bytes, ever; both are on record');
/** As many as one fetch makes: nothing more is fetched before all of it is written, and a last call alone would leave the processor waiting for Postgres. */
const callsInHand = 3;
const partitionDays = 7;
const partitionEveryMs = 3_600_000;
const erasuresEveryMs = 1000;
const retentionEveryMs = 3_600_000;

/**
 * Consumes every topic but `decisions.classified` and its own into the insert-only log; sequences what it wrote into the Merkle log and publishes its
 * checkpoints on `audit.checkpointed`; carries out erasures and retention; serves `/v1/audit`, `/v1/erasures`, `/v1/legal-holds` and `/v1/retention`.
 */
export async function startAudit(context: ServiceContext<'audit'>, env: Readonly<Record<string, string | undefined>> = process.env): Promise<StartedService> {
  const config = readSettings(auditLogSettings, env);
  const exporting = readSettings(exportSettings, env);
  await using stack = new AsyncDisposableStack();
  const { pool } = stack.use(openDatabase(context.name, context.settings));
  const vaultPool = stack.use(openPool(roleUrl(context.settings.vaultDatabaseUrl, 'countersign_audit', context.settings.databasePassword), 'vault', 4));
  const vault = stack.use(new Vault(vaultPool.pool, readMasterKey(context.settings.masterKeyFile)));
  await ensurePartitions(pool, partitionDays);
  const partitions = setInterval(() => void ensurePartitions(pool, partitionDays).catch((error: unknown) => context.log.error({ err: error }, 'partitions could not be made ahead')), partitionEveryMs);
  stack.defer(() => clearInterval(partitions));
  const recent = new RecentRows();
  const log = stack.use(new AuditLog({ pool, announcer: context, config, recent, log: context.log }));
  stack.defer(exposeLog(pool, log));
  const outbox = stack.use(new OutboxPublisher(pool, context.producer, context.log, context.name));
  const erasing = { context, pool, vault };
  const erasures = stack.use(new Recurring(erasuresEveryMs, () => advanceErasures(erasing), context.log, 'an erasure could not be advanced; it is tried again'));
  const { folder } = readSettings(retentionSettings, env);
  const retention = folder === null ? null : stack.use(new Recurring(retentionEveryMs, () => applyRetention({ ...erasing, folder }), context.log, 'retention could not be applied; it is tried again'));
  const consumer = stack.use(await consumeIntoPostgres(context, { topics: auditedTopics, views: auditViews, undecodable: 'skip', gathering: 'bulk', concurrency: callsInHand, pool, handle: (client, batch) => handleEvents({ context, vault, recent }, client, batch) }));
  erasures.poke();
  retention?.poke();
  stack.defer(exposeConflicts(() => countConflicts(pool)));
  const runner = exporting.folder === null ? null : stack.use(new ExportRunner({ context, pool, config: { ...exporting, folder: exporting.folder, logFolder: config.folder } }));
  const running = stack.move();
  return {
    name: context.name,
    routes: async (app) => {
      await app.register(auditRoutes({ context, pool, vault, runner }));
      await app.register(logRoutes({ pool, log, folder: new TileFolder(config.folder), config }));
      await app.register(verifierRoutes());
      await app.register(erasureRoutes(erasing, () => erasures.poke()));
      await app.register(retentionRoutes(erasing, () => retention?.poke()));
    },
    readiness: async () => {
      const reasons = [...consumerReasons(consumer.groupId, consumer.state()), ...(await databaseReasons(pool)), ...log.reasons()];
      return { ready: reasons.length === 0, reasons };
    },
    drain: async (deadlineMs) => {
      const begun = performance.now();
      const left = () => Math.max(0, deadlineMs - (performance.now() - begun));
      await consumer.drain(deadlineMs);
      await outbox.drain(left());
      await log.drain(left());
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
