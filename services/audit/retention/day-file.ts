import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeRecord, encodeRecordLine } from '@countersign/evidence';
import { leafOfRow } from '../log/leaf.ts';
import type { ExportRow } from './store.ts';

export type DayFile = { records: number; firstIndex: number | null; lastIndex: number | null; sha256: Buffer; bytes: number };

/** A row is not what the log has a leaf of. What somebody changed must stay where it can be seen. */
export class ChangedRowError extends Error {
  override name = 'ChangedRowError';
}

/** `2026-02-03.jsonl`: a line a record, as in the records of a bundle. */
export function dayFileName(day: string): string {
  return `${day}.jsonl`;
}

/** Writes a day, whole or not at all: beside, synced, renamed, the folder synced. Each row is held against its leaf. */
export async function writeDayFile(folder: string, day: string, rows: AsyncIterable<ExportRow>): Promise<DayFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const target = join(folder, dayFileName(day));
  const part = `${target}.part`;
  await rm(part, { force: true });
  const hash = createHash('sha256');
  const file: DayFile = { records: 0, firstIndex: null, lastIndex: null, sha256: Buffer.alloc(0), bytes: 0 };
  {
    await using handle = await open(part, 'wx', 0o600);
    for await (const { logIndex, leafHash, payload, row } of rows) {
      if (!leafOfRow(row).leafHash.equals(leafHash)) throw new ChangedRowError(`Row ${row.eventId} of ${day} is not what the log has at ${logIndex}. Run countersign audit verify --database.`);
      const line = Buffer.from(`${String(encodeRecordLine({ index: logIndex, leaf: leafHash, record: encodeRecord(row), payload })).trimEnd()}\n`);
      hash.update(line);
      await handle.write(line);
      file.records += 1;
      file.bytes += line.length;
      file.firstIndex = Math.min(file.firstIndex ?? logIndex, logIndex);
      file.lastIndex = Math.max(file.lastIndex ?? logIndex, logIndex);
    }
    await handle.sync();
  }
  await rename(part, target);
  await using directory = await open(folder, 'r');
  await directory.sync();
  return { ...file, sha256: hash.digest() };
}
