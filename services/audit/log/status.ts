import type { Pool } from 'pg';
import type { VerifierKey } from '@countersign/merkle';
import { isoOf, isoOrNull } from '../instants.ts';
import type { AuditLog } from './audit-log.ts';
import { newestCheckpoint, newestCosignatures, readKeys, readState, readUnprotected } from './store.ts';

/** How far the log is, and what protects it. */
export async function statusOf(pool: Pool, log: AuditLog, witnesses: readonly VerifierKey[]) {
  const [{ size, anchoredSize }, newest, unprotected, keys, cosignatures] = await Promise.all([readState(pool), newestCheckpoint(pool), readUnprotected(pool), readKeys(pool), newestCosignatures(pool)]);
  return {
    origin: keys[0]?.origin ?? null, size, checkpointSize: newest?.size ?? 0, checkpointAt: isoOrNull(newest?.signedAt), anchoredSize,
    unprotectedRows: unprotected.rows, unprotectedSeconds: unprotected.seconds, leading: log.leading, problems: log.reasons(),
    keys: keys.map(({ verifierKey, addedAt, retiredAt }) => ({ verifierKey, addedAt: isoOf(addedAt), retiredAt: isoOrNull(retiredAt) })),
    witnesses: witnesses.map(({ name, keyId }) => {
      const last = cosignatures.find((each) => each.keyName === name && each.keyId === keyId);
      return { name, size: last?.size ?? null, signedAt: last === undefined ? null : new Date(last.signedAtS * 1000).toISOString() };
    }),
  };
}
