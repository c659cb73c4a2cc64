import { Worker } from 'node:worker_threads';
import type { Pool } from 'pg';
import { derivedEventId } from '@countersign/contracts';
import { inTransaction, type ServiceContext } from '@countersign/kit';
import { filterText, microsecondsOf } from '../searches/filter.ts';
import type { ExportConfig } from './config.ts';
import { ExportFolder } from './folder.ts';
import { failureOf, type ExportFile, type ExportJob } from './job.ts';
import { expireJobs, failJob, finishJob, lockMade, readKept, renewLease, setReady, takeBackLost, takeJob, yieldJob } from './jobs-store.ts';
import type { WorkerMessage, WorkerTask } from './worker.ts';

const lookMs = 1000;
const leaseMs = 5000;
const sweepMs = 60_000;
/** Far above what any export of ordinary events needs: pages, a group of rows, one case. */
const heapMbMax = 256;

type RunnerDeps = { context: Pick<ServiceContext<'audit'>, 'settings' | 'log' | 'producer' | 'publisher'>; pool: Pool; config: ExportConfig & { folder: string; logFolder: string } };
type Ending = { files: readonly ExportFile[] } | { interrupted: { cause: string | null } } | { failed: { code: Parameters<typeof failureOf>[0]; detail: string; cause: string | null } } | { stopped: true };

/**
 * Makes exports one at a time, each in a worker. What it holds is a row with a lease: when the process ends, somebody else begins
 * anew, and the files of an attempt appear whole or not at all. They are given to nobody before they are on the log.
 */
export class ExportRunner implements AsyncDisposable {
  readonly folder: ExportFolder;
  readonly #deps: RunnerDeps;
  readonly #loop: Promise<void>;
  #wake: () => void = () => undefined;
  #stop: (() => void) | undefined;
  #stopping = false;
  #sweptAt = -Infinity;

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
    this.folder = new ExportFolder(deps.config.folder);
    this.#loop = this.#run();
  }

  /** There is something to do: look at once. */
  poke(): void {
    this.#wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    this.#stop?.();
    this.poke();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        if (await this.#step()) continue;
      } catch (error) {
        this.#deps.context.log.warn({ err: error }, 'exports cannot be looked after now; trying again');
      }
      if (!this.#stopping) await this.#sleep();
    }
  }

  async #sleep(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lookMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** True where there may be more to do. */
  async #step(): Promise<boolean> {
    const { pool } = this.#deps;
    await takeBackLost(pool, failureOf('interrupted', 'The process that made the export ended, or what it reads from went away, three times.'));
    await this.#tellMade();
    await expireJobs(pool);
    await this.#sweep();
    const job = this.#stopping ? null : await takeJob(pool);
    if (job === null) return false;
    await this.#make(job);
    return true;
  }

  /** What is made goes on the log, each file an event, and is ready then: in this order, so that nothing leaves that is not told of. Bytes repeat. */
  async #tellMade(): Promise<void> {
    const { pool, context: { producer, publisher } } = this.#deps;
    await inTransaction(pool, async (client) => {
      for (const { exportId, attempt, kind, filter, disclose, reason, requestedBy, finishedAt, files } of await lockMade(client)) {
        await producer.send(files.map(({ format, records, bytes, sha256 }) => publisher.record('governance.recorded', 'ExportMade', {
          eventId: derivedEventId('export', exportId, attempt, format), occurredAt: microsecondsOf(finishedAt ?? ''), system: null, decisionId: null, actor: requestedBy, policyVersion: null,
          format, filter: filterText(filter), records, exportId, kind, bytes, sha256, disclosed: disclose, reason,
        }, null)));
        await setReady(client, exportId);
      }
    });
  }

  async #sweep(): Promise<void> {
    if (performance.now() - this.#sweptAt < sweepMs) return;
    this.#sweptAt = performance.now();
    await this.folder.sweep(await readKept(this.#deps.pool, await this.folder.exportIds()));
  }

  async #make(job: ExportJob): Promise<void> {
    const { pool, config, context: { log } } = this.#deps;
    const ending = await this.#attempt(job);
    if ('files' in ending && (await finishJob(pool, job, ending.files, config.keepHours))) return await this.#tellMade();
    await this.folder.remove(job);
    if ('stopped' in ending) await yieldJob(pool, job);
    // Left to its lease, as if its process had ended: it is begun anew when that is over, and not for ever.
    if ('interrupted' in ending) log.warn({ exportId: job.exportId, cause: ending.interrupted.cause }, 'an export was interrupted: what it reads from went away');
    if ('failed' in ending) {
      log.warn({ exportId: job.exportId, code: ending.failed.code, cause: ending.failed.cause }, 'an export failed');
      await failJob(pool, job, failureOf(ending.failed.code, ending.failed.detail));
    }
  }

  /** The files have their place when it ends well. */
  async #attempt(job: ExportJob): Promise<Ending> {
    try {
      const ending = await this.#work(job);
      if ('files' in ending) await this.folder.finish(job);
      return ending;
    } catch (error) {
      const full = ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
      return { failed: { code: full ? 'disk-full' : 'internal', detail: full ? 'The disk of the export folder is full.' : 'Something broke on our side while the export was made.', cause: error instanceof Error ? (error.stack ?? error.message) : String(error) } };
    }
  }

  async #work(job: ExportJob): Promise<Ending> {
    const { pool, config, context: { settings } } = this.#deps;
    const { databaseUrl, vaultDatabaseUrl, databasePassword, masterKeyFile } = settings;
    const task: WorkerTask = { settings: { databaseUrl, vaultDatabaseUrl, databasePassword, masterKeyFile, logFolder: config.logFolder, fontFiles: config.fontFiles }, job, folder: await this.folder.begin(job), budget: { bytesLeft: config.bytesMax - (await this.folder.bytes()), reserveBytes: config.reserveBytes } };
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: task, resourceLimits: { maxOldGenerationSizeMb: heapMbMax } });
    let progress = { records: 0, bytes: 0 };
    const ending = Promise.withResolvers<Ending>();
    worker.on('message', (message: WorkerMessage) => {
      if ('progress' in message) progress = message.progress;
      else ending.resolve(message);
    });
    worker.on('error', (error: NodeJS.ErrnoException) => ending.resolve({ failed: error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? { code: 'memory', detail: `The export needs more than ${heapMbMax} MB of memory.`, cause: null } : { code: 'internal', detail: 'Something broke on our side while the export was made.', cause: error.stack ?? error.message } }));
    worker.on('exit', () => ending.resolve({ stopped: true }));
    this.#stop = () => ending.resolve({ stopped: true });
    if (this.#stopping) this.#stop();
    // Whoever removed it, or took it over, wants nothing of this attempt any more.
    const lease = setInterval(() => void renewLease(pool, job, progress.records, progress.bytes).then((held) => (held ? undefined : this.#stop?.()), () => undefined), leaseMs);
    try {
      return await ending.promise;
    } finally {
      clearInterval(lease);
      this.#stop = undefined;
      await worker.terminate();
    }
  }
}
