import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { verifyEvidence, type Report } from '@countersign/evidence';
import { createContext, inTransaction, openDatabase, type Database, type ServiceContext } from '@countersign/kit';
import { databaseEvidence } from '../../services/audit/log/evidence.ts';
import type { AuditLogConfig } from '../../services/audit/log/config.ts';
import { readLogKeys, type LogKeys } from '../../services/audit/log/keys.ts';
import { Sequencer } from '../../services/audit/log/sequencer.ts';
import { takeSequencerLock } from '../../services/audit/log/store.ts';
import { appendEvents, type LogRow } from '../../services/audit/store.ts';
import { TestStack, until } from '../harness/stack.ts';
import { samplingKey } from './story.ts';
import { SyntheticLog, type LoggedRow } from './synthetic.ts';

const tables = 'events, contents, event_ids, event_conflicts, log_batches, log_entries, checkpoints, cosignatures, log_keys';

/** How a log is looked at: with or without its tiles, by somebody who kept its checkpoints or not. */
export type Look = { tiles?: boolean; held?: readonly string[] };

/** A migrated Postgres with one log after another in it, each small, and a superuser who may do anything to them. */
export class ProofWorld implements AsyncDisposable {
  readonly db: pg.Client;
  readonly #stack: TestStack;
  readonly #context: ServiceContext<'audit'>;
  readonly #database: Database<unknown>;
  readonly #folder: string;
  #number = 0;
  config: AuditLogConfig;
  keys: LogKeys;
  rows: LoggedRow[] = [];

