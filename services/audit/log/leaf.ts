import type { CanonicalRecord } from '@countersign/evidence';

/** A row of `events` as `leafColumns` of the store selects it: instants in microseconds, digests in hex. */
export type LeafRow = {
  recordedAt: number; eventId: string; topic: string; partition: number; offset: number; record: string; occurredAt: number; publishedAt: number | null; system: string | null; decisionId: string | null;
  decisionType: string | null; actor: string | null; policyVersion: string | null; kind: string | null; reviewer: string | null; valueDigest: string | null; plainSha256: string | null; commitment: string | null;
};

/** What the log commits to of a row: all of it, and of its content a digest. */
export function canonicalRecordOf({ plainSha256, commitment, ...row }: LeafRow): CanonicalRecord {
  return { ...row, payload: plainSha256 !== null ? 'plain' : commitment !== null ? 'sealed' : 'erased', payloadSha256: plainSha256 ?? commitment };
}
