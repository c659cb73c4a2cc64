import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { decompressFrame } from 'lz4-napi';
import snappy from 'snappyjs';

/** A request of at most a few MB that unpacks to more than this is an attack, not a batch. */
const unpackedBytesMax = 67_108_864;
const gunzipped = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);
const zstdUnpacked = promisify(zstdDecompress);
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const xerialHeaderBytes = 16;

type Unpacker = (packed: Buffer) => Buffer | Promise<Buffer>;

/**
 * By the number of the codec in a batch. The client knows gzip only, without a limit, and the plug-ins for the others are dead
 * native modules; it is not asked, since record sets are decoded here (`record-set.ts`).
 */
const unpackers: Readonly<Record<number, Unpacker>> = {
  1: (packed) => gunzipped(packed, { maxOutputLength: unpackedBytesMax }),
  2: unpackSnappy,
  3: async (packed) => {
    if (lz4UnpacksTo(packed) > unpackedBytesMax) throw new RangeError(`An lz4 frame unpacks to more than ${unpackedBytesMax} bytes.`);
    return await decompressFrame(packed);
  },
  4: (packed) => zstdUnpacked(packed, { maxOutputLength: unpackedBytesMax }),
};

/** Unpacks the records of a batch by the number of its codec. Rejects where they are damaged, or would fill the memory. */
export async function unpack(codec: number, packed: Buffer): Promise<Buffer> {
  const unpacker = unpackers[codec];
  if (unpacker === undefined) throw new RangeError(`codec ${codec} is not known`);
  return await unpacker(packed);
}

const lz4BlockBytesMax = [0, 0, 0, 0, 65_536, 262_144, 1_048_576, 4_194_304] as const;
/** A length byte of 255 is the most that one byte of a block can stand for. */
const lz4RatioMax = 255;

/** At most this, by the heads of its blocks (LZ4 frame format 1.6): the decoder itself knows no limit. */
function lz4UnpacksTo(buffer: Buffer): number {
  const flags = buffer.readUInt8(4);
  const blockBytesMax = lz4BlockBytesMax[(buffer.readUInt8(5) >> 4) & 7] ?? 0;
  const checksumBytes = (flags & 0x10) === 0 ? 0 : 4;
  let at = 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4);
  let unpacked = 0;
  while (at + 4 <= buffer.length) {
    const head = buffer.readUInt32LE(at);
    if (head === 0) break;
    const bytes = head & 0x7fff_ffff;
    unpacked += head === bytes ? Math.min(blockBytesMax, bytes * lz4RatioMax) : bytes;
    at += 4 + bytes + checksumBytes;
  }
  return unpacked;
}

/** Java writes snappy in xerial's chunks (a header, then length and chunk again and again), librdkafka writes it bare. */
export function unpackSnappy(buffer: Buffer): Buffer {
  if (!buffer.subarray(0, xerialMagic.length).equals(xerialMagic)) return Buffer.from(snappy.uncompress(buffer, unpackedBytesMax));
  const chunks: Buffer[] = [];
  let unpacked = 0;
  for (let at = xerialHeaderBytes; at < buffer.length; ) {
    const bytes = buffer.readUInt32BE(at);
    const chunk = Buffer.from(snappy.uncompress(buffer.subarray(at + 4, at + 4 + bytes), unpackedBytesMax - unpacked));
    unpacked += chunk.length;
    chunks.push(chunk);
    at += 4 + bytes;
  }
  return Buffer.concat(chunks);
}
