import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { decisionKey } from '@countersign/contracts';
import { verifyEvidence } from '@countersign/evidence';
import { openDatabase, roleUrl } from '@countersign/kit';
import { policyText, proposal, proposals, sendAll } from '../../../tests/bench/load.ts';
import { TestStack, until } from '../../../tests/harness/stack.ts';
import { beginReading, databaseEvidence } from '../log/evidence.ts';
import { readLogKeys } from '../log/keys.ts';

type Day = { day: string; state: string; because: string; records: number; firstIndex: number; lastIndex: number; exportSha256: string };
let stack: TestStack;
let folder: string;
const days = { old: dayBefore(20), held: dayBefore(15), young: dayBefore(3) };

function dayBefore(count: number): string {
  return new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10);
}

beforeAll(async () => {
  stack = await TestStack.prepare();
  folder = await mkdtemp(join(tmpdir(), 'countersign-retention-'));
  await stack.start(undefined, { COUNTERSIGN_AUDIT_RETENTION_FOLDER: folder });
  await stack.activatePolicy(policyText);
  await sendAll(stack, proposals(stack, 'r', 30));
  const about = { ...proposal('r-subject'), subject: { kind: 'writer', id: 'w-1' } };
  await stack.producer.send([stack.publisher.record('decisions.proposed', 'DecisionProposed', about, decisionKey(about.system, about.decisionId))]);
  await stack.services?.drain(60_000);
  for (const day of Object.values(days)) await copyTo(day);
  await stack.services?.drain(60_000);
}, 120_000);

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** Copies of what is there, as if it had been recorded on another day: with ids of their own, announced as any batch is. */
async function copyTo(day: string): Promise<void> {
  const name = day.replaceAll('-', '');
  const columns = (await stack.query<{ name: string }>(`select column_name as name from information_schema.columns where table_schema = 'audit' and table_name = 'events'`)).map((row) => row.name);
  const facts = ['recorded_at', 'event_id', 'system', 'decision_id', 'kind', 'decision_type', 'policy_version', 'verdict', 'basis', 'accepted_at', 'resolved_at'];
  const values = columns.map((column) => ({ recorded_at: `'${day} 12:00:00+00'::timestamptz + row_number() over (order by recorded_at) * interval '1 microsecond'`, event_id: `event_id || '/${day}'`, batch: 'b.batch' })[column] ?? column);
  await stack.query(`
    set session_replication_role = replica; set search_path = audit;
    create table events_${name} partition of events for values from ('${day} 00:00:00+00') to ('${day}'::timestamptz + interval '1 day');
    create table contents_${name} partition of contents for values from ('${day} 00:00:00+00') to ('${day}'::timestamptz + interval '1 day');
    alter table events_${name} owner to countersign_owner; alter table contents_${name} owner to countersign_owner;
    insert into events (${columns.join(', ')}) select ${values.join(', ')} from (select nextval('log_batch_numbers') as batch) b, events where event_id not like '%/%' and record in ('DecisionAccepted', 'DecisionResolved', 'SamplingKeyChanged');
    insert into contents (recorded_at, event_id, sealed) select e.recorded_at, e.event_id, c.sealed from events_${name} e join contents c on c.event_id = split_part(e.event_id, '/', 1);
    insert into verdicts (${facts.join(', ')}) select ${facts.map((column) => ({ recorded_at: 'e.recorded_at', event_id: 'e.event_id' })[column] ?? `v.${column}`).join(', ')} from events_${name} e join verdicts v on v.event_id = split_part(e.event_id, '/', 1);
    insert into log_batches (batch, recorded_from, recorded_to, rows) select batch, min(recorded_at), max(recorded_at), count(*) from events_${name} group by batch;`);
}

async function rule(decisionType: string, keepDays: number | null): Promise<void> {
  const path = `/v1/retention/rules/${encodeURIComponent(decisionType)}`;
  const seen = { 'if-match': await ask(path, keepDays) };
  expect((await approve('priya', path, seen)).status).toBe(403);
  expect((await approve('pavel', path, seen)).json).toMatchObject({ decisionType, keepDays, changedBy: 'pavel', asked: null });
}

/** The ETag of what is then asked for. */
async function ask(path: string, keepDays: number | null): Promise<string> {
  const answer = await stack.call('priya', 'privacy-officer', 'PUT', path, { keepDays, reason: 'The schedule' });
  expect(answer.status).toBe(200);
  return (answer.json['asked'] as { etag: string }).etag;
}

