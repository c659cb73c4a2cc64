import type { Pool } from 'pg';
import { createCountGauge } from '@countersign/kit';
import type { AuditLog } from './audit-log.ts';
import { newestCheckpoint, readUnprotected } from './store.ts';

const gauges = {
  unprotectedRows: createCountGauge('countersign_audit_unprotected_rows', 'Rows that no anchored checkpoint covers: they could still be changed unnoticed'),
  unprotectedSeconds: createCountGauge('countersign_audit_unprotected_seconds', 'Age of the oldest row that no anchored checkpoint covers; 0 where there is none'),
  checkpointSize: createCountGauge('countersign_audit_checkpoint_size', 'Records under the newest checkpoint'),
  leader: createCountGauge('countersign_audit_sequencer_leader', 'Whether this instance keeps the Merkle log: 1 or 0'),
  refused: createCountGauge('countersign_audit_log_refused', 'Whether the Merkle log contradicts what was published, so that nothing is signed: 1 or 0'),
};

/** Makes the log visible until the returned function is called. */
export function exposeLog(pool: Pool, log: AuditLog): () => void {
  const hide = [
    gauges.unprotectedRows(async () => (await readUnprotected(pool)).rows),
    gauges.unprotectedSeconds(async () => (await readUnprotected(pool)).seconds),
    gauges.checkpointSize(async () => (await newestCheckpoint(pool))?.size ?? 0),
    gauges.leader(() => Promise.resolve(Number(log.leading))),
    gauges.refused(() => Promise.resolve(Number(log.refused))),
  ];
  return () => hide.forEach((each) => each());
}
