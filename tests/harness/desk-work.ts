import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { EventCodec, SchemaRegistry, type DecisionProposed } from '@countersign/contracts';
import { parsePolicy } from '@countersign/core';
import { connectProducer } from '@countersign/kafka';
import { createLog, openPool, Publisher, readMasterKey, roleUrl, Vault, type CommonSettings } from '@countersign/kit';

const policyFile = join(import.meta.dirname, '../../examples/policies/digits.routing.yaml');
const subject = { kind: 'applicant', id: 'the-only-one' };
const system = 'mailroom';

export type Reviewer = { personId: string; senior: boolean; queues: readonly string[] };
export type WorkSize = {
  /** Tasks to open; their decisions are named by number, from `first`. */
  count: number;
  first: number;
  queues: readonly string[];
  /** Every so many is put aside for a day, in front of all others. */
  heldEvery?: number;
};

/**
 * Work for many reviewers, written straight into the tables: a million decisions through Kafka would take longer than what is to be
 * measured. Rows are what the service writes, but for the content: all are about one person, and share one sealed case and its key.
 */
export class DeskWork implements AsyncDisposable {
  readonly #db: pg.Client;
  readonly #vault: pg.Client;
  readonly #sealed: Buffer;
  readonly #policyVersion: string;

  private constructor(parts: { db: pg.Client; vault: pg.Client; sealed: Buffer; policyVersion: string }) {
    this.#db = parts.db;
    this.#vault = parts.vault;
    this.#sealed = parts.sealed;
    this.#policyVersion = parts.policyVersion;
  }

  /** Activates the policy of the example and seals the case. */
  static async connect(settings: CommonSettings, superuserUrl: string, proposed: DecisionProposed): Promise<DeskWork> {
    const codec = await EventCodec.connect(new SchemaRegistry(settings.registryUrl), settings.topicPrefix, ['decisions.accepted', 'policies.changed']);
    const policyVersion = await activatePolicy(settings, codec);
    const sealed = await seal(settings, acceptedValue(codec, proposed, policyVersion));
    const db = new pg.Client({ connectionString: superuserUrl });
    await db.connect();
    await db.query('set search_path = review');
    // The rows belong together by construction; checking a million references is not what is measured.
    await db.query('set session_replication_role = replica');
    const vaultUrl = new URL(superuserUrl);
    vaultUrl.pathname = new URL(settings.vaultDatabaseUrl).pathname;
    const vault = new pg.Client({ connectionString: vaultUrl.href });
    await vault.connect();
    return new DeskWork({ db, vault, sealed, policyVersion });
  }

