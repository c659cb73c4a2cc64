import { join } from 'node:path';
import type { Pool } from 'pg';
import type { AuditRecord } from '../records.ts';
import { microsecondsOf, type EventFilter } from '../searches/filter.ts';
import { readInstants } from '../store.ts';
import { BoundedFile, type Budget } from './bounded-file.ts';
import { writeBundleFile } from './bundle.ts';
import { writeCaseFile } from './case-file/write.ts';
import { csvHeader, csvLine } from './csv.ts';
import { caseFileName, type ExportFile, type ExportFormat, type ExportJob } from './job.ts';
import type { MakeDeps } from './make-deps.ts';
import { writeParquet } from './parquet.ts';
import { exportedRecords } from './stream.ts';

export type Progress = { records: number; bytes: number };

/** What a file is called and told as; of the formats, those that others contain come first. */
const files: { readonly [F in ExportFormat]: { name: string; mediaType: string } } = {
  pdf: { name: caseFileName, mediaType: 'application/pdf' },
  csv: { name: 'records.csv', mediaType: 'text/csv; charset=utf-8; header=present' },
  parquet: { name: 'records.parquet', mediaType: 'application/vnd.apache.parquet' },
  bundle: { name: 'bundle.tar', mediaType: 'application/x-tar' },
};
const progressEvery = 1000;

/**
 * Makes every file of an export in `folder`, one after another, each from the records that had settled when the first began. Memory
 * does not grow with what is exported. Rejects with `ExportFailedError` where there is a reason to give.
 */
export async function makeExport(deps: MakeDeps, job: ExportJob, folder: string, budget: Budget, onProgress: (progress: Progress) => void): Promise<ExportFile[]> {
  const filter = await settledFilter(deps.pool, job.filter);
  const made: ExportFile[] = [];
  let bytes = 0;
  for (const format of (Object.keys(files) as ExportFormat[]).filter((each) => job.formats.includes(each))) {
    const { name, mediaType } = files[format];
    await using file = await BoundedFile.create(join(folder, name), budget);
    const records = await writers[format]({ deps, job, filter, file, made, folder, onRecords: (count) => onProgress({ records: count, bytes: bytes + file.bytes }) });
    made.push({ format, name, mediaType, records, ...(await file.finish()) });
    bytes += file.bytes;
  }
  return made;
}

type Writing = { deps: MakeDeps; job: ExportJob; filter: EventFilter; file: BoundedFile; made: readonly ExportFile[]; folder: string; onRecords(count: number): void };

const writers: { readonly [F in ExportFormat]: (writing: Writing) => Promise<number> } = {
  pdf: async ({ deps, job, file }) => await writeCaseFile(deps, job, file),
  csv: async (writing) => {
    await writing.file.write(csvHeader);
    let count = 0;
    for await (const record of recordsOf(writing)) {
      count += 1;
      await writing.file.write(csvLine(record));
    }
    return count;
  },
  parquet: async (writing) => await writeParquet(writing.file, recordsOf(writing)),
  bundle: async ({ deps, job, filter, file, made, folder, onRecords }) => await writeBundleFile(deps, { job, filter, file, others: made, directory: folder, onRecords }),
};

async function* recordsOf({ deps, job, filter, onRecords }: Writing): AsyncGenerator<AuditRecord> {
  let count = 0;
  for await (const record of exportedRecords(deps.pool, deps.vault, filter, job.disclose)) {
    count += 1;
    if (count % progressEvery === 0) onRecords(count);
    yield record;
  }
  onRecords(count);
}

/** No event may still appear among those that are exported; and a log that grows faster than it is read would never end. */
async function settledFilter(pool: Pool, filter: EventFilter): Promise<EventFilter> {
  const { settled } = await readInstants(pool);
  return { ...filter, to: filter.to !== undefined && microsecondsOf(filter.to) < microsecondsOf(settled) ? filter.to : settled };
}
