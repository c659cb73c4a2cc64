import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { frameBytes, readStored, type EventTypes } from '@countersign/contracts';
import { CountersignError } from '@countersign/kit';
import { auditRecordOf, openContent, type AuditRecord, type Opener } from '../records.ts';
import type { Cursor } from '../searches/filter.ts';
import { readEvents, type StoredEvent } from '../store.ts';

/** Chunks are half a megabyte at the most: what is in memory of them is a few at a time. */
const pageChunks = 4;
/** The most that one piece of content may weigh here; what reviewers are sent stays far below. */
const contentBytesMax = 64 * 1024 * 1024;

/** A chunk of something that was shown; `null` once it was erased. */
export type Chunk = { stored: StoredEvent; value: EventTypes['ContentRecorded'] | null };

/** The chunks of a decision in order of recording, a few at a time. */
export async function* chunksOf(pool: Pool, vault: Opener, system: string, decisionId: string): AsyncGenerator<Chunk> {
  let cursor: Cursor | null = null;
  for (;;) {
    const page: StoredEvent[] = await readEvents(pool, { system, decisionId, record: ['ContentRecorded'] }, cursor, pageChunks);
    for (const stored of page) {
      const bytes = await openContent(stored, vault);
      yield { stored, value: bytes === null ? null : readStored('ContentRecorded', bytes.subarray(frameBytes)) };
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageChunks) return;
    cursor = { recordedAt: last.recordedAt, eventId: last.eventId };
  }
}

/** A chunk as the timeline has it: everything but the bytes. */
export async function recordOfChunk({ stored, value }: Chunk, vault: Opener): Promise<AuditRecord> {
  const bare = await auditRecordOf({ ...stored, sealed: null, payload: null }, vault);
  return value === null ? bare : { ...bare, event: { ...value, bytes: null, byteCount: value.bytes.length }, erased: false };
}

/** One piece of content, as far as its chunks are on record. */
export type Content = { contentId: string; digest: string; kind: string; mediaType: string; chunkCount: number; chunks: Set<number>; bytes: number };

/** Adds a chunk to what is known; one that came twice counts once. */
export function addChunk(contents: Map<string, Content>, { contentId, digest, kind, mediaType, chunkCount, chunkIndex, bytes }: EventTypes['ContentRecorded']): void {
  const content = contents.get(contentId) ?? { contentId, digest, kind, mediaType, chunkCount, chunks: new Set<number>(), bytes: 0 };
  if (!content.chunks.has(chunkIndex)) content.bytes += bytes.length;
  content.chunks.add(chunkIndex);
  contents.set(contentId, content);
}

export function isWhole({ chunks, chunkCount }: Content): boolean {
  return chunks.size === chunkCount;
}

/**
 * What was shown, byte for byte, put together from its chunks and held against its digest. Throws `not-found` where this decision
 * has none of that digest or not all of it yet, `erased` once its key is gone, `evidence-mismatch` where the bytes are others.
 */
export async function readShown(pool: Pool, vault: Opener, { system, decisionId, digest }: { system: string; decisionId: string; digest: string }): Promise<{ mediaType: string; bytes: Buffer }> {
  const parts = new Map<string, { mediaType: string; chunkCount: number; chunks: Buffer[]; bytes: number }>();
  let erased = false;
  for await (const { value } of chunksOf(pool, vault, system, decisionId)) {
    if (value === null) erased = true;
    if (value?.digest !== digest) continue;
    const content = parts.get(value.contentId) ?? { mediaType: value.mediaType, chunkCount: value.chunkCount, chunks: [], bytes: 0 };
    content.chunks[value.chunkIndex] ??= value.bytes;
    content.bytes += value.bytes.length;
    if (content.bytes > contentBytesMax) throw new CountersignError('too-large', `What was shown weighs more than ${contentBytesMax} bytes: take the case as an export.`);
    parts.set(value.contentId, content);
  }
  if (erased) throw new CountersignError('erased', `What was shown of decision ${decisionId} of ${system} was erased.`);
  const whole = [...parts.values()].find(({ chunks, chunkCount }) => chunks.filter(Buffer.isBuffer).length === chunkCount);
  if (whole === undefined) throw new CountersignError('not-found', parts.size === 0 ? `Nothing with this digest was shown of decision ${decisionId} of ${system}.` : 'Not all of it is on record yet.');
  const bytes = Buffer.concat(whole.chunks);
  if (createHash('sha256').update(bytes).digest('hex') !== digest) throw new CountersignError('evidence-mismatch', `What is kept of decision ${decisionId} of ${system} is not what was shown: its bytes do not have the digest ${digest}.`);
  return { mediaType: whole.mediaType, bytes };
}