  private constructor(parts: { stack: TestStack; context: ServiceContext<'audit'>; database: Database<unknown>; db: pg.Client; folder: string; config: AuditLogConfig; keys: LogKeys }) {
    [this.#stack, this.#context, this.#database, this.db, this.#folder, this.config, this.keys] = [parts.stack, parts.context, parts.database, parts.db, parts.folder, parts.config, parts.keys];
  }

  static async prepare(): Promise<ProofWorld> {
    const stack = await TestStack.prepare();
    const context = await createContext('audit', stack.settings, (error) => stack.crashes.push(error));
    const folder = await mkdtemp(join(tmpdir(), 'countersign-proof-'));
    const database = openDatabase<unknown>('audit', stack.settings);
    const db = new pg.Client({ connectionString: Object.assign(new URL(stack.superuserUrl), { pathname: new URL(stack.settings.databaseUrl).pathname }).href, types: database.pool.options.types });
    await db.connect();
    // As superuser: triggers that refuse changes are for everybody else.
    await db.query(`set search_path = audit; set session_replication_role = replica`);
    const config = await configIn(folder, 'keys');
    return new ProofWorld({ stack, context, database, db, folder, config, keys: await readLogKeys(config.keyFile) });
  }

  /** A new log in place of the one before: written by the service's own code, on three days, with checkpoints between. */
  async fill(seed: number, decisions: number): Promise<void> {
    this.config = await configIn(this.#folder, String(this.#number += 1));
    this.keys = await readLogKeys(this.config.keyFile);
    await this.db.query(`truncate ${tables}; update log_state set size = 0, anchored_size = 0`);
    this.rows = [...new SyntheticLog({ seed, decisions, startAt: (Date.now() - 3_600_000) * 1000 }).rows()];
    const part = Math.ceil(this.rows.length / 3);
    for (const day of [0, 1, 2]) {
      const rows = this.rows.slice(day * part, (day + 1) * part);
      for (let at = 0; at < rows.length; at += 40) await inTransaction(this.#database.pool, async (client) => await appendEvents(client, rows.slice(at, at + 40).map(logRowOf)));
      await this.#moveToDay(day - 1);
      await this.sequence();
    }
  }

  /** Sequences what waits, signs and anchors it, by the service's own code. */
  async sequence(): Promise<void> {
    const client = await this.#database.pool.connect();
    try {
      await until('the session before has ended', async () => ((await takeSequencerLock(client)) ? true : undefined));
      const sequencer = await Sequencer.open(client, { announcer: this.#context, config: this.config });
      while ((await sequencer.sequence()) > 0);
      await sequencer.publish();
    } finally {
      client.release(true);
    }
  }

  /** Checkpoints as the anchor file has them. */
  async anchors(): Promise<string[]> {
    return (await readFile(this.config.anchorFile, 'utf8')).trim().split('\n').map((line) => (JSON.parse(line) as { checkpoint: string }).checkpoint);
  }

  async verify({ tiles = true, held = [] }: Look = {}): Promise<Report> {
    const byPlace = new Map(this.rows.map(({ record, key }) => [`${record.system ?? ''}\n${record.decisionId ?? record.eventId}`, key]));
    const vault = { keysOf: async (owners: ReadonlyArray<{ system: string; decisionId: string }>) => owners.map(({ system, decisionId }) => byPlace.get(`${system}\n${decisionId}`) ?? null) };
    const evidence = await databaseEvidence(this.db as unknown as pg.PoolClient, { folder: tiles ? this.config.folder : null, vault, origin: this.keys.origin });
    return await verifyEvidence(evidence, { trust: { logKeys: this.keys.keys.map(({ verifier }) => verifier), witnessKeys: [], held }, samplingKeys: [samplingKey] });
  }

  /** Runs what a superuser does, then `look`, and undoes it all: rows by a rollback, tiles by their copy. */
  async tamper<Seen>(act: () => Promise<void>, look: () => Promise<Seen>): Promise<Seen> {
    const real = this.config;
    const folder = join(this.#folder, `tampered-${randomUUID()}`);
    await cp(real.folder, folder, { recursive: true });
    this.config = { ...real, folder };
    await this.db.query('begin');
    try {
      await act();
      return await look();
    } finally {
      await this.db.query('rollback');
      this.config = real;
      await rm(folder, { recursive: true });
    }
  }

  /** The day before today is -1. Rows that were written, but have no place yet, were recorded then. */
  async #moveToDay(day: number): Promise<void> {
    const shift = `interval '${day} days'`;
    for (const table of ['events', 'contents']) await this.db.query(`update ${table} set recorded_at = recorded_at + ${shift} where not exists (select from log_entries l where l.recorded_at = ${table}.recorded_at and l.event_id = ${table}.event_id)`);
    await this.db.query(`update log_batches set recorded_from = recorded_from + ${shift}, recorded_to = recorded_to + ${shift}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.db.end();
    await this.#database[Symbol.asyncDispose]();
    await this.#context[Symbol.asyncDispose]();
    await this.#stack[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

}

async function configIn(folder: string, name: string): Promise<AuditLogConfig> {
  const keyFile = join(folder, `${name}.json`);
  const origin = `log.example/${name}`;
  await writeFile(keyFile, JSON.stringify({ origin, keys: [{ name: origin, privateKey: Buffer.alloc(32, name).toString('base64') }] }));
  return { folder: join(folder, `log-${name}`), keyFile, anchorFile: join(folder, `anchors-${name}.jsonl`), witnessKeysFile: null, checkpointIntervalMs: 100 };
}

function logRowOf({ record, payload }: LoggedRow): LogRow {
  const sealed = record.payload === 'sealed';
  return {
    recordedAtUs: 0, batch: 0, eventId: record.eventId, topic: record.topic, partition: record.partition, offset: record.offset, record: record.record, occurredAt: record.occurredAt, publishedAt: record.publishedAt, system: record.system, decisionId: record.decisionId,
    decisionType: record.decisionType, actor: record.actor, policyVersion: record.policyVersion, kind: record.kind, reviewer: record.reviewer, payloadKind: record.payload, valueDigest: record.valueDigest,
    payload: sealed ? null : payload, commitment: sealed ? record.payloadSha256 : null, sealed: sealed ? payload : null, fact: null,
  };
}
