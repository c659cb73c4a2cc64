export const bundleFormat = 'countersign-bundle/v1';

/**
 * What a bundle says of itself. Nothing in it is proof: trust comes from a key that the auditor has from elsewhere.
 * A `range` has every index from `first` to `last`; a `selection` some of them, each with an inclusion proof.
 */
export type Manifest = {
  format: typeof bundleFormat;
  kind: 'range' | 'selection';
  origin: string;
  /** Verifier keys, one string each. */
  logKeys: readonly string[];
  /** ISO 8601, UTC. */
  madeAt: string;
  madeBy: string;
  /** What was asked for, in whatever form the exporter has it. */
  filter: unknown;
  /** Index of the first record; of an empty log 0. */
  first: number;
  /** Index of the last record; of an empty log -1. */
  last: number;
  /** Of a range that does not begin with 0: base64 of the hashes of the perfect subtrees before `first`, from left to right. */
  frontier?: readonly string[];
  /** Of a range that ends before its newest checkpoint: base64 of the consistency proof from `last + 1` leaves to it. */
  closing?: readonly string[];
};

/** A published checkpoint, as its note, and the consistency proof from the one in the line before; empty in the first. */
export type BundledCheckpoint = { note: string; consistency: readonly Uint8Array[] };

/** One record of the log. */
export type BundledRecord = {
  index: number;
  /** Hash of the leaf as the tiles have it, 32 bytes. */
  leaf: Uint8Array;
  /** RFC 8785 bytes of the row as it is now (`encodeRecord`); null where there is no row any more. */
  record: Uint8Array | null;
  /** What `payloadSha256` is of: the payload in the clear, or the sealed bytes; null where there are none. */
  payload: Uint8Array | null;
  /** The content key (32 bytes), where the payload is sealed and its content is disclosed. */
  key?: Uint8Array | null;
  /** Of a selection: the inclusion proof in the newest checkpoint. */
  proof?: readonly Uint8Array[];
  /** Where the row is not what the log has: the canonical record of the entry bundle, so that a report can say what was changed. */
  logged?: Uint8Array;
  /** Of live tables: what the index of the log has, where it does not lead to the row that the leaf is of. */
  entry?: { eventId: string; leaf: Uint8Array; recordedAt: number };
};

/** Names of the files of a bundle; what comes in lines is cut into numbered files of at most `chunkBytes`. */
export const fileNames = { readme: 'README.txt', manifest: 'manifest.json', schemas: 'schemas.json', checkpoints: 'checkpoints/', records: 'records/', end: 'end.json' } as const;
export const chunkBytes = 4 * 1024 * 1024;

/** The path of the n-th file of lines, from 0: `records/000000.jsonl`. */
export function chunkName(prefix: string, number: number): string {
  return `${prefix}${String(number).padStart(6, '0')}.jsonl`;
}

/** The bundle is not one, or breaks its format: the message says how. */
export class BundleError extends Error {
  override name = 'BundleError';
}
