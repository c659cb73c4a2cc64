import type { PoolClient } from 'pg';
import { derivedEventId, readerType, topology, frame, schemaIdOf, type TopicName } from '@countersign/contracts';
import { sha256, type Received, type ReceivedBatch, type ServiceContext, type Vault } from '@countersign/kit';
import { appendEvents, recordConflicts, recordSubjects, type LogRow } from './store.ts';

/** Every topic but what is only a step between two others. */
export const auditedTopics = (Object.keys(topology) as TopicName[]).filter((topic) => (topology[topic].readers as readonly string[]).includes('audit'));

type Draft = { row: LogRow; plain: Buffer | null };

/** Writes a batch to the log, each event once, whatever was delivered twice. */
export async function handleEvents(deps: { context: ServiceContext<'audit'>; vault: Vault }, client: PoolClient, batch: ReceivedBatch): Promise<void> {
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

/** The owner of a decision's key in the vault. */
export function ownerOf(row: { system: string | null; decisionId: string | null }) {
  return { system: row.system ?? '', decisionId: row.decisionId ?? '', subjectKind: null, subjectId: null };
}

function draftOf({ topic, record, event }: Received): Draft {
  const value = event.value as unknown as Record<string, unknown>;
  const bytes = record.value ?? Buffer.alloc(0);
  const textOf = (name: string) => (typeof value[name] === 'string' ? (value[name]) : null);
  const system = textOf('system');
  const decisionId = textOf('decisionId');
  const hasContent = topology[topic].content && system !== null && decisionId !== null;
  const payload = payloadOf(event.record, value, bytes);
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

/** The accepted event is on the log once: what carries it along is kept without it, and its digest names the whole. */
function payloadOf(record: Received['event']['record'], value: Record<string, unknown>, bytes: Buffer): Buffer {
  if (!('accepted' in value)) return bytes;
  const body = readerType(record).toBuffer({ ...value, accepted: Buffer.alloc(0) });
  return frame(schemaIdOf(bytes) ?? 0, body);
}

function subjectsOf({ event }: Received): Array<{ system: string; subjectKind: string; subjectId: string; decisionId: string }> {
  if (event.record !== 'DecisionAccepted') return [];
  const { system, decisionId, subject } = event.value.proposed;
  return subject === null ? [] : [{ system, decisionId, subjectKind: subject.kind, subjectId: subject.id }];
}
