/** One export, in a thread of its own: what it costs is nobody's who waits for an answer, and its memory has a bound. */
import { parentPort, workerData } from 'node:worker_threads';
import { isOutage, openDatabase, openPool, readMasterKey, roleUrl, untilAnswered, Vault, type CommonSettings } from '@countersign/kit';
import { TileFolder } from '../log/tile-folder.ts';
import type { Budget } from './bounded-file.ts';
import { ExportFailedError, type ExportFailureCode, type ExportFile, type ExportJob } from './job.ts';
import { makeExport, type Progress } from './make.ts';

export type WorkerSettings = Pick<CommonSettings, 'databaseUrl' | 'vaultDatabaseUrl' | 'databasePassword' | 'masterKeyFile'> & { logFolder: string; fontFiles: readonly string[] };
export type WorkerTask = { settings: WorkerSettings; job: ExportJob; folder: string; budget: Budget };
/**
 * What a worker says: how far it is, and once how it ended; `interrupted` where what it reads from went away, which may be back for another attempt. `cause` is for
 * the log of the service alone.
 */
export type WorkerMessage = { progress: Progress } | { files: readonly ExportFile[] } | { interrupted: { cause: string | null } } | { failed: { code: ExportFailureCode; detail: string; cause: string | null } };

const { settings, job, folder, budget } = workerData as WorkerTask;
const tell = (message: WorkerMessage) => parentPort?.postMessage(message);

try {
  await using database = openDatabase('audit', { ...settings, databasePoolMax: 2 }, untilAnswered);
  await using vaultPool = openPool(roleUrl(settings.vaultDatabaseUrl, 'countersign_audit', settings.databasePassword), 'vault', 1);
  await using vault = new Vault(vaultPool.pool, readMasterKey(settings.masterKeyFile));
  tell({ files: await makeExport({ pool: database.pool, vault, folder: new TileFolder(settings.logFolder), fontFiles: settings.fontFiles }, job, folder, budget, (progress) => tell({ progress })) });
} catch (error) {
  const known = error instanceof ExportFailedError ? error : new ExportFailedError('internal', 'Something broke on our side while the export was made.', error);
  const cause = known.cause instanceof Error ? (known.cause.stack ?? known.cause.message) : null;
  tell(isOutage(error) ? { interrupted: { cause } } : { failed: { code: known.code, detail: known.message, cause } });
}
