import { sql, type Transaction } from 'kysely';
import type { OutgoingRecord } from '@countersign/kafka';
import { requirePublishable } from '@countersign/kit';
import type { RiskTables } from './tables.ts';

/** The outbox of a transaction that Kysely runs; the table and its ranges are kit's. */
export async function enqueueInKysely(tx: Transaction<RiskTables>, records: readonly OutgoingRecord[]): Promise<void> {
  requirePublishable(records);
  for (const { topic, key, value, headers } of records) {
    // Policy events are few and their order matters across keys: they share one range.
    await sql`insert into outbox (key_range, topic, record_key, value, headers) values (0, ${topic}, ${key?.toString() ?? null}, ${value}, ${JSON.stringify(headers ?? {})})`.execute(tx);
  }
}
