import { exportedRecords, readPositions, readInstants, type AuditRecord } from '@countersign/audit';
import type { TopicName, EventOf } from '@countersign/contracts';
import { openDatabase, openPool, readMasterKey, roleUrl, untilAnswered, Vault, type CommonSettings } from '@countersign/kit';
import { rebuildFacts, type Fact, type RebuildResult } from '@countersign/metrics';

export type StorageSettings = Pick<CommonSettings, 'databaseUrl' | 'vaultDatabaseUrl' | 'databasePassword' | 'databasePoolMax' | 'masterKeyFile'>;

/** Longer than audit is behind metrics when both run. */
const waitMsDefault = 60_000;

/** Rebuilds the metrics from the audit log: needs Postgres and the master key, and no Kafka. */
export async function rebuildMetrics(settings: StorageSettings, { onProgress, waitMs = waitMsDefault }: { onProgress?(read: number): void; waitMs?: number } = {}): Promise<RebuildResult & { erased: number }> {
  await using stack = new AsyncDisposableStack();
  const small = { ...settings, databasePoolMax: 2 };
  const audit = stack.use(openDatabase('audit', small)).pool;
  const metrics = stack.use(openDatabase('metrics', small, untilAnswered)).pool;
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
