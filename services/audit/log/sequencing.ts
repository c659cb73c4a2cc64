import type { PoolClient } from 'pg';
import { contradiction } from './comparison.ts';
import { leafOfRow } from './leaf.ts';
import type { AtStep } from './steps.ts';
import { hasBatches, insertEntries, moveSize, readBatches, readBatchRows, removeBatches, type Batch } from './store.ts';
import type { Leaf } from './tree-writer.ts';

/** About as many rows as fit a second: a transaction is paid once for them, and memory stays small. */
export const sequencedRowsMax = 8192;

/**
 * Gives the batches that wait their places after the first `size` entries, in order of their numbers, in one transaction. MUST run on the
 * connection that holds the lock: when that is lost, nothing is written. Throws `RefusedLogError` where rows that were announced are not there.
 */
export async function sequenceSome(client: PoolClient, size: number, at: AtStep): Promise<Leaf[]> {
  // Mostly there is nothing: that costs one statement, not a transaction.
  if (!(await hasBatches(client))) return [];
  await client.query('begin');
  try {
    await at('transaction-begun');
    const leaves = await sequence(client, size, at);
    await client.query('commit');
    if (leaves.length > 0) await at('sequenced');
    return leaves;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function sequence(client: PoolClient, size: number, at: AtStep): Promise<Leaf[]> {
  const batches = await readBatches(client, sequencedRowsMax);
  await at('batches-read');
  if (batches.length === 0) return [];
  const rows = await readBatchRows(client, batches);
  await at('rows-read');
  requireWhole(batches, rows);
  const leaves = rows.map(leafOfRow);
  await insertEntries(client, rows.map(({ recordedAt, eventId }, index) => ({ logIndex: size + index, recordedAt, eventId, leafHash: leaves[index]?.leafHash ?? Buffer.alloc(0) })));
  await at('entries-inserted');
  if (!(await removeBatches(client, batches))) throw new Error('Another sequencer took these batches.');
  await at('batches-removed');
  if (!(await moveSize(client, size, size + rows.length))) throw new Error('Another sequencer moved the log.');
  await at('size-moved');
  return leaves;
}

function requireWhole(batches: readonly Batch[], rows: ReadonlyArray<{ batch: number }>): void {
  const found = new Map<number, number>();
  for (const { batch } of rows) found.set(batch, (found.get(batch) ?? 0) + 1);
  for (const { batch, rows: announced } of batches) {
    if (found.get(batch) !== announced) throw contradiction(`Batch ${batch} announced ${announced} rows, and ${found.get(batch) ?? 0} are there: they were changed before they were sequenced.`);
  }
}
