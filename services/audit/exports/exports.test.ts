/** What leaves as files: made in a worker, whole or not at all, and each on the log. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parquetReadObjects } from 'hyparquet';
import { extractText, getDocumentProxy } from 'unpdf';
import { keysOf, openBundle, verifyEvidence, type Report } from '@countersign/evidence';
import { openPool, readMasterKey, Vault } from '@countersign/kit';
import { policyOf } from '../../../tests/browser/policies.ts';
import { policyText, proposal } from '../../../tests/bench/load.ts';
import { TestStack, until } from '../../../tests/harness/stack.ts';
import { judgeNext, openLetter } from '../testing/desk.ts';
import { askFor, download, ended, exported, look, reason, type Told } from '../testing/exports.ts';

let stack: TestStack;
const autos = 25;
const words = 'Šárka, 東京 and \u202Eesrever: the seal is of the south.';

beforeAll(async () => {
  stack = await TestStack.prepare();
  await start();
  for (const text of [policyOf('letters.dual'), policyText]) await stack.activatePolicy(text);
  for (const person of ['rita', 'sam']) await stack.call('root', 'admin', 'PUT', `/v1/people/${person}`, { name: person, roles: ['reviewer', 'senior'], queues: ['letters.dual'] });
  const topic = stack.codec.topicName('decisions.proposed');
  const value = (index: number) => ({ ...proposal(`a-${index}`), ...(index === 7 ? { reasoning: { summary: '=HYPERLINK("http://evil")', factors: [] } } : {}) });
  await stack.producer.send(Array.from({ length: autos }, (_, index) => ({ topic, key: `mailroom/a-${index}`, value: stack.codec.encode('decisions.proposed', 'DecisionProposed', value(index)) })));
  await openLetter(stack, 'two-1', 'letters.dual', 2);
  for (const person of ['rita', 'sam']) await judgeNext(stack, person, ({ form }) => (form === 'hidden' ? { answer: 'south' } : { decision: 'modify', output: { label: 'south' } }), `${words} Says ${person}.`);
  await stack.services?.drain(60_000);
}, 180_000);
afterAll(async () => await stack[Symbol.asyncDispose](), 120_000);

async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
  await stack.start(undefined, { COUNTERSIGN_REVIEW_OPEN_QUALIFICATIONS: 'false', COUNTERSIGN_REVIEW_UNDO_MS: '0', ...env });
}

const folder = () => join(dirname(dirname(stack.settings.masterKeyFile)), 'exports');
const events = async (record: string) => {
  await stack.services?.drain(30_000);
  return (await stack.call('olga', 'auditor', 'GET', `/v1/audit/events?record=${record}&order=newest`)).json['events'] as Array<{ actor: string; event: Record<string, unknown> }>;
};

describe('tables', () => {
  test('hold what a search finds, on the log with the digest of the file; what looks like a formula is text', async () => {
    const told = await exported(stack, { kind: 'search', filter: { system: 'mailroom', record: ['DecisionAccepted'] }, formats: ['parquet', 'csv'] });
    expect(told).toMatchObject({ state: 'ready', attempts: 1, failure: null, mine: true, files: [{ format: 'csv', records: autos + 1 }, { format: 'parquet', records: autos + 1 }] });
    const csv = await download(stack, told.exportId, 'csv');
    expect([csv.status, csv.sha256, csv.bytes.length, csv.headers.get('content-disposition')]).toEqual([200, told.files[0]?.sha256, told.files[0]?.bytes, `attachment; filename="countersign-search-${told.exportId.slice(0, 8)}-records.csv"`]);
    expect(csv.bytes.toString().split('\r\n').length + csv.bytes.toString().split('\n').length).toBeGreaterThan(autos);
    expect(csv.bytes.toString()).toContain('HYPERLINK');
    expect(csv.bytes.toString()).not.toMatch(/(^|,)"?=HYPERLINK/m);
    const made = (await events('ExportMade')).filter(({ event }) => event['exportId'] === told.exportId);
    expect(made.map(({ actor, event }) => [actor, event['format'], event['records'], event['sha256'], event['disclosed'], event['reason'], event['kind'], event['filter']]).sort()).toEqual(
      told.files.map(({ format, records, sha256 }) => ['olga', format, records, sha256, true, reason, 'search', 'record=DecisionAccepted&system=mailroom']).sort());
    expect((await events('ExportFetched'))[0]).toMatchObject({ actor: 'olga', event: { exportId: told.exportId, format: 'csv', sha256: csv.sha256, disclosed: true } });
  });

  test('are read by others as Parquet: instants to the microsecond, events as JSON', async () => {
    const told = await exported(stack, { kind: 'search', filter: { record: ['DecisionAccepted', 'PolicyProposed'] }, formats: ['parquet'] });
    const { bytes } = await download(stack, told.exportId);
    const rows = (await parquetReadObjects({ file: new Uint8Array(bytes).buffer })) as Array<Record<string, unknown>>;
    const listed = (await stack.call('olga', 'auditor', 'GET', '/v1/audit/events?record=DecisionAccepted&record=PolicyProposed')).json['events'] as Array<{ eventId: string; recordedAt: string; event: unknown; offset: number }>;
    expect(rows).toHaveLength(autos + 3);
    expect(rows.map((row) => [row['eventId'], Number(row['offset']), JSON.parse(String(row['event'])) as unknown])).toEqual(listed.map(({ eventId, offset, event }) => [eventId, offset, event]));
    expect(rows.map((row) => (row['recordedAt'] as Date).toISOString())).toEqual(listed.map(({ recordedAt }) => `${recordedAt.slice(0, 23)}Z`));
  });

  test('say nothing of sealed content unless it was asked for', async () => {
    const told = await exported(stack, { kind: 'range', filter: {}, formats: ['csv', 'parquet'], disclose: false });
    for (const format of ['csv', 'parquet']) {
      const { bytes } = await download(stack, told.exportId, format);
      for (const secret of ['HYPERLINK', 'esrever', 'Ink of the strokes']) expect([format, secret, bytes.includes(secret)]).toEqual([format, secret, false]);
    }
    expect((await events('ExportMade')).filter(({ event }) => event['exportId'] === told.exportId).map(({ event }) => event['disclosed'])).toEqual([false, false]);
  });
});

describe('a case file', () => {
  const textOf = async (exportId: string) => (await extractText(await getDocumentProxy(new Uint8Array((await download(stack, exportId, 'pdf')).bytes)), { mergePages: true })).text.replace(/\s+/g, ' ');

  test('tells the whole story, every character of it', async () => {
    const told = await exported(stack, { kind: 'case', filter: { system: 'mailroom', decisionId: 'two-1' }, formats: ['pdf'] });
    expect(told).toMatchObject({ state: 'ready', files: [{ format: 'pdf', name: 'case-file.pdf', mediaType: 'application/pdf' }] });
    const text = await textOf(told.exportId);
    const { json } = await stack.call('olga', 'auditor', 'GET', '/v1/audit/decisions/mailroom/two-1');
    const { presentations, policy, events: all } = json as unknown as { presentations: Array<{ digest: string }>; policy: { version: string }; events: Array<{ eventId: string }> };
    for (const { digest } of presentations) expect(text).toContain(digest);
    for (const { eventId } of all) expect(text).toContain(eventId);
    // What the font cannot draw, or what would turn the text around, stands as its number.
    for (const said of ['Case file', 'two-1', reason, 'Verdict: modified', policy.version, 'Which office does this letter belong to?', 'Šárka, [U+6771][U+4EAC] and [U+202E]esrever', 'Says rita.', 'Says sam.', 'What rita was shown', 'The proof', 'How to check this', 'log index', 'a seven', 'by ada']) expect(text).toContain(said);
  }, 240_000);

  test('is checked by its own steps, word for word, with the files in hand', async () => {
    const told = await exported(stack, { kind: 'case', filter: { system: 'mailroom', decisionId: 'two-1' }, formats: ['pdf', 'bundle'] });
    const text = await textOf(told.exportId);
    const place = mkdtempSync(join(tmpdir(), 'countersign-steps-'));
    const bundle = await download(stack, told.exportId, 'bundle');
    // Under the name that a browser saves it by.
    const name = /filename="([^"]+)"/.exec(bundle.headers.get('content-disposition') ?? '')?.[1] ?? '';
    expect(text).toContain(`saved as ${name}.`);
    writeFileSync(join(place, name), bundle.bytes);
    const from = async (path: string) => Buffer.from(await (await fetch(`${stack.services?.url ?? ''}${path}`, { headers: { authorization: `Bearer ${await stack.token('olga', 'auditor')}` } })).arrayBuffer());
    writeFileSync(join(place, 'countersign-verify.mjs'), await from('/v1/audit/verifier'));
    writeFileSync(join(place, 'KEYS.pub'), await from('/v1/audit/log/keys'));
    const command = /node (countersign-verify\.mjs \S+ --key KEYS\.pub)/.exec(text)?.[1] ?? '';
    const { status, stdout, stderr } = spawnSync(process.execPath, command.split(' '), { cwd: place, encoding: 'utf8', env: {} });
    expect([status, stdout.split('\n')[0], stderr]).toEqual([0, expect.stringMatching(/^VERIFIED/), '']);
    // The one that was written apart says the same.
    writeFileSync(join(place, 'plain.mjs'), await from('/v1/audit/verifier/plain'));
    const plain = spawnSync(process.execPath, ['plain.mjs', name, '--key', 'KEYS.pub'], { cwd: place, encoding: 'utf8', env: {} });
    expect([plain.status, plain.stdout.split('\n')[1], plain.stderr]).toEqual([0, expect.stringMatching(/^VERIFIED/), '']);
    // What the third step compares is there to be compared.
    expect(spawnSync('tar', ['-xf', name], { cwd: place }).status).toBe(0);
    const lines = readdirSync(join(place, 'records')).flatMap((file) => readFileSync(join(place, 'records', file), 'utf8').trim().split('\n')).map((line) => JSON.parse(line) as { index: number; leaf: string; record: { decisionId: string | null } });
    const own = lines.filter(({ record }) => record.decisionId === 'two-1');
    expect(own.length).toBeGreaterThan(10);
    for (const { index, leaf } of own) expect(text).toContain(`log index ${index} leaf ${leaf}`);
    expect(existsSync(join(place, 'case-file.pdf'))).toBe(true);
    await rm(place, { recursive: true });
  }, 240_000);

  test('without content says that it is sealed', async () => {
    const told = await exported(stack, { kind: 'case', filter: { system: 'mailroom', decisionId: 'two-1' }, formats: ['pdf'], disclose: false });
    const text = await textOf(told.exportId);
    expect(text).toContain('Sealed: this file was asked for without content.');
    for (const secret of ['esrever', 'Says rita', 'a seven']) expect(text).not.toContain(secret);
  }, 240_000);
});

describe('a request', () => {
  const twoOne = { kind: 'case', filter: { system: 'mailroom', decisionId: 'two-1' } };
  test.each([
    [{ ...twoOne, formats: [] }, 'formats'], [{ ...twoOne, formats: ['csv', 'csv'] }, 'formats'], [{ ...twoOne, formats: ['exe'] }, 'formats[0]'], [{ ...twoOne, reason: 'short' }, 'reason'], [{ ...twoOne, reason: '                    ' }, 'reason'],
    [{ kind: 'case', filter: { system: 'mailroom' } }, 'filter.decisionId'], [{ kind: 'case', filter: { system: 'm', decisionId: 'x', kind: 'dual' } }, 'filter.kind'], [{ kind: 'range', filter: { system: 'mailroom' } }, 'filter.system'],
    [{ kind: 'range', filter: {}, formats: ['pdf'] }, 'formats'], [{ kind: 'search', filter: { record: ['Nothing'] } }, 'filter.record[0]'], [{ kind: 'range', filter: { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' } }, 'to'], [{ kind: 'search', filter: { verdict: 'x' } }, 'filter.verdict'],
  ])('%j is refused for its %s', async (body, field) => {
    const { status, text } = await askFor(stack, body);
    expect({ status, field: (JSON.parse(text) as { field: string }).field }).toEqual({ status: 400, field });
  });

  test('is for auditors, and for a case that is on record', async () => {
    expect((await askFor(stack, { kind: 'case', filter: { system: 'mailroom', decisionId: 'nowhere' } })).status).toBe(404);
    for (const role of ['reviewer', 'privacy-officer', 'admin']) expect((await stack.call('rita', role, 'POST', '/v1/audit/exports', { ...twoOne, formats: ['csv'], disclose: false, reason })).status).toBe(403);
    expect((await download(stack, '00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });

  test('is listed, the newest first, a page at a time; and its files are deleted by whoever asked', async () => {
    const told = await exported(stack, { ...twoOne, formats: ['csv'] });
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = JSON.parse((await stack.call('paul', 'auditor', 'GET', `/v1/audit/exports?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).text) as { exports: Told[]; next: string | null };
      ids.push(...page.exports.map(({ exportId }) => exportId));
      cursor = page.next;
    }
    expect([ids[0], new Set(ids).size]).toEqual([told.exportId, ids.length]);
    expect(JSON.parse((await stack.call('paul', 'auditor', 'GET', '/v1/audit/exports?mine=true')).text)).toEqual({ exports: [], next: null });
    expect((await stack.call('paul', 'auditor', 'DELETE', `/v1/audit/exports/${told.exportId}`)).status).toBe(403);
    expect(await stack.call('olga', 'auditor', 'DELETE', `/v1/audit/exports/${told.exportId}`)).toMatchObject({ status: 204, text: '' });
    expect((await stack.call('olga', 'auditor', 'DELETE', `/v1/audit/exports/${told.exportId}`)).status).toBe(204);
    expect((await download(stack, told.exportId)).status).toBe(404);
    expect(readdirSync(folder()).filter((name) => name.startsWith(told.exportId))).toEqual([]);
  });
});

describe('what goes wrong', () => {
  test('an export whose process ended begins anew, and what it had written is gone', async () => {
    // As a process leaves it that is killed half way: a row that is running, and half a file.
    const { exportId } = JSON.parse((await askFor(stack, { kind: 'range', filter: {} })).text) as Told;
    await ended(stack, exportId);
    mkdirSync(join(folder(), `${exportId}.7.part`));
    writeFileSync(join(folder(), `${exportId}.7.part`, 'records.csv'), 'half');
    await stack.query(`update audit.exports set state = 'running', attempt = 7, files = '[]', lease_until = clock_timestamp() - interval '1 second' where export_id = $1`, [exportId]);
    const told = await until('it is made again', async () => ((await look(stack, exportId)).attempts === 8 ? await ended(stack, exportId) : undefined));
    expect(told).toMatchObject({ state: 'ready', attempts: 8 });
    expect((await download(stack, exportId)).sha256).toBe(told.files[0]?.sha256);
    await stack.stop();
    await start();
    await until('the half file is swept away', () => (readdirSync(folder()).some((name) => name.endsWith('.part')) ? undefined : true));
    expect((await download(stack, exportId)).status).toBe(200);
  }, 240_000);

  test('one that is interrupted again and again fails, and says so', async () => {
    const { exportId } = JSON.parse((await askFor(stack, { kind: 'range', filter: {} })).text) as Told;
    await ended(stack, exportId);
    await stack.query(`update audit.exports set state = 'running', interruptions = 2, lease_until = clock_timestamp() - interval '1 second' where export_id = $1`, [exportId]);
    expect(await ended(stack, exportId)).toMatchObject({ state: 'failed', failure: { code: 'interrupted' } });
    expect((await download(stack, exportId)).status).toBe(409);
  });

  test('one whose database goes away under it is begun anew', async () => {
    const vault = new URL(stack.settings.vaultDatabaseUrl).pathname.slice(1);
    const changed: Array<string | null> = [];
    mkdirSync(folder(), { recursive: true });
    const watcher = watch(folder(), (_event, name) => void changed.push(name));
    // Who is connected stays; a worker of its own has yet to be.
    await stack.query(`alter database ${vault} connection limit 0`);
    const { exportId } = JSON.parse((await askFor(stack, { kind: 'range', filter: {} })).text) as Told;
    const part = `${exportId}.1.part`;
    await until('its first attempt has begun and its files are gone', () => (changed.includes(part) && !existsSync(join(folder(), part)) ? true : undefined));
    watcher.close();
    expect(await look(stack, exportId)).toMatchObject({ state: 'running', failure: null });
    await stack.query(`alter database ${vault} connection limit -1`);
    await stack.query('update audit.exports set lease_until = clock_timestamp() where export_id = $1', [exportId]);
    expect(await ended(stack, exportId)).toMatchObject({ state: 'ready', attempts: 2, failure: null });
  }, 60_000);

  test('expired ones lose their files', async () => {
    const told = await exported(stack, { kind: 'range', filter: {} });
    await stack.query(`update audit.exports set expires_at = clock_timestamp() - interval '1 second' where export_id = $1`, [told.exportId]);
    await until('it is expired', async () => ((await look(stack, told.exportId)).state === 'expired' ? true : undefined));
    expect(await look(stack, told.exportId)).toMatchObject({ files: [] });
    await stack.stop();
    await start();
    await until('its files are gone', () => (readdirSync(folder()).some((name) => name.startsWith(told.exportId)) ? undefined : true));
  }, 180_000);

  test('what would take more room than there is fails, and leaves nothing', async () => {
    for (const [env, code] of [[{ COUNTERSIGN_AUDIT_EXPORT_BYTES_MAX: '1000000' }, 'too-large'], [{ COUNTERSIGN_AUDIT_EXPORT_RESERVE_BYTES: String(1000 * 1e9) }, 'disk-full']] as const) {
      await stack.stop();
      await start(env);
      // More than a megabyte, in whatever format.
      await stack.query(`
        insert into audit.events (recorded_at, event_id, topic, partition, log_offset, record, occurred_at, published_at, actor, policy_version, payload_kind, value_digest, payload)
        select e.recorded_at + g * interval '1 microsecond', e.event_id || '/${code}/' || g, topic, partition, log_offset, record, occurred_at, published_at, actor, policy_version, payload_kind, value_digest, payload
        from (select * from audit.events where record = 'PolicyProposed' limit 1) e, generate_series(1, 1000) g`);
      expect(await exported(stack, { kind: 'range', filter: {}, formats: ['csv'] })).toMatchObject({ state: 'failed', failure: { code, detail: expect.any(String), remedy: expect.any(String) }, files: [] });
      expect(readdirSync(folder()).filter((name) => name.endsWith('.part'))).toEqual([]);
    }
    expect(statSync(folder()).isDirectory()).toBe(true);
  }, 240_000);

  test('without a folder none is made, and whoever asks is told', async () => {
    await stack.stop();
    await start({ COUNTERSIGN_AUDIT_EXPORT_FOLDER: '' });
    const { status, text } = await askFor(stack, { kind: 'range', filter: {} });
    expect([status, (JSON.parse(text) as { code: string }).code]).toEqual([503, 'unavailable']);
  }, 180_000);
});

describe('a bundle', () => {
  let directory: string;
  beforeAll(async () => {
    await stack.stop();
    await start();
    directory = await mkdtemp(join(tmpdir(), 'countersign-bundle-'));
  }, 180_000);
  afterAll(async () => await rm(directory, { recursive: true, force: true }));

  async function verified(exportId: string): Promise<{ report: Report; path: string }> {
    const path = join(directory, `${exportId}.tar`);
    writeFileSync(path, (await download(stack, exportId, 'bundle')).bytes);
    const keys = await (await fetch(`${stack.services?.url ?? ''}/v1/audit/log/keys`)).text();
    return { path, report: await verifyEvidence(openBundle(path), { trust: { logKeys: keysOf([keys.trim()], 'ed25519'), witnessKeys: [], held: [] } }) };
  }

  test.each([[true], [false]])('of a case verifies offline, with content: %s', async (disclose) => {
    const told = await exported(stack, { kind: 'case', filter: { system: 'mailroom', decisionId: 'two-1' }, formats: ['bundle', 'pdf'], disclose });
    const { report, path } = await verified(told.exportId);
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ kind: 'selection', origin: expect.any(String) });
    const bytes = readFileSync(path);
    expect([bytes.includes('"key":"'), bytes.includes('case-file.pdf')]).toEqual([disclose, true]);
    expect(bytes.includes('esrever')).toBe(false);
  }, 180_000);

  test('of everything verifies, and shows what is changed in it', async () => {
    const told = await exported(stack, { kind: 'range', filter: {}, formats: ['bundle'] });
    const { report, path } = await verified(told.exportId);
    expect(report).toMatchObject({ kind: 'range', first: 0, findings: [] });
    expect(report.last).toBeGreaterThan(100);
    const bytes = readFileSync(path);
    const at = bytes.indexOf('"actor":"rita"');
    bytes.write('"actor":"zita"', at);
    writeFileSync(path, bytes);
    const keys = await (await fetch(`${stack.services?.url ?? ''}/v1/audit/log/keys`)).text();
    const changed = await verifyEvidence(openBundle(path), { trust: { logKeys: keysOf([keys.trim()], 'ed25519'), witnessKeys: [], held: [] } });
    expect(changed.findings.map(({ code }) => code)).toContain('row-changed');
  }, 180_000);

  test('of a stretch in the middle, and of a search, verifies', async () => {
    const { json } = await stack.call('olga', 'auditor', 'GET', '/v1/audit/events?record=DecisionAccepted&limit=20');
    const listed = json['events'] as Array<{ recordedAt: string }>;
    const stretch = await exported(stack, { kind: 'range', filter: { from: listed[5]?.recordedAt, to: listed[15]?.recordedAt }, formats: ['bundle'] });
    expect(stretch).toMatchObject({ state: 'ready', failure: null });
    const { report } = await verified(stretch.exportId);
    expect(report).toMatchObject({ kind: 'range', findings: [] });
    expect(report.first).toBeGreaterThan(0);
    const found = await exported(stack, { kind: 'search', filter: { reviewer: 'rita' }, formats: ['bundle', 'csv', 'parquet'] });
    expect(found).toMatchObject({ state: 'ready', failure: null });
    expect((await verified(found.exportId)).report).toMatchObject({ kind: 'selection', findings: [] });
    expect(await exported(stack, { kind: 'search', filter: { reviewer: 'nobody' }, formats: ['bundle'] })).toMatchObject({ state: 'failed', failure: { code: 'nothing-found' } });
  }, 240_000);

  test('has no key of what was erased, and still verifies', async () => {
    const url = new URL(stack.superuserUrl);
    url.pathname = new URL(stack.settings.vaultDatabaseUrl).pathname;
    await using pool = openPool(url.href, 'vault', 1);
    await using vault = new Vault(pool.pool, readMasterKey(stack.settings.masterKeyFile));
    await vault.destroy([{ system: 'mailroom', decisionId: 'two-1' }]);
    const told = await exported(stack, { kind: 'case', filter: { system: 'mailroom', decisionId: 'two-1' }, formats: ['bundle', 'pdf', 'csv'] });
    const { report, path } = await verified(told.exportId);
    expect(report.findings).toEqual([]);
    const records = readFileSync(path).toString('latin1').split('\n').filter((line) => line.includes('"decisionId":"two-1"'));
    expect([records.length > 5, records.some((line) => line.includes('"key":"'))]).toEqual([true, false]);
    expect((await download(stack, told.exportId, 'csv')).bytes.includes('esrever')).toBe(false);
  }, 180_000);
});
