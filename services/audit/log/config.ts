import { defineSettings, type ValuesOf } from '@countersign/kit';

/** What the Merkle log is kept with. Every instance of audit MUST see the same folder and the same anchor file. */
export const auditLogSettings = defineSettings('audit', {
  folder: { kind: 'text', env: 'COUNTERSIGN_AUDIT_LOG_FOLDER', describe: 'Folder of the tiles of the Merkle log; all instances of audit share it' },
  keyFile: { kind: 'text', env: 'COUNTERSIGN_AUDIT_LOG_KEY_FILE', describe: 'JSON file of the keys that sign checkpoints: `{"origin", "keys": [{"name", "privateKey"}]}`' },
  anchorFile: { kind: 'text', env: 'COUNTERSIGN_AUDIT_ANCHOR_FILE', describe: 'Append-only file of every checkpoint; keep it away from the database, best on a disk of its own that backups of the database never overwrite' },
  witnessKeysFile: { kind: 'text', env: 'COUNTERSIGN_AUDIT_WITNESS_KEYS_FILE', default: null, describe: 'File with the public keys of witnesses whose cosignatures are taken, one verifier key a line; without it none is' },
  checkpointIntervalMs: { kind: 'integer', env: 'COUNTERSIGN_AUDIT_CHECKPOINT_INTERVAL_MS', default: 1000, min: 100, max: 3_600_000, describe: 'Least time between two checkpoints while the log grows: what was recorded since the last one could still be changed unnoticed' },
});
export type AuditLogConfig = ValuesOf<typeof auditLogSettings>;
