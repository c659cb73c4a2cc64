import { consumeIntoPostgres, consumerReasons, databaseReasons, createCountGauge, openDatabase, openPool, readMasterKey, readSettings, roleUrl, Vault, type ServiceContext, type StartedService } from '@countersign/kit';
import { exportSettings } from './exports/config.ts';
import { ExportRunner } from './exports/runner.ts';
import { auditedTopics, auditViews, handleEvents } from './handlers.ts';
import { auditRoutes } from './http.ts';
import { countConflicts, ensurePartitions } from './store.ts';

export { migrations } from './migrations/index.ts';
export { exportedRecords } from './exports/stream.ts';
export type { AuditRecord } from './records.ts';
export { readPositions, readInstants } from './store.ts';

const exposeConflicts = createCountGauge('countersign_event_conflicts', 'Events whose id came again with other bytes, ever; both are on record');
const partitionDays = 7;
const partitionEveryMs = 3_600_000;

/** Consumes every topic but `decisions.classified` into the insert-only log; serves `/v1/audit`. */
export async function startAudit(context: ServiceContext<'audit'>, env: Readonly<Record<string, string | undefined>> = process.env): Promise<StartedService> {
  const exporting = readSettings(exportSettings, env);
  await using stack = new AsyncDisposableStack();
  const { pool } = stack.use(openDatabase(context.name, context.settings));
  const vaultPool = stack.use(openPool(roleUrl(context.settings.vaultDatabaseUrl, 'countersign_audit', context.settings.databasePassword), 'vault', 4));
  const vault = stack.use(new Vault(vaultPool.pool, readMasterKey(context.settings.masterKeyFile)));
  await ensurePartitions(pool, partitionDays);
  const partitions = setInterval(() => void ensurePartitions(pool, partitionDays).catch((error: unknown) => context.log.error({ err: error }, 'partitions could not be made ahead')), partitionEveryMs);
  stack.defer(() => clearInterval(partitions));
  const consumer = stack.use(await consumeIntoPostgres(context, { topics: auditedTopics, views: auditViews, undecodable: 'skip', gathering: 'bulk', pool, handle: (client, batch) => handleEvents({ context, vault }, client, batch) }));
  stack.defer(exposeConflicts(() => countConflicts(pool)));
  const runner = exporting.folder === null ? null : stack.use(new ExportRunner({ context, pool, config: { ...exporting, folder: exporting.folder } }));
  const running = stack.move();
  return {
    name: context.name,
    routes: auditRoutes({ context, pool, vault, runner }),
    readiness: async () => {
      const reasons = [...consumerReasons(consumer.groupId, consumer.state()), ...(await databaseReasons(pool))];
      return { ready: reasons.length === 0, reasons };
    },
    drain: (deadlineMs) => consumer.drain(deadlineMs),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
