import { join } from 'node:path';
import { auditLogEnvironment } from './secrets.ts';

/** Where services of this home write what is in no database. `reset` clears what is named here. */
export function folderEnvironment(home: string): Record<string, string> {
  return { ...auditLogEnvironment(home), COUNTERSIGN_AUDIT_EXPORT_FOLDER: join(home, 'exports'), COUNTERSIGN_AUDIT_RETENTION_FOLDER: join(home, 'retention') };
}
