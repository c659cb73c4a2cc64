import type { PoolClient } from 'pg';
import type { CanonicalRecord } from '@countersign/evidence';
import { contradiction } from './comparison.ts';
import { PlaceableRows } from './leaf.ts';
import type { RecentRows } from './recent-rows.ts';
import type { AtStep } from './steps.ts';
import { hasBatches, insertEntries, moveSize, readBatches, readBatchRows, removeBatches, type Batch, type Entry } from './store.ts';

/** About as many rows as fit a second: a transaction is paid once for them, and memory stays small. */
export const sequencedRowsMax = 8192;

/**
 * Gives the batches that wait their places after the first `size` entries, in order of their numbers, in one transaction. MUST run on the
 * connection that holds the lock: when that is lost, nothing is written. Throws `RefusedLogError` where rows that were announced are not there.
 */
export async function sequenceSome(client: PoolClient, size: number, recent: RecentRows, at: AtStep): Promise<readonly PlaceableRows[]> {
  // Mostly there is nothing: that costs one statement, not a transaction.
  if (!(await hasBatches(client))) return [];
  await client.query('begin');
  try {
    await at('transaction-begun');
    const leaves = await sequence(client, size, recent, at);
    await client.query('commit');
    if (leaves.length > 0) await at('sequenced');
    return leaves;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function sequence(client: PoolClient, size: number, recent: RecentRows, at: AtStep): Promise<readonly PlaceableRows[]> {
  const batches = await readBatches(client, sequencedRowsMax);
  await at('batches-read');
  if (batches.length === 0) return [];
  const rows = await rowsOf(client, batches, recent);
  await at('rows-read');
  await insertEntries(client, entriesOf(rows, size));
  await at('entries-inserted');
  if (!(await removeBatches(client, batches))) throw new Error('Another sequencer took these batches.');
  await at('batches-removed');
  if (!(await moveSize(client, size, size + countOf(rows)))) throw new Error('Another sequencer moved the log.');
  await at('size-moved');
  return rows;
}

export function countOf(batches: readonly PlaceableRows[]): number {
  return batches.reduce((sum, { length }) => sum + length, 0);
}

/** One after the other, as they are written. */
function* entriesOf(batches: readonly PlaceableRows[], size: number): Generator<Entry> {
  let logIndex = size;
  for (const rows of batches) for (const { recordedAt, eventId, leafHash } of rows) yield { logIndex: logIndex++, recordedAt, eventId, leafHash };
}

/** In order; from memory where this process wrote them, else from the table. Throws `RefusedLogError` unless all that were announced are there. */
async function rowsOf(client: PoolClient, batches: readonly Batch[], recent: RecentRows): Promise<PlaceableRows[]> {
  const known = new Map(batches.map((each) => [each.batch, recent.take(each)]));
  const unknown = batches.filter(({ batch }) => known.get(batch) === undefined);
  const read = new Map<number, CanonicalRecord[]>(unknown.map(({ batch }) => [batch, []]));
  for (const { batch, ...row } of unknown.length === 0 ? [] : await readBatchRows(client, unknown)) read.get(batch)?.push(row);
  return batches.map(({ batch, rows: announced }) => {
    const rows = known.get(batch) ?? new PlaceableRows(read.get(batch) ?? []);
    if (rows.length !== announced) throw contradiction(`Batch ${batch} announced ${announced} rows, and ${rows.length} are there: they were changed before they were sequenced.`);
    return rows;
  });
}
