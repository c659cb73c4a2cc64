import { encodeRecord, type CanonicalRecord } from '@countersign/evidence';
import { hashLeaf } from '@countersign/merkle';

/** What the log commits to of a row of `events`, as `leafColumns` of the store selects it. */
export function leafOfRow(row: CanonicalRecord): { leafHash: Buffer; entry: Buffer } {
  const entry = encodeRecord(row);
  return { leafHash: Buffer.from(hashLeaf(entry)), entry };
}

/** A row with its leaf, ready to get its place. */
export type PlaceableRow = { recordedAt: number; eventId: string; leafHash: Buffer; entry: Buffer };

export function placeable(row: CanonicalRecord): PlaceableRow {
  return { recordedAt: row.recordedAt, eventId: row.eventId, ...leafOfRow(row) };
}
