import { exportedRecords, readPositions, readInstants, removedDays, type AuditRecord } from '@countersign/audit';
import type { TopicName, EventOf } from '@countersign/contracts';
import { openDatabase, openPool, readMasterKey, roleUrl, untilAnswered, Vault, type CommonSettings } from '@countersign/kit';
import { rebuildFacts, type Fact, type RebuildResult } from '@countersign/metrics';

export type StorageSettings = Pick<CommonSettings, 'databaseUrl' | 'vaultDatabaseUrl' | 'databasePassword' | 'databasePoolMax' | 'masterKeyFile'>;

/** Longer than audit is behind metrics when both run. */
const waitMsDefault = 60_000;

/** Some of what was counted left the log: what is counted anew would lack it, and take for stranded what was decided on those days. */
export class DaysRemovedError extends Error {
  override name = 'DaysRemovedError';

  constructor(days: readonly string[]) {
    super(`Retention removed ${days.length === 1 ? `the day ${days[0]}` : `${days.length} days, ${days[0]} to ${days.at(-1)},`} from the audit log, so the metrics cannot be counted again from it: figures of that time would vanish. Nothing was changed. Keep them as they are, or restore the schema metrics from a backup that is younger than what Kafka keeps: the service goes on from the positions in it.`);
  }
}

/** Rebuilds the metrics from the audit log: needs Postgres and the master key, and no Kafka. Throws `DaysRemovedError` where the log is not whole. */
export async function rebuildMetrics(settings: StorageSettings, { onProgress, waitMs = waitMsDefault }: { onProgress?(read: number): void; waitMs?: number } = {}): Promise<RebuildResult & { erased: number }> {
  await using stack = new AsyncDisposableStack();
  const small = { ...settings, databasePoolMax: 2 };
  const audit = stack.use(openDatabase('audit', small)).pool;
  const metrics = stack.use(openDatabase('metrics', small, untilAnswered)).pool;
  const removed = await removedDays(audit);
  if (removed.length > 0) throw new DaysRemovedError(removed);
  const vaultPool = stack.use(openPool(roleUrl(settings.vaultDatabaseUrl, 'countersign_audit', settings.databasePassword), 'vault', 2));
  const vault = stack.use(new Vault(vaultPool.pool, readMasterKey(settings.masterKeyFile)));
  const erased = new Set<string>();
  let read = 0;
  async function* facts(from: string | null, to: string): AsyncGenerator<Fact> {
    for await (const record of exportedRecords(audit, vault, from === null ? { to } : { from, to })) {
      read += 1;
      if (read % 10_000 === 0) onProgress?.(read);
      if (record.event === null) erased.add(record.eventId);
      else yield factOf(record);
    }
  }
  const result = await rebuildFacts(metrics, { read: facts, instants: () => readInstants(audit), positions: () => readPositions(audit) }, waitMs);
  return { ...result, erased: erased.size };
}

/** What is exported is what was decoded, save that bytes became text: facts hold none. */
export function factOf(record: AuditRecord): Fact {
  return { event: { record: record.record, value: record.event } as EventOf<TopicName>, publishedAt: record.publishedAt === null ? null : Date.parse(record.publishedAt) * 1000 };
}
