/** What legal and compliance look at: searches, one page a case with what each reviewer saw, saved searches, the views. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { uniformDraw } from '@countersign/core';
import { biRole, openPool, prepareBiRole, Publisher, readMasterKey, readSamplingKeys, roleUrl, Vault } from '@countersign/kit';
import { hiddenShare, policyOf, reReviewRate } from '../../tests/browser/policies.ts';
import { policyText, proposal } from '../../tests/bench/load.ts';
import { TestStack } from '../../tests/harness/stack.ts';
import { decisionsQuery, type DecisionFilter } from './searches/decisions-store.ts';
import type { EventFilter } from './searches/filter.ts';
import { eventsQuery } from './store.ts';
import { judgeNext, openLetter, type Shown } from './testing/desk.ts';
import { viewsDocument } from './views/definitions.ts';
import { readViewColumns } from './views/view-store.ts';

type Case = {
  events: Array<{ record: string; event: Record<string, unknown> | null }>; summary: Record<string, unknown>; tasks: object[]; judgements: Array<Record<string, unknown>>; presentations: Array<Record<string, unknown>>; policy: Record<string, unknown> | null; draws: Array<Record<string, unknown>>;
  outcomes: object[];
};
type Line = { decisionId: string; verdict: string | null; reviewers: string[]; erased: boolean; reversed: boolean; matchedAt: string };

let stack: TestStack;
let policyVersion: string;
let [twoId, firstId] = ['', ''];
const autos = 30;
const shown = new Map<string, Shown[]>();
const biPassword = 'bi-test-password';

beforeAll(async () => {
  stack = await TestStack.prepare();
  await start();
  policyVersion = await stack.activatePolicy(policyOf('letters.dual'));
  for (const text of [policyOf('letters.first'), policyText]) await stack.activatePolicy(text);
  // Nobody here gets a spot check of the others, which are drawn at random.
  for (const person of ['rita', 'sam']) expect((await stack.call('root', 'admin', 'PUT', `/v1/people/${person}`, { name: person, roles: ['reviewer', 'senior'], queues: ['letters.dual', 'letters.first'] })).status).toBe(200);
  const topic = stack.codec.topicName('decisions.proposed');
  await stack.producer.send(Array.from({ length: autos }, (_, index) => ({ topic, key: `mailroom/a-${index}`, value: stack.codec.encode('decisions.proposed', 'DecisionProposed', proposal(`a-${index}`)) })));
  await stack.services?.drain(60_000);
  [twoId, firstId] = [undrawnId('two'), undrawnId('first')];
  await openLetter(stack, twoId, 'letters.dual', 2);
  for (const person of ['rita', 'sam']) shown.set(person, await judgeNext(stack, person, ({ form }) => (form === 'hidden' ? { answer: 'south' } : { decision: 'modify', output: { label: 'south' } }), `The seal is of the south, says ${person}.`));
  await openLetter(stack, firstId, 'letters.first', 1);
  shown.set('first', await judgeNext(stack, 'rita', ({ stage }) => (stage === 'first' ? { answer: 'south' } : { decision: 'approve' }), 'The address names the north.'));
  await stack.services?.drain(30_000);
  await stack.call('pipe', 'pipeline', 'POST', '/v1/outcomes', { system: 'mailroom', decisionId: twoId, outcome: 'south' });
  await stack.services?.drain(30_000);
}, 180_000);
afterAll(async () => await stack[Symbol.asyncDispose](), 120_000);

/** Any case may be drawn to be shown hidden, or to be looked at again; these are not. */
function undrawnId(name: string): string {
  const key = readSamplingKeys(stack.settings.samplingKeysFile)[0]?.key ?? Buffer.alloc(0);
  for (let index = 0; ; index += 1) {
    const id = `${name}-${index}`;
    if (uniformDraw(key, 'form', 'mailroom', id) >= hiddenShare && uniformDraw(key, 're-review', 'mailroom', id) >= reReviewRate) return id;
  }
}

async function start(): Promise<void> {
  await stack.start(undefined, { COUNTERSIGN_REVIEW_OPEN_QUALIFICATIONS: 'false', COUNTERSIGN_REVIEW_UNDO_MS: '0' });
}

