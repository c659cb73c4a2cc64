import type { PoolClient } from 'pg';
import { derivedEventId, topology, type TopicName, type Views } from '@countersign/contracts';
import { sha256, type Received, type ReceivedBatch, type ServiceContext, type Vault } from '@countersign/kit';
import { searchableText } from './searchable.ts';
import { appendEvents, recordConflicts, recordSubjects, type LogRow } from './store.ts';

/** Every topic but what is only a step between two others. */
export const auditedTopics = (Object.keys(topology) as TopicName[]).filter((topic) => (topology[topic].readers as readonly string[]).includes('audit'));

const envelope = { eventId: true, occurredAt: true, system: true, decisionId: true, actor: true, policyVersion: true } as const;
/** Of the events of every decision, what the log is searched by; `accepted` for where it stands. */
export const auditViews = {
  DecisionAccepted: { ...envelope, decisionType: true, proposed: { system: true, decisionId: true, subject: true } },
  DecisionRouted: { ...envelope, decisionType: true, kind: true, accepted: true },
  SpotCheckSelected: { ...envelope, decisionType: true, kind: true, accepted: true },
  CalibrationPlanned: { ...envelope, decisionType: true, kind: true, accepted: true },
} as const satisfies Views;

type Event = Received<TopicName, typeof auditViews>;
type Draft = { row: LogRow; plain: Buffer | null };

/** Writes a batch to the log, each event once, whatever was delivered twice. */
export async function handleEvents(deps: { context: ServiceContext<'audit'>; vault: Vault }, client: PoolClient, batch: ReceivedBatch<TopicName, typeof auditViews>): Promise<void> {
  const drafts = new Map<string, Draft>();
  const repeats: LogRow[] = [];
  for (const received of batch.events) {
    const draft = draftOf(received);
    if (drafts.has(draft.row.eventId)) repeats.push(draft.row);
    else drafts.set(draft.row.eventId, draft);
  }
  await sealContents(deps.vault, [...drafts.values()]);
  const rows = [...drafts.values()].map(({ row }) => row);
  const known = await appendEvents(client, rows);
  const suspects = [...repeats, ...rows.filter(({ eventId }) => known.has(eventId))];
  if (suspects.length > 0) {
    const conflicts = await recordConflicts(client, suspects);
    if (conflicts > 0) deps.context.log.error({ conflicts }, 'an event id came again with other bytes; both are on record');
  }
  await recordSubjects(client, batch.events.flatMap(subjectsOf));
}

/** Content is sealed per decision: events of a decision arrive in any order, also before its subject is known. */
async function sealContents(vault: Vault, drafts: readonly Draft[]): Promise<void> {
  const sealed = drafts.filter((draft): draft is Draft & { plain: Buffer } => draft.plain !== null);
  const results = await vault.seal(sealed.map(({ row, plain }) => ({ owner: ownerOf(row), plain })));
  sealed.forEach(({ row }, index) => {
    row.sealed = results[index]?.bytes ?? null;
    row.commitment = results[index]?.commitment ?? null;
  });
}

/** The owner of a decision's key in the vault; what belongs to no decision, as bytes that nobody could decode, has a key of its own. */
export function ownerOf(row: { system: string | null; decisionId: string | null; eventId: string }) {
  return { system: row.system ?? '', decisionId: row.decisionId ?? row.eventId, subjectKind: null, subjectId: null };
}

function draftOf({ topic, record, event }: Event): Draft {
  const value = event.value as unknown as Record<string, unknown>;
  const bytes = record.value ?? Buffer.alloc(0);
  const textOf = (name: string) => searchableText(value[name]);
  const system = textOf('system');
  const decisionId = textOf('decisionId');
  const hasContent = topology[topic].content;
  const payload = payloadOf(value, bytes);
  const row: LogRow = {
    eventId: textOf('eventId') ?? derivedEventId('proposed', record.topic, record.partition, record.offset.toString()),
    topic, partition: record.partition, offset: record.offset.toString(), record: event.record,
    occurredAt: typeof value['occurredAt'] === 'number' ? value['occurredAt'] : record.timestampMs * 1000,
    publishedAt: record.timestampMs * 1000, system, decisionId, decisionType: textOf('decisionType'), actor: textOf('actor'), policyVersion: textOf('policyVersion'), kind: textOf('kind'), reviewer: textOf('reviewer') ?? judgeOf(event.record, textOf('actor')),
    valueSha256: sha256(bytes), payload: hasContent ? null : payload, commitment: null, sealed: null,
  };
  return { row, plain: hasContent ? payload : null };
}

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

function subjectsOf({ event }: Event): Array<{ system: string; subjectKind: string; subjectId: string; decisionId: string }> {
  if (event.record !== 'DecisionAccepted') return [];
  const { system, decisionId, subject } = event.value.proposed;
  return subject === null ? [] : [{ system, decisionId, subjectKind: subject.kind, subjectId: subject.id }];
}