async function approve(officer: string, path: string, headers?: Record<string, string>) {
  return await stack.call(officer, 'privacy-officer', 'POST', `${path}/approve`, undefined, headers);
}

async function lookedAt(day: string, state: string): Promise<Day> {
  return await until(`${day} is ${state}`, async () => ((await stack.call('olga', 'auditor', 'GET', '/v1/retention')).json['days'] as Day[]).find((one) => one.day === day && one.state === state), 30_000);
}

const partitions = async () => (await stack.query<{ name: string }>(`select relname as name from pg_class where relname like 'events_2%' and relkind = 'r'`)).map(({ name }) => name);
const partitionOf = (day: string) => `events_${day.replaceAll('-', '')}`;

async function codes(): Promise<string[]> {
  await using database = openDatabase<unknown>('audit', stack.settings);
  const client = await database.pool.connect();
  await beginReading(client);
  const keys = await readLogKeys(stack.logEnv['COUNTERSIGN_AUDIT_LOG_KEY_FILE'] ?? '');
  const report = await verifyEvidence(await databaseEvidence(client, { folder: stack.logEnv['COUNTERSIGN_AUDIT_LOG_FOLDER'] ?? null, vault: null, origin: keys.origin }), { trust: { logKeys: keys.keys.map(({ verifier }) => verifier), witnessKeys: [], held: [] } });
  client.release(true);
  return [...new Set(report.findings.map(({ code }) => code))];
}