async function caseOf(decisionId: string): Promise<Case> {
  const { status, json } = await stack.call('olga', 'auditor', 'GET', `/v1/audit/decisions/mailroom/${decisionId}`);
  expect(status).toBe(200);
  return json as unknown as Case;
}

async function find(query: string): Promise<Line[]> {
  const lines: Line[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { status, json, text } = await stack.call('olga', 'auditor', 'GET', `/v1/audit/decisions?limit=7&${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    expect({ query, status, text: status === 200 ? '' : text }).toEqual({ query, status: 200, text: '' });
    lines.push(...(json['decisions'] as Line[]));
    cursor = json['next'] as string | null;
  }
  return lines;
}

const idsOf = (lines: readonly Line[]) => lines.map(({ decisionId }) => decisionId).sort();

describe('a search for decisions', () => {
  test('lists each once, newest first, a page at a time', async () => {
    const all = await find('');
    expect(all).toHaveLength(autos + 2);
    expect(new Set(idsOf(all)).size).toBe(autos + 2);
    expect(all.map(({ matchedAt }) => matchedAt)).toEqual(all.map(({ matchedAt }) => matchedAt).sort().reverse());
    expect((await find('order=oldest')).map(({ decisionId }) => decisionId)).toEqual(all.map(({ decisionId }) => decisionId).reverse());
  });

  test('finds by verdict, kind, reviewer, type, policy, system and time, and by several at once', async () => {
    expect(idsOf(await find('verdict=modified'))).toEqual([twoId]);
    expect(idsOf(await find('verdict=approved&decisionType=letters.first'))).toEqual([firstId]);
    expect(await find('verdict=rejected')).toEqual([]);
    expect(idsOf(await find('kind=dual'))).toEqual([twoId]);
    expect(idsOf(await find('reviewer=rita'))).toEqual([firstId, twoId]);
    expect(idsOf(await find('reviewer=rita&verdict=modified'))).toEqual([twoId]);
    expect(idsOf(await find(`policyVersion=${policyVersion}`))).toEqual([twoId]);
    expect(await find('system=mailroom&kind=auto-approved')).toHaveLength(autos);
    expect(await find('system=elsewhere')).toEqual([]);
    const [newest] = await find('');
    // Of two that came close together, either may be on record first: they are of different partitions.
    expect([twoId, firstId]).toContain(newest?.decisionId);
    expect(idsOf(await find(`from=${newest?.matchedAt ?? ''}`))).toEqual([newest?.decisionId]);
  });

  test('says of each what became of it', async () => {
    const [line] = await find('kind=dual');
    expect(line).toMatchObject({ system: 'mailroom', decisionType: 'letters.dual', policyVersion, kind: 'dual', verdict: 'modified', reviewers: ['rita', 'sam'], reversed: false, erased: false, resolvedAt: expect.stringMatching(/Z$/) });
  });

  test('is refused where it can find nothing, and to whoever may not look', async () => {
    for (const query of ['verdict=maybe', 'kind=presentation', 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'cursor=mine', 'limit=201', 'record=X']) expect([query, (await stack.call('olga', 'auditor', 'GET', `/v1/audit/decisions?${query}`)).status]).toEqual([query, 400]);
    expect((await stack.call('rita', 'reviewer', 'GET', '/v1/audit/decisions')).status).toBe(403);
  });

  const filters: DecisionFilter[] = [{ system: 'mailroom' }, { decisionType: 'letters.dual' }, { kind: 'dual' }, { reviewer: 'rita' }, { policyVersion: 'x' }, { verdict: 'rejected' }, { verdict: 'approved', kind: 'dual' }, { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' }];
  test.each(filters)('%j walks an index, in either order', async (filter) => {
    for (const order of ['oldest', 'newest'] as const) await expectIndex(decisionsQuery(filter, { recordedAt: '2026-01-01T00:00:00.000000Z', eventId: 'e' }, 50, order));
  });
});

describe('a search for events', () => {
  const filters: EventFilter[] = [{ actor: 'rita' }, { actor: 'routing' }, { record: ['PolicyProposed'] }, { record: ['PolicyProposed', 'SignedIn'] }, { record: ['DecisionAccepted', 'SignedIn'] }];
  test.each(filters)('%j walks an index, in either order', async (filter) => {
    for (const order of ['oldest', 'newest'] as const) await expectIndex(eventsQuery(filter, { recordedAt: '2026-01-01T00:00:00.000000Z', eventId: 'e' }, 50, order));
  });

  test('takes any of several names, an actor, and the newest first', async () => {
    const { json } = await stack.call('olga', 'auditor', 'GET', '/v1/audit/events?record=PolicyProposed&record=PolicyActivated&actor=ben&order=newest');
    const events = json['events'] as Array<{ record: string; actor: string; recordedAt: string }>;
    expect(new Set(events.map(({ record }) => record))).toEqual(new Set(['PolicyActivated']));
    expect(events).toHaveLength(3);
    expect(events.map(({ recordedAt }) => recordedAt)).toEqual(events.map(({ recordedAt }) => recordedAt).sort().reverse());
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { json: Record<string, unknown> } = await stack.call('olga', 'auditor', 'GET', `/v1/audit/events?record=PolicyProposed&record=PolicyApproved&order=newest&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      paged.push(...(page.json['events'] as Array<{ recordedAt: string }>).map(({ recordedAt }) => recordedAt));
      cursor = page.json['next'] as string | null;
    }
    expect(paged).toHaveLength(6);
    expect(paged).toEqual([...paged].sort().reverse());
  });
});

