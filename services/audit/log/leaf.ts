import { encodeRecord, type CanonicalRecord } from '@countersign/evidence';
import { hashLeaf } from '@countersign/merkle';

/** What the log commits to of a row of `events`, as `leafColumns` of the store selects it. */
export function leafOfRow(row: CanonicalRecord): { leafHash: Buffer; entry: Buffer } {
  const entry = encodeRecord(row);
  return { leafHash: Buffer.from(hashLeaf(entry)), entry };
}
