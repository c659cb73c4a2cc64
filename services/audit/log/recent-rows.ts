import type { PlaceableRows } from './leaf.ts';

const rowsMax = 16_384;

/**
 * What this process wrote lately, by the number of its batch, so that the one who sequences need not read it back. A number may be
 * given twice: Postgres takes it up again after a crash where the transaction that had it was not on disk. With its instant, a batch that can be seen is the one that is here. What is not here any more, or was written by another instance, is read. About 16,000 rows, some 14 MB.
 */
export class RecentRows {
  readonly #batches = new Map<number, PlaceableRows>();
  #count = 0;

  /** Before or after the transaction commits: one that does not is never asked for, and makes room in time. */
  put(batch: number, rows: PlaceableRows): void {
    this.#batches.set(batch, rows);
    this.#count += rows.length;
    for (const [oldest, { length }] of this.#batches) {
      if (this.#count <= rowsMax) return;
      this.#batches.delete(oldest);
      this.#count -= length;
    }
  }

  /** Once. `from`: when the first of its rows was recorded. */
  take({ batch, from }: { batch: number; from: number }): PlaceableRows | undefined {
    const rows = this.#batches.get(batch);
    if (rows !== undefined) this.#count -= rows.length;
    this.#batches.delete(batch);
    return rows?.from === from ? rows : undefined;
  }
}
