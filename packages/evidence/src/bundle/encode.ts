import { encodeBase64 } from '@countersign/merkle';
import type { BundledCheckpoint, BundledRecord } from './format.ts';

export function encodeCheckpointLine({ note, consistency }: BundledCheckpoint): string {
  return JSON.stringify({ checkpoint: note, consistency: consistency.map(encodeBase64) });
}

/** One line, itself RFC 8785: the canonical record stands in it as it is. */
export function encodeRecordLine({ entry, index, key, leaf, logged, payload, proof, record }: BundledRecord): string {
  const parts = entry === undefined ? [] : [`"entry":${JSON.stringify({ eventId: entry.eventId, leaf: encodeBase64(entry.leaf), recordedAt: entry.recordedAt })}`];
  parts.push(`"index":${index}`);
  if (key != null) parts.push(`"key":"${encodeBase64(key)}"`);
  parts.push(`"leaf":"${encodeBase64(leaf)}"`);
  if (logged !== undefined) parts.push(`"logged":${textOf(logged)}`);
  parts.push(`"payload":${payload === null ? 'null' : `"${encodeBase64(payload)}"`}`);
  if (proof !== undefined) parts.push(`"proof":${JSON.stringify(proof.map(encodeBase64))}`);
  parts.push(`"record":${record === null ? 'null' : textOf(record)}`);
  return `{${parts.join(',')}}`;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
