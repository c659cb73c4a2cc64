import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import snappy from 'snappyjs';

/** A request of at most a few MB that unpacks to more than this is an attack, not a batch. */
const unpackedBytesMax = 134_217_728;
const zstdPack = promisify(zstdCompress);
const zstdUnpack = promisify(zstdDecompress);
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const xerialHeaderBytes = 16;

type Encoded = { buffer: Buffer };

/**
 * Lets us read what producers of other languages compressed. kafkajs knows gzip only, and the plug-ins for the others
 * are dead native modules.
 */
export function installCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: Encoded) => zstdPack(buffer),
    decompress: (buffer: Buffer) => zstdUnpack(buffer, { maxOutputLength: unpackedBytesMax }),
  });
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: ({ buffer }: Encoded) => compressFrame(buffer),
    decompress: (buffer: Buffer) => decompressFrame(buffer),
  });
  CompressionCodecs[CompressionTypes.Snappy] = () => ({
    compress: ({ buffer }: Encoded) => Promise.resolve(Buffer.from(snappy.compress(buffer))),
    decompress: (buffer: Buffer) => Promise.resolve(unpackSnappy(buffer)),
  });
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