describe('a day of records', () => {
  test('leaves when its time is over, exported whole; the log and its proofs stay; other days stay', async () => {
    const hold = await stack.call('priya', 'privacy-officer', 'POST', '/v1/legal-holds', { system: 'mailroom', decisionType: 'digits.routing', from: `${days.held}T00:00:00Z`, to: `${dayBefore(14)}T00:00:00Z`, reason: 'Proceedings' });
    expect(hold.status).toBe(201);
    await rule('digits.routing', 10);
    // What belongs to no type is kept still, and with it the day.
    expect((await lookedAt(days.old, 'kept')).because).toContain('no decision type');
    await rule('*', 12);
    const left = await lookedAt(days.old, 'applied');
    expect((await lookedAt(days.held, 'held')).because).toContain(String(hold.json['holdId']));
    expect(await partitions()).toEqual(expect.arrayContaining([partitionOf(days.held), partitionOf(days.young)]));
    expect(await partitions()).not.toContain(partitionOf(days.old));
    const file = await readFile(join(folder, `${days.old}.jsonl`));
    expect(createHash('sha256').update(file).digest('hex')).toBe(left.exportSha256);
    const lines = file.toString().trim().split('\n').map((line) => JSON.parse(line) as { index: number; leaf: string; payload: string | null; record: { payload: string } });
    expect([lines.length, Math.min(...lines.map(({ index }) => index)), Math.max(...lines.map(({ index }) => index))]).toEqual([left.records, left.firstIndex, left.lastIndex]);
    for (const { payload, record } of lines) expect(payload === null).toBe(record.payload === 'erased');
    const entries = await stack.query(`select 1 from audit.log_entries where log_index between ${left.firstIndex} and ${left.lastIndex}`);
    expect(entries).toHaveLength(left.records);
    // What searches know of verdicts went with the day, of that day alone, and the table is as closed as before.
    const facts = async (day: string) => (await stack.query(`select 1 from audit.verdicts where (recorded_at at time zone 'UTC')::date = $1::date`, [day])).length;
    expect([await facts(days.old), (await facts(days.held)) > 0, (await facts(days.young)) > 0]).toEqual([0, true, true]);
    await expect(stack.query('delete from audit.verdicts')).rejects.toThrow('only grows');
    expect((await stack.call('olga', 'auditor', 'GET', '/v1/audit/decisions?verdict=approved&limit=200')).status).toBe(200);
    await stack.services?.drain(60_000);
    expect(await stack.query(`select actor from audit.events where record = 'RetentionApplied'`)).toEqual([{ actor: 'audit' }]);
    const found = await codes();
    for (const code of ['row-missing', 'partition-missing', 'tail-truncated', 'rule-erasure', 'row-changed']) expect(found).not.toContain(code);
    const proof = await stack.call('olga', 'auditor', 'GET', `/v1/audit/proofs/${left.firstIndex}`);
    expect(proof.status).toBe(200);
  }, 90_000);

  test('cannot be let go by the service alone: the owner looks at rules, holds, places and the export', async () => {
    const client = new pg.Client({ connectionString: roleUrl(stack.settings.databaseUrl, 'countersign_audit', stack.settings.databasePassword) });
    await client.connect();
    await client.query('set search_path = audit');
    const attempt = async (day: string) => await client.query('select detach_day($1::date)', [day]).then(() => 'gone', (error: unknown) => (error as Error).message);
    expect(await attempt(days.young)).toContain('were not exported');
    const exported = async (day: string, records: number) => await client.query(`insert into retention_days (day, state, because, looked_at, records, export_sha256) values ($1, 'exported', 'x', 0, $2, '\\x00') on conflict (day) do update set state = 'exported', records = $2, export_sha256 = '\\x00'`, [day, records]);
    const [{ count } = { count: 0 }] = await stack.query<{ count: string }>(`select count(*) from audit.${partitionOf(days.held)}`);
    await exported(days.young, Number(count));
    expect(await attempt(days.young)).toContain('is not over');
    await exported(days.held, Number(count));
    expect(await attempt(days.held)).toContain('legal hold keeps');
    await stack.query('update audit.legal_holds set lifted_at = 1');
    // A subject is known to the owner by a reference: until its decisions are listed, no day leaves; then those on which it has some stay.
    const onSubject = await stack.call('priya', 'privacy-officer', 'POST', '/v1/legal-holds', { system: 'mailroom', subjectKind: 'writer', subjectId: 'w-1', reason: 'Proceedings of somebody' });
    const holdId = String(onSubject.json['holdId']);
    await stack.query('update audit.legal_holds set listed_through = null where hold_id = $1', [holdId]);
    await exported(days.held, Number(count));
    expect(await attempt(days.held)).toContain('are not listed up to the end');
    await stack.query(`update audit.retention_days set state = 'kept', because = '' where day = '${days.held}'`);
    await rule('digits.routing', 9);
    expect((await lookedAt(days.held, 'held')).because).toContain(holdId);
    expect(await stack.query('select decision_id from audit.held_decisions')).toEqual([{ decision_id: 'r-subject' }]);
    await exported(days.held, Number(count));
    expect(await attempt(days.held)).toContain('legal hold keeps');
    // A listing that is older than the day says nothing of it.
    await client.query('update legal_holds set listed_through = extract(epoch from $2::date) * 1000000 where hold_id = $1', [holdId, days.held]);
    expect(await attempt(days.held)).toContain('are not listed up to the end');
    for (const officer of ['priya', 'pavel']) expect((await stack.call(officer, 'privacy-officer', 'POST', `/v1/legal-holds/${holdId}/lift`, { reason: 'They are over' })).status).toBe(200);
    expect(await stack.query('select 1 from audit.held_decisions')).toEqual([]);
    await exported(days.held, Number(count) - 1);
    expect(await attempt(days.held)).toContain('not those that were exported');
    await expect(client.query(`drop table ${partitionOf(days.held)}`)).rejects.toThrow('must be owner');
    await client.end();
    expect(await partitions()).toEqual(expect.arrayContaining([partitionOf(days.held), partitionOf(days.young)]));
  }, 60_000);

  test('with a row that is not what the log has stays, and says so', async () => {
    await stack.query(`set session_replication_role = replica; update audit.${partitionOf(days.held)} set actor = 'somebody else' where event_id = (select min(event_id) from audit.${partitionOf(days.held)})`);
    await stack.query(`update audit.retention_days set state = 'kept', because = '' where day = '${days.held}'`);
    await rule('*', 11);
    expect(await until('the day is looked at', async () => {
      const day = await lookedAt(days.held, 'kept');
      return day.because === '' ? undefined : day.because;
    }, 30_000)).toContain('is not what the log has');
    expect(await partitions()).toContain(partitionOf(days.held));
  }, 60_000);
});

describe('another time', () => {
  test('is agreed to as it was seen: what was asked for since is refused', async () => {
    const path = '/v1/retention/rules/letters.never-sent';
    const first = await ask(path, 3650);
    const second = await ask(path, 1);
    expect((await approve('pavel', path)).json).toMatchObject({ status: 428, code: 'precondition-required' });
    expect((await approve('pavel', path, { 'if-match': first })).json).toMatchObject({ status: 412, code: 'precondition-failed' });
    expect((await approve('pavel', path, { 'if-match': second })).json).toMatchObject({ keepDays: 1, asked: null });
  });
});
