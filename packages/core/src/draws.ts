import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** What a draw is for; each purpose gives an independent number. */
export type DrawPurpose = 'form' | 'spot-check' | 're-review' | 'scheduled-audit' | 'calibration' | 'exercise' | 'exercise-second';

export type SamplingKey = {
  version: string;
  key: Buffer;
  /** Microseconds since the epoch; valid from here until the next key starts. */
  validFrom: number;
};

/**
 * HMAC-SHA256 of purpose, system and decision id under the sampling key, read as a uniform number in [0, 1) of 53
 * bits. Parts are length-prefixed, so that no two different triples share an input.
 */
export function uniformDraw(key: Buffer, purpose: DrawPurpose, system: string, decisionId: string): number {
  const mac = createHmac('sha256', secretOf(key));
  for (const part of [purpose, system, decisionId]) mac.update(`${Buffer.byteLength(part)}:${part}`);
  const digest = mac.digest();
  return (digest.readUInt32BE(0) * 2 ** 21 + (digest.readUInt32BE(4) >>> 11)) / 2 ** 53;
}

const secrets = new WeakMap<Buffer, KeyObject>();

/** Preparing a key costs more than a draw: it is done once a key. */
function secretOf(key: Buffer): KeyObject {
  const known = secrets.get(key) ?? createSecretKey(key);
  secrets.set(key, known);
  return known;
}

/** What may be published about a key before it is used: hex SHA-256 (the key has 256 random bits, so it stays hidden). */
export function keyCommitment(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The key whose validity contains `instant` (microseconds); `undefined` before the first one. Keys sorted by start. */
export function keyAt(keys: readonly SamplingKey[], instant: number): SamplingKey | undefined {
  return keys.findLast((key) => key.validFrom <= instant);
}

/** Where a draw gets its key from: the one valid at an instant (microseconds). Throws where that cannot be known. */
export type SamplingKeySource = { at(instant: number): SamplingKey };

/** A key starts at least this long after services learn of it, so that nobody can choose one to fit decisions that are there already. */
export const samplingKeyLeadMs = 10 * 60_000;

/** What samples are drawn and reported by. */
export function stratumOf(system: string, decisionType: string, tier: string): string {
  return `${system}/${decisionType}/${tier}`;
}