async function expectIndex({ text, values }: { text: string; values: unknown[] }): Promise<void> {
  await stack.query('analyze audit.events');
  const url = new URL(stack.superuserUrl);
  url.pathname = new URL(stack.settings.databaseUrl).pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query('set search_path = audit; set enable_seqscan = off');
    const plan = JSON.stringify((await client.query<Record<string, unknown>>(`explain (format json) ${text}`, values)).rows);
    expect({ text, index: /Index Name":"(events_|verdicts_)/.test(plan), scan: plan.includes('"Seq Scan"') }).toEqual({ text, index: true, scan: false });
  } finally {
    await client.end();
  }
}

describe('one page a case', () => {
  test('tells a decision of two people from its proposal to its outcome', async () => {
    const { summary, tasks, judgements, presentations, policy, draws, outcomes, events } = await caseOf(twoId);
    expect(summary).toMatchObject({ decisionType: 'letters.dual', policyVersion, route: 'dual', kind: 'dual', verdict: 'modified', reversedAt: null, erased: false });
    expect([...(summary['signers'] as string[])].sort()).toEqual(['rita', 'sam']);
    expect(tasks).toMatchObject([{ seat: 1, outcome: 'judged' }, { seat: 2, outcome: 'judged' }]);
    expect(judgements).toMatchObject([{ reviewer: 'rita', reasoning: 'The seal is of the south, says rita. (only)', state: 'final', stage: 'only' }, { reviewer: 'sam', reasoning: 'The seal is of the south, says sam. (only)', state: 'final' }]);
    for (const [index, person] of ['rita', 'sam'].entries()) expect(presentations[index]).toMatchObject({ reviewer: person, digest: shown.get(person)?.[0]?.digest, state: 'whole', bytes: shown.get(person)?.[0]?.bytes.length, mediaType: 'application/json', judgementId: judgements[index]?.['judgementId'] });
    expect(policy).toMatchObject({ version: policyVersion, decisionType: 'letters.dual', text: policyOf('letters.dual'), proposedBy: 'ada', approvedBy: 'ben', activatedBy: 'ben', note: 'test' });
    expect(draws).toEqual(expect.arrayContaining([expect.objectContaining({ what: 'form', keyVersion: 'k1' })]));
    expect(outcomes).toMatchObject([{ outcome: 'south', reportedBy: 'pipe' }]);
    const chunks = events.filter(({ record }) => record === 'ContentRecorded');
    expect(chunks.map(({ event }) => [event?.['bytes'], typeof event?.['byteCount']])).toEqual([[null, 'number'], [null, 'number']]);
  });

  test('keeps apart what was answered before the proposal was seen and what was judged after', async () => {
    const { judgements, presentations } = await caseOf(firstId);
    expect(judgements).toMatchObject([{ stage: 'first', answer: 'south', state: 'final' }, { stage: 'second', decision: 'approve', state: 'final' }]);
    expect(presentations.map(({ digest, judgementId }) => [digest, judgementId])).toEqual((shown.get('first') ?? []).map(({ digest }, index) => [digest, judgements[index]?.['judgementId']]));
  });

  test('gives what a reviewer saw, byte for byte', async () => {
    for (const [person, decisionId] of [['rita', twoId], ['sam', twoId], ['first', firstId]] as const) {
      for (const { digest, bytes } of shown.get(person) ?? []) {
        const response = await ask(`/v1/audit/decisions/mailroom/${decisionId}/presentations/${digest}`);
        expect([response.status, response.headers.get('x-presentation-digest'), response.headers.get('cache-control'), response.headers.get('content-type')]).toEqual([200, digest, 'no-store', 'application/json']);
        expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
      }
    }
    const { json } = await stack.call('olga', 'auditor', 'GET', `/v1/audit/decisions/mailroom/${twoId}/presentations`);
    expect(json['presentations']).toEqual((await caseOf(twoId)).presentations);
  });

  test('knows no presentation of another decision, and shows none to whoever may not look', async () => {
    const { digest = '' } = shown.get('rita')?.[0] ?? {};
    expect((await ask(`/v1/audit/decisions/mailroom/${firstId}/presentations/${digest}`)).status).toBe(404);
    expect((await ask(`/v1/audit/decisions/mailroom/${twoId}/presentations/${'0'.repeat(64)}`)).status).toBe(404);
    expect((await ask(`/v1/audit/decisions/mailroom/${twoId}/presentations/..%2f`)).status).toBe(400);
    expect((await stack.call('rita', 'senior', 'GET', `/v1/audit/decisions/mailroom/${twoId}/presentations/${digest}`)).status).toBe(403);
    expect((await ask('/v1/audit/decisions/mailroom/nowhere')).status).toBe(404);
  });
});

