import { inflateSync } from 'node:zlib';

/** A picture that can be drawn: `bytes` hold nothing beyond what that takes. */
export type Picture = { bytes: Buffer; width: number; height: number };

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** More would take more memory than the thread has. */
const pixelsMax = 16_000_000;
const bytesMax = 2_000_000;
const pngChunkTypes: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
/** Samples a pixel, by colour type. */
const samplesOf: ReadonlyMap<number, number> = new Map([[0, 1], [2, 3], [3, 1], [4, 2], [6, 4]]);

/**
 * What a case file can draw of a picture: a PNG that is whole, a JPEG by its head. `null` for everything else: what
 * draws pictures trusts them, and these come from outside.
 */
export function pictureOf(bytes: Buffer, mediaType: string): Picture | null {
  try {
    const picture = bytes.length > bytesMax ? null : mediaType === 'image/png' ? pngOf(bytes) : mediaType === 'image/jpeg' ? jpegOf(bytes) : null;
    return picture !== null && picture.width > 0 && picture.height > 0 && picture.width * picture.height <= pixelsMax ? picture : null;
  } catch {
    // Shorter than it says it is.
    return null;
  }
}

/** PNG (ISO/IEC 15948), not interlaced, whose data unpacks to exactly its rows, each with a filter that there is. */
function pngOf(bytes: Buffer): Picture | null {
  if (!bytes.subarray(0, 8).equals(pngSignature) || bytes.toString('latin1', 12, 16) !== 'IHDR') return null;
  const [width, height, depth, colourType, interlaced] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20), bytes.readUInt8(24), bytes.readUInt8(25), bytes.readUInt8(28)];
  const samples = samplesOf.get(colourType);
  if (samples === undefined || ![1, 2, 4, 8, 16].includes(depth) || interlaced !== 0 || width * height > pixelsMax) return null;
  const chunks = [...pngChunks(bytes)].filter(({ type }) => pngChunkTypes.has(type));
  const palette = chunks.find(({ type }) => type === 'PLTE')?.data.length ?? 0;
  if (colourType === 3 ? palette === 0 || palette % 3 !== 0 || depth > 8 : palette % 3 !== 0) return null;
  const rowBytes = 1 + Math.ceil((width * samples * depth) / 8);
  const rows = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)), { maxOutputLength: rowBytes * height });
  if (rows.length !== rowBytes * height) return null;
  for (let at = 0; at < rows.length; at += rowBytes) if ((rows[at] ?? 255) > 4) return null;
  return { bytes: Buffer.concat([pngSignature, ...chunks.map(({ whole }) => whole)]), width, height };
}

function* pngChunks(bytes: Buffer): Generator<{ type: string; data: Buffer; whole: Buffer }> {
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (at + 12 + length > bytes.length) throw new RangeError('A chunk is cut off.');
    yield { type, data: bytes.subarray(at + 8, at + 8 + length), whole: bytes.subarray(at, at + 12 + length) };
    if (type === 'IEND') return;
    at += 12 + length;
  }
}

/** The frame header (ITU T.81, B.2.2) of a JPEG that a reader of PDF decodes: baseline, extended or progressive, eight bits, one, three or four components. */
function jpegOf(bytes: Buffer): Picture | null {
  if (bytes.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; ;) {
    const marker = bytes.readUInt16BE(at);
    if (marker < 0xffc0 || marker === 0xffda) return null;
    if (marker >= 0xffc0 && marker <= 0xffc2) return bytes.readUInt8(at + 4) === 8 && [1, 3, 4].includes(bytes.readUInt8(at + 9)) ? { bytes, height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) } : null;
    at += 2 + bytes.readUInt16BE(at + 2);
  }
}
