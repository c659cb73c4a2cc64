import { isSize } from '../tree/subtree.ts';

/** A timestamp in seconds since 1970 and the Ed25519 signature it comes with (tlog-cosignature, "Format"). */
export type TimestampedSignature = { timestampS: number; signature: Uint8Array };

/** The first line of what is signed: no note signature is ever over a text that starts so. */
export const cosignatureHeader = 'cosignature/v1';
const timestampBytes = 8;
const signatureBytes = 64;

/** The message that a witness signs (tlog-cosignature, "Ed25519 signed message"). */
export function cosignedMessage(text: string, timestampS: number): Uint8Array {
  return Buffer.from(`${cosignatureHeader}\ntime ${timestampS}\n${text}`);
}

/** A uint64 in seconds, big-endian, then the 64 bytes of the signature. Throws a `RangeError` for other than 0 to 2^53 - 1 seconds. */
export function encodeTimestamped({ timestampS, signature }: TimestampedSignature): Uint8Array {
  if (!isSize(timestampS)) throw new RangeError(`A timestamp is a whole number of seconds, not ${timestampS}.`);
  const timestamp = Buffer.alloc(timestampBytes);
  timestamp.writeBigUInt64BE(BigInt(timestampS));
  return Buffer.concat([timestamp, signature]);
}

/** Null for another length, and for a time past 2^53 - 1 seconds: the standard allows 2^63 - 1, but no clock will be there. */
export function decodeTimestamped(bytes: Uint8Array): TimestampedSignature | null {
  if (bytes.length !== timestampBytes + signatureBytes) return null;
  const timestampS = Number(Buffer.from(bytes.subarray(0, timestampBytes)).readBigUInt64BE());
  return isSize(timestampS) ? { timestampS, signature: bytes.subarray(timestampBytes) } : null;
}
