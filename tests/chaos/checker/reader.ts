import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import avro from 'avsc';
import pg from 'pg';
import { contentKeyOf, keyedDigest, openContent, unwrapKey } from '@countersign/kit';
import { readEveryRecord, type RawRecord } from './kafka-log.ts';
import { fingerprintOf } from './proposal-log.ts';
import type { AcknowledgedJudgement, AuditEvent, Fact, LoggedProposal, TopicRecord, World } from './world.ts';

/** Where everything is; `masterKey` in base64 opens what the audit service sealed. */
export type Sources = { kafka: string; registry: string; database: string; vault: string; prefix: string; masterKey: string };

const frameBytes = 5;
const proposedType = avro.Type.forSchema(JSON.parse(readFileSync(join(import.meta.dirname, '../../../schemas/DecisionProposed.avsc'), 'utf8')) as avro.Schema);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Reads the whole world. MUST run while nothing writes. */
export async function readWorld(sources: Sources, given: { proposals: LoggedProposal[]; acknowledged: AcknowledgedJudgement[] }): Promise<World> {
  const keys = await readKeys(sources);
  const decoder = new Decoder(sources, keys);
  const records: TopicRecord[] = [];
  await readEveryRecord(sources, async (raw) => {
    const record = await decoder.decode(raw);
    if (record !== undefined) records.push(record);
  });
  return { ...given, records, ...(await readRows(sources, keys)) };
}

/** Decodes with the writer's schema, as the registry gives it. */
const registryTriesMax = 100;
const registryRetryMs = 100;

class Decoder {
  readonly #sources: Sources;
  readonly #keys: Keys;
  readonly #types = new Map<number, Promise<{ name: string; type: avro.Type }>>();

  constructor(sources: Sources, keys: Keys) {
    this.#sources = sources;
    this.#keys = keys;
  }

  async decode({ topic, partition, offset, value }: RawRecord): Promise<TopicRecord | undefined> {
    if (value === null) return undefined;
    const { name: record, type } = await this.#typeOf(value.readUInt32BE(1));
    const event = type.fromBuffer(value.subarray(frameBytes)) as Record<string, unknown>;
    const text = (name: string) => (typeof event[name] === 'string' ? event[name] : null);
    // The audit log keeps the accepted event once, and not again in what carries it along.
    const kept = 'accepted' in event ? Buffer.concat([value.subarray(0, frameBytes), type.toBuffer({ ...event, accepted: Buffer.alloc(0) })]) : value;
    const key = this.#keys.get(placeIn(text('system'), text('decisionId') ?? text('eventId')));
    return {
      keyedDigest: key === undefined ? null : keyedDigest(contentKeyOf(key), value).toString('hex'),
      topic: topic.slice(this.#sources.prefix.length, -'.v1'.length), partition, offset, record, sha256: sha256(value), keptSha256: sha256(kept),
      eventId: text('eventId'), system: text('system'), decisionId: text('decisionId'), facts: factsOf(record, event),
    };
  }

  #typeOf(id: number): Promise<{ name: string; type: avro.Type }> {
    const known = this.#types.get(id);
    if (known !== undefined) return known;
    const fetched = this.#fetchSchema(id).then((text) => {
      const schema = JSON.parse(text) as avro.Schema & { name: string };
      return { name: schema.name, type: avro.Type.forSchema(schema) };
    });
    this.#types.set(id, fetched);
    return fetched;
  }

  /** Asks again while the registry finds that its own connections to a killed Postgres are gone. */
  async #fetchSchema(id: number): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      const answer = await fetch(`${this.#sources.registry}/schemas/ids/${id}`);
      if (answer.ok) return ((await answer.json()) as { schema: string }).schema;
      if (answer.status < 500 || tries === registryTriesMax) throw new Error(`The registry answers ${answer.status} for the schema ${id}: ${await answer.text()}`);
      await new Promise((resolve) => setTimeout(resolve, registryRetryMs));
    }
  }
}

const enveloped = new Set(['eventId', 'system', 'decisionId', 'input', 'reasons', 'ruleIds', 'text', 'message']);

