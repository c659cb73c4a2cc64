/** Limits of a proposal; the whole, encoded, has at most `encodedBytesMax`. */
export const decisionLimits = {
  encodedBytesMax: 256 * 1024,
  decisionIdCharsMax: 128,
  nameCharsMax: 200,
  textCharsMax: 64 * 1024,
  partsMax: 64,
  factorsMax: 500,
  alternativesMax: 100,
  sourcesMax: 100,
  attributesMax: 200,
  /** How far in the future `proposedAt` may be, for clocks that run ahead. */
  clockAheadMsMax: 5 * 60_000,
  /** How old a proposal may be. */
  ageMsMax: 366 * 86_400_000,
  /** Tolerance of probability sums. */
  probabilitySlack: 1e-6,
} as const;

export const refusalCodes = [
  'undecodable', 'too-large', 'text-invalid', 'text-too-long', 'field-empty', 'too-many', 'number-out-of-range', 'probability-sum',
  'clock-ahead', 'too-old', 'media-type-invalid', 'content-missing', 'content-ambiguous', 'uri-invalid', 'uri-not-allowed',
  'digest-invalid', 'duplicate-label', 'system-not-allowed', 'conflict', 'erased',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** Why a proposal is refused: a stable code, where, and one sentence. */
export type Refusal = { code: RefusalCode; field: string; message: string };
