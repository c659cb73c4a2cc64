const seed = 0x9747b28c;
const m = 0x5bd1e995;

/** murmur2 as Kafka's Java client computes it (org.apache.kafka.common.utils.Utils.murmur2), as an unsigned number. */
export function murmur2(data: Buffer): number {
  let h = (seed ^ data.length) | 0;
  let at = 0;
  for (; at + 4 <= data.length; at += 4) {
    let k = Math.imul(data.readInt32LE(at), m);
    k = Math.imul(k ^ (k >>> 24), m);
    h = Math.imul(h, m) ^ k;
  }
  const left = data.length - at;
  if (left === 3) h ^= (data[at + 2] ?? 0) << 16;
  if (left >= 2) h ^= (data[at + 1] ?? 0) << 8;
  if (left >= 1) h = Math.imul(h ^ (data[at] ?? 0), m);
  h = Math.imul(h ^ (h >>> 13), m);
  return (h ^ (h >>> 15)) >>> 0;
}

/** The partition that the Java default partitioner gives a key. */
export function partitionForKey(key: Buffer | string, partitionCount: number): number {
  const bytes = typeof key === 'string' ? Buffer.from(key) : key;
  return (murmur2(bytes) & 0x7fffffff) % partitionCount;
}
