import { encodeRecord, recordText, type CanonicalRecord } from '@countersign/evidence';
import { hashBytes, hashLeaf } from '@countersign/merkle';

/** What the log commits to of a row of `events`, as `leafColumns` of the store selects it. */
export function leafOfRow(row: CanonicalRecord): { leafHash: Buffer; entry: Buffer } {
  const entry = encodeRecord(row);
  return { leafHash: Buffer.from(hashLeaf(entry)), entry };
}

/** A row with its leaf, ready to get its place. */
export type PlaceableRow = { recordedAt: number; eventId: string; leafHash: Buffer; entry: Buffer };

/**
 * Rows of one batch with their leaves, in the order in which they get their places. Packed: thousands of them wait for a moment, and the collector
 * would look at each part of each row again and again. What the iterator gives are views.
 */
export class PlaceableRows implements Iterable<PlaceableRow> {
  readonly #eventIds: readonly string[];
  readonly #recordedAt: readonly number[];
  readonly #hashes: Buffer;
  readonly #entries: Buffer;
  /** Where each entry ends. */
  readonly #ends: readonly number[];

  constructor(rows: readonly CanonicalRecord[]) {
    this.#eventIds = rows.map(({ eventId }) => eventId);
    this.#recordedAt = rows.map(({ recordedAt }) => recordedAt);
    this.#hashes = Buffer.allocUnsafeSlow(hashBytes * rows.length);
    const texts = rows.map(recordText);
    let end = 0;
    this.#ends = texts.map((text) => (end += Buffer.byteLength(text)));
    this.#entries = Buffer.allocUnsafeSlow(end);
    let start = 0;
    for (let index = 0; index < texts.length; index += 1) {
      const next = start + this.#entries.write(texts[index] ?? '', start);
      this.#hashes.set(hashLeaf(this.#entries.subarray(start, next)), index * hashBytes);
      start = next;
    }
  }

  /** When the first was recorded. */
  get from(): number {
    return this.#recordedAt[0] ?? NaN;
  }

  get length(): number {
    return this.#eventIds.length;
  }

  *[Symbol.iterator](): Generator<PlaceableRow> {
    let start = 0;
    for (let index = 0; index < this.#eventIds.length; index += 1) {
      const end = this.#ends[index] ?? 0;
      yield { recordedAt: this.#recordedAt[index] ?? 0, eventId: this.#eventIds[index] ?? '', leafHash: this.#hashes.subarray(index * hashBytes, (index + 1) * hashBytes), entry: this.#entries.subarray(start, end) };
      start = end;
    }
  }
}