async function ask(path: string): Promise<Response> {
  return await fetch(`${stack.services?.url ?? ''}${path}`, { headers: { authorization: `Bearer ${await stack.token('olga', 'auditor')}` } });
}

describe('what was shown in many chunks', () => {
  const chunkBytes = 300_000;
  const whole = Buffer.alloc(chunkBytes * 2 + 17, 'The whole case. ');
  const digest = createHash('sha256').update(whole).digest('hex');
  const chunk = (decisionId: string, chunkIndex: number, change: Partial<{ bytes: Buffer; mediaType: string }> = {}) => ({
    eventId: randomUUID(), occurredAt: Date.now() * 1000, system: 'mailroom', decisionId, actor: 'rita', policyVersion: null, contentId: `c-${decisionId}`, digest, kind: 'presentation', mediaType: 'application/json', chunkIndex, chunkCount: 3,
    bytes: whole.subarray(chunkIndex * chunkBytes, (chunkIndex + 1) * chunkBytes), subjectKind: null, subjectId: null, ...change,
  });
  const send = async (decisionId: string, ...chunks: Array<ReturnType<typeof chunk>>) => {
    const publisher = new Publisher('review', stack.codec);
    for (const value of chunks) await stack.producer.send([publisher.record('contents.recorded', 'ContentRecorded', value, `mailroom/${decisionId}`)]);
    await stack.services?.drain(30_000);
    return await ask(`/v1/audit/decisions/mailroom/${decisionId}/presentations/${digest}`);
  };

  test('is put together, whatever the order and however often a chunk came', async () => {
    expect((await send('chunked', chunk('chunked', 2), chunk('chunked', 0))).status).toBe(404);
    const response = await send('chunked', chunk('chunked', 0), chunk('chunked', 1));
    expect(Buffer.from(await response.arrayBuffer()).equals(whole)).toBe(true);
  });

  test('is refused where its bytes are others, and never run where it is no JSON', async () => {
    const changed = await send('changed', chunk('changed', 0), chunk('changed', 1, { bytes: Buffer.alloc(chunkBytes, 'Something else. ') }), chunk('changed', 2));
    expect([changed.status, ((await changed.json()) as { code: string }).code]).toEqual([409, 'evidence-mismatch']);
    const page = await send('page', ...[0, 1, 2].map((index) => chunk('page', index, { mediaType: 'text/html' })));
    expect([page.status, page.headers.get('content-type'), page.headers.get('x-content-type-options')]).toEqual([200, 'application/octet-stream', 'nosniff']);
  });
});

