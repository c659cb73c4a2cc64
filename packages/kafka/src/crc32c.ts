const polynomial = 0x82f63b78;
const slices = 8;

/** `tables[n][byte]` is the remainder of the byte followed by n zero bytes ("slicing by eight", Kounavis and Berry 2005). */
const tables = Array.from({ length: slices }, () => new Int32Array(256));
fillTables();

function fillTables(): void {
  const [first] = tables;
  if (first === undefined) return;
  for (let byte = 0; byte < 256; byte += 1) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit += 1) remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    first[byte] = remainder;
  }
  for (let slice = 1; slice < slices; slice += 1) {
    const table = tables[slice] ?? first;
    const before = tables[slice - 1] ?? first;
    for (let byte = 0; byte < 256; byte += 1) {
      const remainder = before[byte] ?? 0;
      table[byte] = (remainder >>> 8) ^ (first[remainder & 0xff] ?? 0);
    }
  }
}

/** CRC-32C (Castagnoli, RFC 3720 B.4) of `data` from `start` to `end`, as an unsigned number. */
export function crc32c(data: Buffer, start = 0, end = data.length): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
  let crc = -1;
  let at = start;
  for (; at + slices <= end; at += slices) {
    const low = crc ^ (data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24));
    crc = t7[low & 0xff]! ^ t6[(low >>> 8) & 0xff]! ^ t5[(low >>> 16) & 0xff]! ^ t4[low >>> 24]!
      ^ t3[data[at + 4]!]! ^ t2[data[at + 5]!]! ^ t1[data[at + 6]!]! ^ t0[data[at + 7]!]!;
  }
  for (; at < end; at += 1) crc = (crc >>> 8) ^ t0[(crc ^ data[at]!) & 0xff]!;
  return ~crc >>> 0;
}