  async enter(people: readonly Reviewer[]): Promise<void> {
    await this.#db.query(
      `insert into people (person_id, name, roles, active, changed_at)
       select p."personId", p."personId", array[case when p.senior then 'senior' else 'reviewer' end], true, 0 from json_to_recordset($1::json) as p ("personId" text, senior boolean)`, [JSON.stringify(people)]);
    await this.#db.query(
      `insert into qualifications (person_id, queue) select p."personId", q.queue from json_to_recordset($1::json) as p ("personId" text, queues json), json_array_elements_text(p.queues) as q (queue)`, [JSON.stringify(people)]);
  }

  async open({ count, first, queues, heldEvery }: WorkSize): Promise<void> {
    const numbers = [first, first + count - 1];
    await this.#vault.query(
      `insert into vault.decision_keys (system, decision_id, wrapped_key, subject_ref, accepted_at)
       select system, i::text, wrapped_key, subject_ref, accepted_at from vault.decision_keys, generate_series($1::bigint, $2::bigint) i where system = $3 and decision_id = $4`, [...numbers, system, sealedFor]);
    await this.#db.query('begin');
    await this.#db.query(
      `insert into cases (system, decision_id, decision_type, policy_version, accepted_at, route, point, tier, kind, severity, rule_ids, form, queue, severity_rank, known, verdict_by, reasons,
         confidence, on_expiry, due_at, warn_at, subject_kind, subject_id, sealed_accepted, opened_at, routed)
       select $6, i::text, 'digits.routing', $4, ${nowUs}, split_part(${queueOf}, '/', 2), 'before', 'medium', split_part(${queueOf}, '/', 2), 'moderate', '["ink"]', 'shown', ${queueOf}, 1, true, 'review',
         '["The reader is not sure."]', 0.8, 'reject', ${nowUs} + ${spanOf}, ${nowUs} + ${spanOf} / 2, $7, $8, $5, ${nowUs}, true
       from generate_series($1::bigint, $2::bigint) i`, [...numbers, queues, this.#policyVersion, this.#sealed, system, subject.kind, subject.id]);
    await this.#db.query(
      `insert into tasks (task_id, system, decision_id, lane, seat, kind, queue, seniority, form, severity_rank, state, opened_at, due_at, pressing_at, held_until)
       select gen_random_uuid(), system, decision_id, 'primary', 1, kind, queue, case when kind = 'senior' then 'senior' else 'any' end, form, severity_rank, 'open', opened_at, due_at,
         due_at - case when held then 10 * 86400000000 else 1800000000 end, case when held then opened_at + 86400000000 end
       from (select *, decision_id::bigint % $4 = 0 as held from cases where system = $3 and decision_id in (select i::text from generate_series($1::bigint, $2::bigint) i)) opened`,
      [...numbers, system, heldEvery ?? Number.MAX_SAFE_INTEGER]);
    await this.#db.query(
      `insert into timers (timer_id, kind, system, decision_id, task_id, due_at)
       select gen_random_uuid(), timer.kind, system, decision_id, case when timer.kind = 'warn' then task_id end, case when timer.kind = 'warn' then (opened_at + due_at) / 2 else due_at end
       from tasks cross join (values ('warn'), ('expire')) timer (kind) where system = $3 and decision_id in (select i::text from generate_series($1::bigint, $2::bigint) i)`, [...numbers, system]);
    await this.#db.query('commit');
  }

  /** As autovacuum and the checkpointer would have done while a million tasks came in. */
  async settle(): Promise<void> {
    await this.#db.query('vacuum (analyze)');
    await this.#db.query('checkpoint');
  }

  async query<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.#db.query<R>(text, values)).rows;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#db.end();
    await this.#vault.end();
  }
}

const nowUs = `(extract(epoch from now()) * 1000000)::bigint`;
const queueOf = `($3::text[])[1 + i % cardinality($3::text[])]`;
/** Due in eight hours to three days, in no order. */
const spanOf = `(28800000000 + (i * 7919 % 230400) * 1000000)`;

function acceptedValue(codec: EventCodec, proposed: DecisionProposed, policyVersion: string): Buffer {
  const { system: from, decisionId, decisionType } = proposed;
  const envelope = { eventId: 'accepted', occurredAt: proposed.proposedAt, system: from, decisionId, actor: null, policyVersion };
  return codec.encode('decisions.accepted', 'DecisionAccepted', {
    ...envelope, decisionType, contentDigest: '00', acceptedAt: proposed.proposedAt, channel: 'kafka', source: { topic: 't', partition: 0, offset: 0 }, proposed,
  });
}

/** Whose key every case has. */
const sealedFor = 'sealed';

async function seal(settings: CommonSettings, plain: Buffer): Promise<Buffer> {
  await using database = openPool<unknown>(roleUrl(settings.vaultDatabaseUrl, 'countersign_review', settings.databasePassword), 'vault', 1);
  await using vault = new Vault(database.pool, readMasterKey(settings.masterKeyFile));
  const [sealed] = await vault.seal([{ owner: { system, decisionId: sealedFor, subjectKind: subject.kind, subjectId: subject.id, acceptedAt: 0 }, plain }]);
  if (sealed === undefined || sealed === null) throw new Error('The vault sealed nothing.');
  return sealed.bytes;
}

/** What risk would write. */
async function activatePolicy(settings: CommonSettings, codec: EventCodec): Promise<string> {
  const text = readFileSync(policyFile, 'utf8');
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error('The example policy does not parse.');
  const { version } = parsed.policy;
  await using producer = await connectProducer({ brokers: settings.brokers, clientId: 'desk-work', logger: createLog('desk-work', 'silent') });
  const envelope = { eventId: 'policy', occurredAt: 1, system: null, decisionId: null, actor: 'risk', policyVersion: version };
  const value = { ...envelope, decisionType: 'digits.routing', version, text, activationId: '1', proposedBy: 'a', approvedBy: 'b', activatedBy: 'b', note: '' };
  await producer.send([new Publisher('risk', codec).record('policies.changed', 'PolicyActivated', value, 'digits.routing')]);
  return version;
}