describe('saved searches', () => {
  const save = async (person: string, id: string, change: object = {}) => await stack.call(person, 'auditor', 'PUT', `/v1/audit/saved-searches/${id}`, { name: 'Rejections', of: 'decisions', filter: { verdict: 'rejected' }, shared: false, ...change });
  const list = async (person: string) => (await stack.call(person, 'auditor', 'GET', '/v1/audit/saved-searches')).json['searches'] as Array<{ searchId: string; name: string; mine: boolean }>;
  const [own, shared] = [randomUUID(), randomUUID()];

  test('are one person\'s until they are shared, and only theirs to change', async () => {
    expect((await save('olga', own)).json).toMatchObject({ searchId: own, owner: 'olga', mine: true, shared: false, filter: { verdict: 'rejected' } });
    expect((await save('olga', shared, { name: 'All by rita', of: 'events', filter: { record: ['JudgementFinalised', 'TaskClaimed'], reviewer: 'rita' }, shared: true })).status).toBe(200);
    expect((await list('olga')).map(({ name, mine }) => [name, mine])).toEqual([['All by rita', true], ['Rejections', true]]);
    expect((await list('paul')).map(({ name, mine }) => [name, mine])).toEqual([['All by rita', false]]);
    expect((await save('paul', shared, { name: 'Mine now' })).status).toBe(403);
    expect((await save('paul', own)).status).toBe(404);
    expect((await stack.call('paul', 'auditor', 'DELETE', `/v1/audit/saved-searches/${shared}`)).status).toBe(404);
    expect((await save('olga', own, { name: 'Renamed' })).json).toMatchObject({ name: 'Renamed' });
    expect((await stack.call('olga', 'auditor', 'DELETE', `/v1/audit/saved-searches/${own}`)).status).toBe(204);
    expect((await stack.call('olga', 'auditor', 'DELETE', `/v1/audit/saved-searches/${own}`)).status).toBe(404);
  });

  test('hold what a search takes, and no more than a hundred a person', async () => {
    for (const change of [{ filter: { verdikt: 'x' } }, { of: 'events', filter: { verdict: 'rejected' } }, { name: ' ' }, { filter: { system: 7 } }]) expect([change, (await save('olga', randomUUID(), change)).status]).toEqual([change, 400]);
    expect((await save('olga', 'mine')).status).toBe(400);
    const answers = await Promise.all(Array.from({ length: 102 }, () => save('quinn', randomUUID())));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(2);
    expect((await stack.call('rita', 'reviewer', 'GET', '/v1/audit/saved-searches')).status).toBe(403);
  });
});

