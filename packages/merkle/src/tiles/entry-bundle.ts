import { malformed, type Outcome } from '../outcome.ts';
import { tileWidth } from './tile.ts';

/** What a big-endian uint16 can say: no entry is longer. */
export const entryBytesMax = 65_535;
const prefixBytes = 2;

/**
 * Entries as a log serves them (tlog-tiles, "Log entries"): each with its length before it, as a big-endian uint16. 1 to 256
 * entries of 0 to 65,535 bytes; more throws a `RangeError`. An entry is never cut or packed differently: a reader that knows
 * only the standard could not recompute its leaf hash. So an entry commits to a long record by a digest, and is small.
 */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length < 1 || entries.length > tileWidth) throw new RangeError(`A bundle has 1 to ${tileWidth} entries, not ${entries.length}.`);
  const bundle = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + prefixBytes + requireShort(entry).length, 0));
  let at = 0;
  for (const entry of entries) {
    at = bundle.writeUInt16BE(entry.length, at);
    bundle.set(entry, at);
    at += entry.length;
  }
  return bundle;
}

/**
 * The first `width` entries (1 to 256) of a bundle's bytes. Refuses a bundle with fewer, one that ends in the middle of an
 * entry, and one with more than 256; a wider bundle than asked for is cut, as a tile is.
 */
export function decodeBundle(bytes: Uint8Array, width: number): Outcome<Uint8Array[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + prefixBytes > bytes.length) return malformed(`The bundle ends within the length of entry ${entries.length}.`);
    const end = at + prefixBytes + view.getUint16(at);
    if (end > bytes.length) return malformed(`The bundle ends within entry ${entries.length}.`);
    if (entries.length === tileWidth) return malformed(`The bundle has more than ${tileWidth} entries.`);
    entries.push(bytes.subarray(at + prefixBytes, end));
    at = end;
  }
  if (entries.length < width) return malformed(`The bundle has ${entries.length} entries; ${width} were expected.`);
  return { ok: true, value: entries.slice(0, width) };
}

function requireShort(entry: Uint8Array): Uint8Array {
  if (entry.length > entryBytesMax) throw new RangeError(`An entry has at most ${entryBytesMax} bytes, not ${entry.length}: commit to its digest.`);
  return entry;
}
