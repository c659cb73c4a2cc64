import { createHash } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import canonicalize from 'canonicalize';
import pg from 'pg';
import { bundlePath, cosignCheckpoint, decodeBundle, formatNote, formatVerifierKey, hashLeaf, openCheckpoint, parseLogProof, tilePath, verifyLogProof, type VerifierKey } from '@countersign/merkle';
import { roleUrl } from '@countersign/kit';
import { policyText, proposal } from '../../tests/bench/load.ts';
import { TestStack, until } from '../../tests/harness/stack.ts';
import { readTopic } from '../../tests/harness/topics.ts';
import { testKey } from '../../packages/merkle/src/testing/keys.ts';
import { csvCell } from './exports/csv.ts';
import { storedVerifierKey } from './log/keys.ts';
import type { EventFilter } from './searches/filter.ts';
import { eventKinds } from './searches/http-shapes.ts';
import { eventsQuery } from './store.ts';

let stack: TestStack;
const count = 120;

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start();
  await stack.activatePolicy(policyText);
  const topic = stack.codec.topicName('decisions.proposed');
  const value = (index: number) => ({ ...proposal(`a-${index}`), ...(index === 7 ? { reasoning: { summary: '=HYPERLINK("http://evil")', factors: [] } } : {}) });
  await stack.producer.send(Array.from({ length: count }, (_, index) => ({ topic, key: `mailroom/a-${index}`, value: stack.codec.encode('decisions.proposed', 'DecisionProposed', value(index)) })));
  await stack.services?.drain(60_000);
}, 120_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

describe('the audit log only grows', () => {
  const attempts = [
    `update audit.events set actor = 'nobody'`, 'delete from audit.events', 'truncate audit.events', `update audit.contents set sealed = ''`, 'delete from audit.event_ids', 'truncate audit.contents', 'delete from audit.event_conflicts',
  ];
  test.each(attempts)('the service may not: %s', async (statement) => {
    const client = new pg.Client({ connectionString: roleUrl(stack.settings.databaseUrl, 'countersign_audit', stack.settings.databasePassword) });
    await client.connect();
    try {
      await expect(client.query(statement)).rejects.toThrow(/permission denied|must be owner|only grows/);
    } finally {
      await client.end();
    }
  });
  test.each(attempts)('a trigger refuses even the superuser: %s', async (statement) => {
    await expect(stack.query(statement)).rejects.toThrow('only grows');
  });
});