describe('the views for business intelligence', () => {
  let client: pg.Client;
  beforeAll(async () => {
    const url = new URL(stack.superuserUrl);
    url.pathname = new URL(stack.settings.databaseUrl).pathname;
    for (let time = 0; time < 2; time += 1) await prepareBiRole(stack.superuserUrl, url.href, biPassword);
    client = new pg.Client({ connectionString: roleUrl(stack.settings.databaseUrl, biRole, biPassword) });
    await client.connect();
  });
  afterAll(async () => await client.end());

  test('count what happened', async () => {
    const rows = async (text: string) => (await client.query<Record<string, unknown>>(text)).rows;
    expect(await rows(`select decision_type, verdict, kind, count(*)::int as n, bool_and(latency_ms >= 0) as sane from decisions where verdict is not null group by 1, 2, 3 order by n desc limit 1`)).toMatchObject([{ verdict: 'approved', kind: 'auto-approved', n: autos, sane: true }]);
    expect(await rows(`select reviewer, decision, overrides from audit_views.judgements where decision_id = '${twoId}' order by 1`)).toEqual([{ reviewer: 'rita', decision: 'modify', overrides: true }, { reviewer: 'sam', decision: 'modify', overrides: true }]);
    expect(await rows(`select count(*)::int as n from events where record = 'DecisionAccepted' and sealed`)).toEqual([{ n: autos + 2 }]);
    expect(await rows('select * from exports')).toEqual([]);
    // In one look: the log goes on growing, and a checkpoint is of what has its place already.
    expect(await rows('select max(size) > 0 and max(size) <= (select count(log_index) from events) as fits from checkpoints')).toEqual([{ fits: true }]);
  });

  test('are all that their role can read: no other table, no column, no function, no other database', async () => {
    const relations = await stack.query<{ name: string; readable: boolean; writable: boolean }>(`
      select n.nspname || '.' || c.relname as name, has_table_privilege('${biRole}', c.oid, 'select') or has_any_column_privilege('${biRole}', c.oid, 'select') as readable,
        has_table_privilege('${biRole}', c.oid, 'insert, update, delete, truncate') as writable
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`);
    expect(relations.length).toBeGreaterThan(50);
    expect(relations.filter(({ readable }) => readable).map(({ name }) => name).sort()).toEqual(['audit_views.checkpoints', 'audit_views.decisions', 'audit_views.events', 'audit_views.exports', 'audit_views.judgements']);
    expect(relations.filter(({ writable }) => writable)).toEqual([]);
    const schemas = await stack.query<{ name: string }>(`select nspname as name from pg_namespace where has_schema_privilege('${biRole}', oid, 'usage') and nspname not in ('pg_catalog', 'information_schema', 'public')`);
    expect(schemas.map(({ name }) => name)).toEqual(['audit_views']);
    const columns = await stack.query<{ name: string }>(`select column_name as name from information_schema.columns where table_schema = 'audit_views'`);
    for (const secret of ['payload', 'sealed_body', 'content', 'value_sha256', 'commitment', 'filter', 'reason', 'reasoning']) expect(columns.map(({ name }) => name)).not.toContain(secret);
    for (const attempt of ['select * from audit.events', 'select * from audit.contents', 'select * from audit.exports', 'select audit.ensure_partitions(1)', 'select * from review.judgements', 'select * from intake.pins', 'create table audit_views.mine (n int)', 'select pg_read_file(\'/etc/hostname\')']) await expect(client.query(attempt)).rejects.toThrow(/permission denied|read-only/);
    await client.query('set default_transaction_read_only = off');
    for (const attempt of ['delete from decisions', 'create table public.mine (n int)', 'update exports set state = \'failed\'']) await expect(client.query(attempt)).rejects.toThrow(/permission denied|cannot (delete|update)/);
    const vault = new pg.Client({ connectionString: roleUrl(stack.settings.vaultDatabaseUrl, biRole, biPassword) });
    await vault.connect();
    for (const { name } of await vaultTables()) await expect(vault.query(`select * from ${name}`)).rejects.toThrow('permission denied');
    await vault.end();
  });

  test('are documented as the database has them', async () => {
    const text = viewsDocument(await readViewColumns(client));
    const file = join(import.meta.dirname, '../../docs/sql-views.md');
    if (process.env['COUNTERSIGN_WRITE_DOCS'] === '1') writeFileSync(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  async function vaultTables(): Promise<Array<{ name: string }>> {
    const url = new URL(stack.superuserUrl);
    url.pathname = new URL(stack.settings.vaultDatabaseUrl).pathname;
    await using vault = openPool(url.href, 'vault', 1);
    const { rows } = await vault.pool.query<{ name: string }>(`select 'vault.' || tablename as name from pg_tables where schemaname = 'vault'`);
    expect(rows.length).toBeGreaterThan(1);
    return rows;
  }
});

test('once a decision is erased, what was shown of it is gone for good, and the page says so', async () => {
  const { digest = '' } = shown.get('rita')?.[0] ?? {};
  {
    const url = new URL(stack.superuserUrl);
    url.pathname = new URL(stack.settings.vaultDatabaseUrl).pathname;
    await using pool = openPool(url.href, 'vault', 1);
    await using vault = new Vault(pool.pool, readMasterKey(stack.settings.masterKeyFile));
    await vault.destroy([{ system: 'mailroom', decisionId: twoId }]);
  }
  // What was opened before is forgotten with the process; a running one forgets within a minute.
  await stack.stop();
  await start();
  const gone = await ask(`/v1/audit/decisions/mailroom/${twoId}/presentations/${digest}`);
  expect([gone.status, ((await gone.json()) as { code: string }).code]).toEqual([410, 'erased']);
  const { summary, judgements, presentations, policy } = await caseOf(twoId);
  expect(summary).toMatchObject({ verdict: 'modified', erased: true, reason: null });
  expect(judgements).toEqual([]);
  expect(presentations).toMatchObject([{ reviewer: 'rita', state: 'erased', digest: null }, { reviewer: 'sam', state: 'erased', digest: null }]);
  expect(policy).toMatchObject({ version: policyVersion });
}, 180_000);