function factsOf(record: string, event: Record<string, unknown>): Record<string, Fact> {
  if (record === 'DecisionProposed') return { fingerprint: fingerprintOf(proposedType, event) };
  const facts: Record<string, Fact> = {};
  for (const [name, value] of Object.entries(event)) {
    if (name === 'proposed') facts['fingerprint'] = fingerprintOf(proposedType, value as object);
    else if (name === 'origin' && value !== null) facts['origin'] = placeText(value as { topic: string; partition: number; offset: number });
    else if (enveloped.has(name)) continue;
    else if (Buffer.isBuffer(value)) facts[name] = `sha256:${sha256(value)}`;
    else if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) facts[name] = value as Fact;
    else if (Array.isArray(value) && value.every((item) => typeof item === 'string')) facts[name] = value;
  }
  return facts;
}

function placeText({ topic, partition, offset }: { topic: string; partition: number; offset: number }): string {
  return `${topic}/${partition}/${offset}`;
}

type Rows = Omit<World, 'proposals' | 'acknowledged' | 'records'>;

async function readRows(sources: Sources, keys: Keys): Promise<Rows> {
  const db = new pg.Client({ connectionString: sources.database });
  await db.connect();
  const select = async <R extends pg.QueryResultRow>(text: string) => (await db.query<R>(text)).rows;
  try {
    return {
      pins: await select(`select system, decision_id as "decisionId", policy_version as "policyVersion", encode(content_digest, 'hex') as "contentDigest" from intake.pins`),
      verdicts: await select(`select system, decision_id as "decisionId", verdict, resolved_by as "resolvedBy", output_label as "outputLabel", encode(value_sha256, 'hex') as sha256 from intake.verdicts`),
      metrics: await select('select system, decision_id as "decisionId", verdict, accepted_at is not null as accepted from metrics.decision_facts'),
      tasks: await select('select task_id as "taskId", system, decision_id as "decisionId", lane, seat, state, claimant from review.tasks'),
      judgements: await select('select judgement_id as "judgementId", task_id as "taskId", system, decision_id as "decisionId", person_id as person, state, presentation_digest as "presentationDigest" from review.judgements'),
      audit: await readAudit(keys, db),
      auditConflicts: (await select<{ id: string }>('select event_id as id from audit.event_conflicts')).map(({ id }) => id),
    };
  } finally {
    await db.end();
  }
}

type AuditRow = Omit<AuditEvent, 'keptSha256' | 'offset'> & { offset: string; payload: Buffer | null; sealed: Buffer | null };
const pageRows = 2000;

/** The log with its content opened: XChaCha20-Poly1305 under the decision's key, which the master key opens. */
async function readAudit(keys: Keys, db: pg.Client): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  await db.query('begin');
  await db.query(`declare log cursor for select e.event_id as "eventId", e.topic, e.partition, e.log_offset as offset, e.record, encode(e.value_digest, 'hex') as digest, e.payload_kind as "payloadKind", e.system, e.decision_id as "decisionId", e.payload, c.sealed
    from audit.events e left join audit.contents c using (event_id)`);
  for (;;) {
    const { rows } = await db.query<AuditRow>(`fetch ${pageRows} from log`);
    if (rows.length === 0) break;
    for (const { payload, sealed, offset, ...row } of rows) {
      const key = keys.get(placeIn(row.system, row.decisionId ?? row.eventId));
      const bytes = payload ?? (sealed === null || key === undefined ? null : openContent(contentKeyOf(key), sealed));
      events.push({ ...row, offset: Number(offset), keptSha256: bytes === null ? null : sha256(bytes) });
    }
  }
  await db.query('commit');
  return events;
}

/** Keys of content by whose they are: a decision's, or an event's where it belongs to none. */
type Keys = ReadonlyMap<string, Buffer>;

function placeIn(system: string | null, id: string | null): string {
  return `${system ?? ''} ${id ?? ''}`;
}

async function readKeys(sources: Sources): Promise<Keys> {
  const master = Buffer.from(sources.masterKey, 'base64');
  const vault = new pg.Client({ connectionString: sources.vault });
  await vault.connect();
  try {
    const { rows } = await vault.query<{ system: string; id: string; wrapped: Buffer }>('select system, decision_id as id, wrapped_key as wrapped from vault.decision_keys where wrapped_key is not null');
    return new Map(rows.map(({ system, id, wrapped }) => [placeIn(system, id), unwrapKey(master, wrapped)]));
  } finally {
    await vault.end();
  }
}