describe('events', () => {
  test('delivered twice are written once, also over a restart that lost its Kafka commits', async () => {
    const [before] = await stack.query<{ count: string }>('select count(*) from audit.events');
    await stack.stop();
    await stack.query('update audit.positions set next_offset = 0');
    await stack.start();
    await stack.services?.drain(60_000);
    const [after] = await stack.query<{ count: string; conflicts: string }>('select (select count(*) from audit.events) as count, (select count(*) from audit.event_conflicts) as conflicts');
    expect(after).toEqual({ count: before?.count, conflicts: '0' });
  }, 90_000);

  test('content is sealed: no proposal can be read from the tables', async () => {
    const rows = await stack.query<{ sealed: Buffer; payload: Buffer | null }>(`select c.sealed, e.payload from audit.events e join audit.contents c using (event_id) where e.record = 'DecisionAccepted'`);
    expect(rows).toHaveLength(count);
    for (const { sealed, payload } of rows) expect([payload, sealed.includes('Ink of the strokes')]).toEqual([null, false]);
  });

  test('come in pages without gap or double', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { json: Record<string, unknown> } = await stack.call('olga', 'auditor', 'GET', `/v1/audit/events?record=DecisionResolved&limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...(page.json['events'] as Array<{ decisionId: string }>).map(({ decisionId }) => decisionId));
      cursor = page.json['next'] as string | null;
    }
    expect(seen).toHaveLength(count);
    expect(new Set(seen).size).toBe(count);
  });

  test('every filter uses an index', async () => {
    const filters: EventFilter[] = [{ system: 'mailroom', decisionId: 'a-1' }, { decisionType: 'digits.routing' }, { reviewer: 'rita' }, { kind: 'auto-approved' }, { policyVersion: 'x' }, { from: '2026-01-01T00:00:00Z' }];
    for (const filter of filters) {
      const { text, values } = eventsQuery(filter, { recordedAt: '2026-01-01T00:00:00.000000Z', eventId: 'e' }, 100);
      const client = new pg.Client({ connectionString: stack.superuserUrl.replace(/\/postgres$/, new URL(stack.settings.databaseUrl).pathname) });
      await client.connect();
      await client.query('set search_path = audit; set enable_seqscan = off');
      const plan = JSON.stringify((await client.query<Record<string, unknown>>(`explain (format json) ${text}`, values)).rows);
      await client.end();
      expect([filter, /Index Name":"events_/.test(plan), plan.includes('"Seq Scan"')]).toEqual([filter, true, false]);
    }
  });
});

describe('a filter that can choose nothing is told, for pages and exports', () => {
  const day = '2026-01-31T00:00:00';
  test.each([
    ['record=DecisionResoved', 'record[0]', 'DecisionResolved'],
    ['record=DecisionResolved&record=Nothing', 'record[1]', 'DecisionResolved'],
    ['kind=auto', 'kind', 'auto-approved, standard, senior'],
    [`from=${day}Z&to=${day}Z`, 'to', 'to must be after from'],
    [`from=${day}.000002Z&to=${day}.000001Z`, 'to', 'to must be after from'],
    [`from=${day}Z&to=${day}%2B01:00`, 'to', 'to must be after from'],
    ['from=yesterday', 'from', 'RFC 3339'],
  ])('%s', async (query, field, words) => {
    for (const path of ['events', 'export']) {
      const { status, text } = await stack.call('olga', 'auditor', 'GET', `/v1/audit/${path}?${query}${path === 'export' ? '&reason=Yearly+review' : ''}`);
      expect({ status, json: JSON.parse(text) as object }).toMatchObject({ status: 400, json: { field, detail: expect.stringContaining(words) } });
    }
  });

  test('and no more than that: one microsecond is a range, and every kind on record can be asked for', async () => {
    expect((await stack.call('olga', 'auditor', 'GET', `/v1/audit/events?from=${day}.000001Z&to=${day}.000002Z`)).status).toBe(200);
    const kinds = await stack.query<{ kind: string }>('select distinct kind from audit.events where kind is not null');
    expect(kinds.length).toBeGreaterThan(1);
    for (const { kind } of kinds) expect(eventKinds).toContain(kind);
  });
});

test('the timeline of a decision begins with its acceptance, whatever was recorded first', async () => {
  for (let index = 0; index < 10; index += 1) {
    const { json } = await stack.call('olga', 'auditor', 'GET', `/v1/audit/decisions/mailroom/a-${index}`);
    const names = (json['events'] as Array<{ record: string }>).map(({ record }) => record).filter((record) => record !== 'DecisionProposed');
    expect(names.slice(0, 2)).toEqual(['DecisionAccepted', 'DecisionRouted']);
    expect(['DecisionResolved', 'TaskOpened']).toContain(names[2]);
  }
});

test('a decision that is proposed again and again tells what people and services did, and how many events it does not', async () => {
  const topic = stack.codec.topicName('decisions.proposed');
  const again = (index: number) => ({ ...proposal('a-3'), reasoning: { summary: `Said otherwise, ${index}`, factors: [] } });
  await stack.producer.send(Array.from({ length: 210 }, (_, index) => ({ topic, key: 'mailroom/a-3', value: stack.codec.encode('decisions.proposed', 'DecisionProposed', again(index)) })));
  await stack.services?.drain(60_000);
  const { json } = await stack.call('olga', 'auditor', 'GET', '/v1/audit/decisions/mailroom/a-3');
  const names = (json['events'] as Array<{ record: string }>).map(({ record }) => record);
  const [row] = await stack.query<{ count: string }>(`select count(*) from audit.events where decision_id = 'a-3' and record <> 'ContentRecorded'`);
  const repeats = names.filter((name) => name === 'DecisionProposed' || name === 'DecisionRefused').length;
  expect([repeats, names.length + Number(json['omitted']), Number(json['omitted']) >= 220]).toEqual([200, Number(row?.count), true]);
  expect(names).toEqual(expect.arrayContaining(['DecisionAccepted', 'DecisionRouted', 'DecisionResolved']));
});

describe('exports', () => {
  test('hold every event; what looks like a formula is text; the export is itself on record', async () => {
    const csv = await stack.call('olga', 'auditor', 'GET', '/v1/audit/export?format=csv&record=DecisionAccepted&reason=Yearly+review');
    expect(csv.text.trim().split('\n')).toHaveLength(count + 1);
    const jsonl = await stack.call('olga', 'auditor', 'GET', '/v1/audit/export?record=DecisionAccepted&disclose=true&reason=Yearly+review');
    const seventh = jsonl.text.trim().split('\n').map((line) => JSON.parse(line) as { decisionId: string; event: { proposed: { reasoning: { summary: string } } } }).find(({ decisionId }) => decisionId === 'a-7');
    expect(seventh?.event.proposed.reasoning.summary).toBe('=HYPERLINK("http://evil")');
    await stack.services?.drain(30_000);
    const told = async (record: string) => ((await stack.call('olga', 'auditor', 'GET', `/v1/audit/events?record=${record}`)).json['events'] as Array<{ actor: string; event: Record<string, unknown> }>).map(({ actor, event }): Record<string, unknown> => ({ actor, ...event }));
    const [begun, made] = [await told('ExportBegun'), await told('ExportMade')];
    expect(begun).toMatchObject([
      { actor: 'olga', format: 'csv', filter: 'record=DecisionAccepted', disclosed: false, reason: 'Yearly review' }, { actor: 'olga', format: 'jsonl', filter: 'record=DecisionAccepted', disclosed: true, reason: 'Yearly review' },
    ]);
    expect(made).toMatchObject([csv, jsonl].map(({ text }, index) => ({ exportId: begun[index]?.['exportId'], records: count, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex'), reason: 'Yearly review' })));
  });

  test('leave content out unless it is asked for, and are refused without a reason: nothing leaves, and nothing is told', async () => {
    const { text } = await stack.call('olga', 'auditor', 'GET', '/v1/audit/export?record=DecisionAccepted&reason=Yearly+review');
    for (const line of text.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ event: null, erased: false });
    await stack.services?.drain(30_000);
    const count = async () => (await stack.query(`select 1 from audit.events where record in ('ExportBegun', 'ExportMade')`)).length;
    const before = await count();
    for (const query of ['', '?disclose=true', '?reason=short', '?reason=++++++++++++', `?disclose=true&reason=${'x'.repeat(1001)}`]) {
      const { status, text } = await stack.call('olga', 'auditor', 'GET', `/v1/audit/export${query}`);
      expect([query, status, text.includes('DecisionAccepted'), text.includes('reason')]).toEqual([query, 400, false, true]);
    }
    await stack.services?.drain(30_000);
    expect(await count()).toBe(before);
  });

  test('that are broken off are on record with what had left', async () => {
    const leaving = new AbortController();
    const response = await fetch(`${stack.services?.url}/v1/audit/export?disclose=true&reason=Broken+off+half+way`, { signal: leaving.signal, headers: { authorization: `Bearer ${await stack.token('olga', 'auditor')}` } });
    // The headers are here, so it has begun, and that is on Kafka.
    const [begun] = (await readTopic(stack, 'governance.recorded')).flatMap(({ event }) => (event.record === 'ExportBegun' && event.value.reason === 'Broken off half way' ? [event.value] : []));
    expect(begun).toMatchObject({ actor: 'olga', disclosed: true });
    leaving.abort();
    await response.text().catch(() => undefined);
    await until('its end is told', async () => (await readTopic(stack, 'governance.recorded')).some(({ event }) => event.record === 'ExportMade' && event.value.exportId === begun?.exportId) || undefined);
  });

  test.each([['=1+1', `'=1+1`], ['+x', `'+x`], ['@x', `'@x`], ['-x', `'-x`], ['-12.5', '-12.5'], ['plain', 'plain'], [null, ''], [3, '3']])('cell %s becomes %s', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  test('are for auditors; a refusal is on record', async () => {
    expect((await stack.call('rita', 'reviewer', 'GET', '/v1/audit/export?reason=Yearly+review')).status).toBe(403);
    await stack.services?.drain(30_000);
    expect((await stack.query<{ actor: string }>(`select actor from audit.events where record = 'AccessDenied'`)).map(({ actor }) => actor)).toContain('rita');
  });
});

describe('the Merkle log over HTTP', () => {
  const get = (path: string) => stack.call('olga', 'auditor', 'GET', path);
  const bytesOf = async (path: string) => {
    const response = await fetch(`${stack.services?.url}${path}`, { headers: { authorization: `Bearer ${await stack.token('olga', 'auditor')}` } });
    return { status: response.status, cache: response.headers.get('cache-control') ?? '', bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const openNewest = async () => {
    const keys = (await (await fetch(`${stack.services?.url}/v1/audit/log/keys`)).text()).trim().split('\n').map(storedVerifierKey);
    const opened = openCheckpoint(await (await fetch(`${stack.services?.url}/v1/audit/log/checkpoint`)).text(), { origin: keys[0]?.name ?? '', logKeys: keys });
    if (!opened.ok) throw new Error(opened.reason);
    return { ...opened.value, keys };
  };

  test('every record has a place, a leaf that is its canonical form, and a proof that a stranger can check', async () => {
    await stack.services?.drain(30_000);
    const { checkpoint, keys } = await openNewest();
    const page = (await get('/v1/audit/events?record=DecisionAccepted&limit=5')).json['events'] as Array<Record<string, string | number>>;
    for (const { logIndex, ...event } of page) {
      const index = Number(logIndex);
      expect(index).toBeLessThan(checkpoint.size);
      const { bytes } = await bytesOf(`/v1/audit/log/${bundlePath({ index: Math.floor(index / 256), width: Math.min(256, checkpoint.size - Math.floor(index / 256) * 256) })}`);
      const bundle = decodeBundle(bytes, (index % 256) + 1);
      const entry = Buffer.from(bundle.ok ? (bundle.value[index % 256] ?? []) : []);
      const record = JSON.parse(entry.toString()) as Record<string, unknown>;
      expect(entry.toString()).toBe(canonicalize(record));
      expect(record).toMatchObject({ eventId: event['eventId'], topic: event['topic'], offset: event['offset'], decisionId: event['decisionId'], payload: 'sealed', payloadSha256: event['commitment'], valueDigest: event['valueDigest'] });
      const proof = parseLogProof((await get(`/v1/audit/proofs/${index}`)).text);
      expect(proof.ok && verifyLogProof(proof.value, hashLeaf(entry), { origin: checkpoint.origin, logKeys: keys })).toMatchObject({ ok: true });
    }
  });

  test('tiles of hashes are for anyone and for ever; records are for auditors', async () => {
    const { checkpoint } = await openNewest();
    const path = tilePath({ level: 0, index: 0, width: Math.min(256, checkpoint.size) });
    const open = await fetch(`${stack.services?.url}/v1/audit/log/${path}`);
    expect([open.status, open.headers.get('cache-control'), (await open.arrayBuffer()).byteLength]).toEqual([200, 'public, max-age=31536000, immutable', 32 * Math.min(256, checkpoint.size)]);
    expect((await fetch(`${stack.services?.url}/v1/audit/log/${path.replace('tile/0', 'tile/entries')}`)).status).toBe(401);
    expect((await bytesOf(`/v1/audit/log/${path.replace('tile/0', 'tile/entries')}`)).status).toBe(200);
  });

  test.each(['/v1/audit/log/tile/0/999', '/v1/audit/log/tile/0/../../secrets', '/v1/audit/log/tile/0/..%2f..%2fcheckpoint', '/v1/audit/log/tile/99/000', '/v1/audit/log/tile/entries/00', '/v1/audit/proofs/99999999', '/v1/audit/log/tile/0/000.p/0'])('%s is not there', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  test('a cosignature of a witness we were given is kept and handed on; nothing else is', async () => {
    const witness = testKey('witness.example', 'cosignature/v1', 9);
    const { text, checkpoint } = await openNewest();
    const bring = async (body: string) => {
      const response = await fetch(`${stack.services?.url}/v1/audit/log/cosignatures`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
      return { status: response.status, json: (await response.json()) as object };
    };
    const cosigned = formatNote({ text, signatures: [cosignCheckpoint(text, witness, 1_770_000_000)] });
    expect((await bring(cosigned)).status).toBe(422);
    await appendFile(stack.logEnv['COUNTERSIGN_AUDIT_WITNESS_KEYS_FILE'] ?? '', `${formatVerifierKey(witness.verifier)}\n`);
    expect(await bring(cosigned)).toEqual({ status: 200, json: { size: checkpoint.size, witnesses: ['witness.example'] } });
    expect((await bring(cosigned)).status).toBe(200);
    const other = text.replace(`\n${checkpoint.size}\n`, `\n${checkpoint.size + 1}\n`);
    expect((await bring(formatNote({ text: other, signatures: [cosignCheckpoint(other, witness, 1_770_000_000)] }))).status).toBe(409);
    expect((await bring(cosigned.replace('\u2014 witness.example ', '\u2014 witness.example AAAA'))).status).toBe(422);
    expect((await bring('hello')).status).toBe(400);
    const opened = openCheckpoint(await (await fetch(`${stack.services?.url}/v1/audit/log/checkpoint?cosigned=true`)).text(), { origin: checkpoint.origin, logKeys: (await openNewest()).keys, witnessKeys: [witness.verifier], witnessesMin: 1 });
    expect(opened.ok).toBe(true);
    const proof = parseLogProof((await get('/v1/audit/proofs/0?cosigned=true')).text);
    expect(proof.ok && proof.value.checkpoint).toContain('\u2014 witness.example ');
    const { json } = await get('/v1/audit/log/status');
    expect(json).toMatchObject({ origin: checkpoint.origin, problems: [], witnesses: [{ name: 'witness.example', size: checkpoint.size, signedAt: '2026-02-02T02:40:00.000Z' }] });
  });

  test('the key that signs is on record', async () => {
    const { keys } = await openNewest();
    const { json } = await get('/v1/audit/events?record=LogKeyChanged');
    expect(json['events']).toMatchObject([{ event: { change: 'added', verifierKey: formatVerifierKey(keys[0] as VerifierKey) } }]);
  });

  test('what outsiders write cannot stop it: an id too long for an index or an entry, and a character that cannot be stored, are in the payload alone', async () => {
    const topic = stack.codec.topicName('decisions.proposed');
    const hostile = ['\u0001'.repeat(60_000), 'a\u0000b', 'x'.repeat(100_000)];
    await stack.producer.send(hostile.map((decisionId, index) => ({ topic, key: `mailroom/hostile-${index}`, value: stack.codec.encode('decisions.proposed', 'DecisionProposed', { ...proposal('hostile'), decisionId }) })));
    await stack.services?.drain(60_000);
    const rows = await stack.query<{ decision_id: string | null; placed: boolean }>(`select e.decision_id, l.log_index is not null as placed from audit.events e left join audit.log_entries l using (recorded_at, event_id) where e.record = 'DecisionProposed' and e.decision_id is null`);
    expect(rows).toEqual(hostile.map(() => ({ decision_id: null, placed: true })));
  }, 90_000);
});
