import type { PoolClient } from 'pg';
import { derivedEventId, topology } from '@countersign/contracts';
import { sha256Hex, type ContentOwner, type KeyPlace, type Sealable, type ServiceContext, type Vault } from '@countersign/kit';
import { ownerOf, type AuditedBatch, type AuditedRecord } from './audited.ts';
import { noteErasures } from './erasure/acknowledgements.ts';
import { announceArrivals, type Arrival } from './erasure/arrivals.ts';
import type { RecentRows } from './log/recent-rows.ts';
import { searchableText } from './searchable.ts';
import { factOf } from './searches/facts.ts';
import { appendEvents, recordConflicts, type LogRow } from './store.ts';

/** A row, and what of it is to be sealed. */
type Draft = { row: LogRow; content: Sealable | null };

/** Writes a batch to the log, each event once, whatever was delivered twice. */
export async function handleEvents(deps: { context: ServiceContext<'audit'>; vault: Vault; recent?: RecentRows }, client: PoolClient, batch: AuditedBatch): Promise<void> {
  const drafts = new Map<string, Draft>();
  const repeats: LogRow[] = [];
  for (const received of batch.events) {
    const draft = draftOf(received);
    if (drafts.has(draft.row.eventId)) repeats.push(draft.row);
    else drafts.set(draft.row.eventId, draft);
  }
  const fresh = [...drafts.values()];
  await sealContents(deps.vault, fresh);
  await announceArrivals(deps, client, fresh.flatMap(lateOf));
  await noteErasures(deps.vault, client, batch.events.map(({ event }) => event));
  const rows = fresh.map(({ row }) => row);
  const known = await appendEvents(client, rows, deps.recent);
  const suspects = [...repeats, ...rows.filter(({ eventId }) => known.has(eventId))];
  if (suspects.length > 0) {
    const conflicts = await recordConflicts(client, suspects);
    if (conflicts > 0) deps.context.log.error({ conflicts }, 'an event id came again with other bytes; both are on record');
  }
}

/**
 * Content is sealed under its decision's key: events of a decision arrive in any order, also before its subject is known. What comes
 * after its erasure is on record as an event without content, and without a digest of any.
 */
async function sealContents(vault: Vault, drafts: readonly Draft[]): Promise<void> {
  const rows: LogRow[] = [];
  const contents: Sealable[] = [];
  for (const { row, content } of drafts) {
    if (content === null) continue;
    rows.push(row);
    contents.push(content);
  }
  const results = await vault.seal(contents);
  rows.forEach((row, index) => {
    const result = results[index] ?? null;
    row.payloadKind = result === null ? 'erased' : 'sealed';
    row.sealed = result?.bytes ?? null;
    row.commitment = result?.commitment ?? null;
    row.valueDigest = result?.valueDigest ?? null;
  });
}

/**
 * A decision whose subject was erased before anybody kept anything of it. A proposal, too: with its key gone, it must not go on once it is
 * accepted, and of one that is refused the content is gone as well.
 */
function lateOf({ row, content }: Draft): Arrival[] {
  if ((row.record !== 'DecisionProposed' && row.record !== 'DecisionAccepted') || row.payloadKind !== 'erased' || content === null) return [];
  const { system, decisionId, subjectKind, subjectId, acceptedAt, publishedAt } = content.owner;
  return typeof subjectKind === 'string' && typeof subjectId === 'string' ? [{ system, decisionId, subjectKind, subjectId, datedAt: acceptedAt ?? publishedAt ?? 0 }] : [];
}

function draftOf(received: AuditedRecord): Draft {
  const { topic, record, event } = received;
  const value = event.value as unknown as Record<string, unknown>;
  const bytes = record.value ?? Buffer.alloc(0);
  const textOf = (name: string) => searchableText(value[name]);
  const system = textOf('system');
  const decisionId = textOf('decisionId');
  const hasContent = topology[topic].content;
  const payload = payloadOf(value, bytes);
  const publishedAt = record.timestampMs * 1000;
  const row: LogRow = {
    recordedAtUs: 0, batch: 0,
    eventId: textOf('eventId') ?? derivedEventId('proposed', record.topic, record.partition, record.offset.toString()),
    topic, partition: record.partition, offset: Number(record.offset), record: event.record,
    occurredAt: typeof value['occurredAt'] === 'number' ? value['occurredAt'] : publishedAt, publishedAt, system, decisionId: decisionId ?? letterKeyOf(event.record, value), decisionType: textOf('decisionType'), actor: textOf('actor'), policyVersion: textOf('policyVersion'), kind: textOf('kind'), reviewer: textOf('reviewer') ?? judgeOf(event.record, textOf('actor')),
    payloadKind: 'plain', valueDigest: hasContent ? null : sha256Hex(bytes), payload: hasContent ? null : payload, commitment: null, sealed: null, fact: factOf(event),
  };
  return { row, content: hasContent ? { owner: ownerWithSubject(row, received, publishedAt), plain: payload, value: bytes } : null };
}

/** A message that nobody could process is found by its key, which names the decision where our own services wrote it; and erased with that. */
function letterKeyOf(record: string, { key }: Record<string, unknown>): string | null {
  if (record !== 'DeadLetter' || !Buffer.isBuffer(key) || key.length > letterKeyBytesMax) return null;
  const text = key.toString('utf8');
  return Buffer.from(text).equals(key) && !text.includes('\u0000') ? text : null;
}

const letterKeyBytesMax = 400;

function judgeOf(record: string, actor: string | null): string | null {
  return record.startsWith('Judgement') || record.startsWith('Task') ? actor : null;
}

/** The accepted event is on the log once: what carries it along is kept with none in its place, and its digest names the whole. */
function payloadOf(value: Record<string, unknown>, bytes: Buffer): Buffer {
  const { accepted } = value;
  // A decoded field is a part of the bytes it came in.
  if (!Buffer.isBuffer(accepted) || accepted.buffer !== bytes.buffer) return bytes;
  const start = accepted.byteOffset - bytes.byteOffset;
  return Buffer.concat([bytes.subarray(0, start - lengthBytes(accepted.length)), noBytes, bytes.subarray(start + accepted.length)]);
}

/** An Avro value of no bytes. */
const noBytes = Buffer.alloc(1);

/** Bytes of a length before Avro bytes: seven bits each, zigzag (Avro 1.12, Binary Encoding). */
function lengthBytes(length: number): number {
  let bytes = 1;
  for (let left = length * 2; left >= 128; left = Math.floor(left / 128)) bytes += 1;
  return bytes;
}

/** Whose data it is, and since when: a proposal since its publication as the broker dates it, since nobody accepted it yet. */
function ownerWithSubject(row: LogRow, { event }: AuditedRecord, publishedAt: number): ContentOwner {
  const place = ownerOf(row);
  switch (event.record) {
    case 'DecisionProposed': return about(place, event.value.subject, null, publishedAt);
    case 'DecisionAccepted': return about(place, event.value.proposed.subject, event.value.acceptedAt, null);
    case 'DecisionRouted': case 'SpotCheckSelected': case 'CalibrationPlanned': {
      const { subjectKind, subjectId, acceptedAt } = event.value;
      return { system: place.system, decisionId: place.decisionId, subjectKind, subjectId, acceptedAt };
    }
    default: return place;
  }
}

function about({ system, decisionId }: KeyPlace, subject: { kind: string; id: string } | null, acceptedAt: number | null, publishedAt: number | null): ContentOwner {
  return { system, decisionId, subjectKind: subject?.kind ?? null, subjectId: subject?.id ?? null, acceptedAt, publishedAt };
}
