import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { topology, type ServiceName, type TopicName } from '@countersign/contracts';
import { createLog, mintApiKey } from '@countersign/kit';
import { startServices, type ServiceStack } from '../../packages/stack/src/embedded/stack.ts';
import { TestStack, until } from '../harness/stack.ts';
import { readTopic } from '../harness/topics.ts';

/** Every service that serves routes, each with a server, a feed and a clock of its own, as in a cluster. */
const serving = ['intake', 'risk', 'review', 'audit', 'metrics'] as const;
type Serving = (typeof serving)[number];
/** A route of each, and what a pipeline that may speak for the mailroom is told there. */
const probes: Record<Serving, { path: string; status: number }> = {
  intake: { path: '/v1/decisions/mailroom/none', status: 404 },
  risk: { path: '/v1/policies', status: 403 },
  review: { path: '/v1/reviews/claims', status: 403 },
  audit: { path: '/v1/audit/events', status: 403 },
  metrics: { path: '/v1/metrics/oversight', status: 403 },
};

const hourUs = 3_600_000_000;
const dayUs = 24 * hourUs;
let stack: TestStack;
const servers = new Map<ServiceName, ServiceStack>();
let aheadUs = 0;
let logged = '';
const log = createLog('test', 'trace', { write: (line) => void (logged += line) });

async function serve(service: ServiceName): Promise<void> {
  servers.set(service, await startServices({ settings: stack.settings, env: { ...process.env, ...stack.logEnv }, services: [service], log, clock: () => Date.now() * 1000 + aheadUs, onCrash: (_service, error) => stack.crashes.push(error) }));
}

beforeAll(async () => {
  stack = await TestStack.prepare();
  for (const service of serving) await serve(service);
}, 180_000);
afterAll(async () => {
  for (const server of servers.values()) await server[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
}, 120_000);
afterEach(() => {
  aheadUs = 0;
});

type Answer = { status: number; text: string; json: Record<string, unknown> };

async function ask(service: ServiceName, token: string, path: string, body?: object, method = body === undefined ? 'GET' : 'POST'): Promise<Answer> {
  const response = await fetch(`${servers.get(service)?.url ?? ''}${path}`, { method, headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, text, json: text.startsWith('{') && !path.includes('export') ? (JSON.parse(text) as Record<string, unknown>) : {} };
}

const asAdmin = async (path: string, body?: object, admin = 'root') => await ask('review', await stack.token(admin, 'admin'), path, body);
const probe = async (service: Serving, token: string) => await ask(service, token, probes[service].path);

type Made = { keyId: string; secret: string };
let names = 0;
async function make(change: object = {}): Promise<Made> {
  const made = await asAdmin('/v1/api-keys', { name: `pipeline ${(names += 1)}`, systems: ['mailroom'], expiresInDays: 30, ...change });
  expect(made).toMatchObject({ status: 201, json: { state: 'active', lastUsedAt: null, replacedBy: null, createdBy: 'root' } });
  return made.json as Made;
}

/** Waits until every server knows the key in the state that makes it answer so. */
async function everywhere(token: string, statusOf: (service: Serving) => number): Promise<void> {
  for (const service of serving) await until(`${service} to answer ${statusOf(service)}`, async () => ((await probe(service, token)).status === statusOf(service) ? true : undefined));
}
const accepted = async (token: string) => await everywhere(token, (service) => probes[service].status);
const refused = async (token: string) => await everywhere(token, () => 401);

async function denials(): Promise<Array<{ actor: string | null; apiKeyId: string | null; reason: string; permission: string; path: string }>> {
  return (await readTopic(stack, 'governance.recorded')).flatMap(({ event }) => (event.record === 'AccessDenied' ? [event.value] : []));
}

describe('a key', () => {
  test('is a pipeline for its systems in every service, and nothing else', async () => {
    const { keyId, secret } = await make();
    await accepted(secret);
    expect(await ask('intake', secret, '/v1/decisions/elsewhere/none')).toMatchObject({ status: 403, json: { permission: 'system', detail: 'Your token does not cover the system elsewhere.' } });
    expect(await ask('review', secret, '/v1/api-keys', { name: 'mine', systems: ['*'], expiresInDays: 400 })).toMatchObject({ status: 403, json: { permission: 'keys.manage' } });
    const denied = await until('both denials on record', async () => {
      const mine = (await denials()).filter(({ actor }) => actor === `api-key:${keyId}`);
      return mine.some(({ permission }) => permission === 'system') && mine.some(({ permission }) => permission === 'keys.manage') ? mine : undefined;
    });
    expect(denied).toContainEqual(expect.objectContaining({ permission: 'system', path: '/v1/decisions/elsewhere/none', reason: 'forbidden' }));
  }, 60_000);

  test('of every system speaks for any', async () => {
    const { secret } = await make({ systems: ['*'] });
    await accepted(secret);
    expect((await ask('intake', secret, '/v1/decisions/elsewhere/none')).status).toBe(404);
  }, 60_000);

  test('shows when it was used last, once it was', async () => {
    const [used, unused] = [await make(), await make()];
    const before = Date.now() - 1000;
    await accepted(used.secret);
    const lastUse = async (keyId: string) => ((await asAdmin('/v1/api-keys')).json['keys'] as Array<{ keyId: string; lastUsedAt: string | null }>).find((key) => key.keyId === keyId)?.lastUsedAt ?? undefined;
    expect(Date.parse(await until('the last use', () => lastUse(used.keyId)))).toBeGreaterThan(before);
    expect(await lastUse(unused.keyId)).toBeUndefined();
    const told = (await readTopic(stack, 'governance.recorded')).flatMap(({ event }) => (event.record === 'ApiKeyUsed' && event.value.keyId === used.keyId ? [event.value.service] : []));
    // Once by each server at the most, however often they were asked.
    expect(new Set(told).size).toBe(told.length);
  }, 60_000);

  test('with a wrong secret, or that nobody made, is refused everywhere in the same words, and recorded', async () => {
    const { keyId, secret } = await make();
    await accepted(secret);
    const wrong = `csk_${keyId}_${mintApiKey().secret.slice(-43)}`;
    const unknown = mintApiKey();
    for (const service of serving) {
      const answers = [await probe(service, wrong), await probe(service, unknown.secret)];
      for (const answer of answers) expect(answer).toMatchObject({ status: 401, json: { code: 'unauthenticated', detail: 'This API key is not known here, or its secret is wrong.' } });
    }
    const recorded = await until('the denials', async () => {
      // Asked before it was known, a key is unknown: those denials are of the key's first moment.
      const found = (await denials()).filter(({ apiKeyId, reason }) => (apiKeyId === keyId && reason !== 'api-key-unknown') || apiKeyId === unknown.keyId);
      return found.length === 2 * serving.length ? found : undefined;
    });
    expect(new Set(recorded.map(({ actor, apiKeyId, reason }) => JSON.stringify([actor, apiKeyId, reason])))).toEqual(new Set([JSON.stringify([null, keyId, 'api-key-wrong-secret']), JSON.stringify([null, unknown.keyId, 'api-key-unknown'])]));
  }, 60_000);
});

describe('a key that ends', () => {
  test('revoked is refused everywhere, on record with who tried', async () => {
    const { keyId, secret } = await make();
    await accepted(secret);
    expect(await asAdmin(`/v1/api-keys/${keyId}/revoke`, { reason: 'It was pasted into a ticket.' })).toMatchObject({ status: 200, json: { keyId, state: 'revoked' } });
    await refused(secret);
    expect((await probe('intake', secret)).json).toMatchObject({ detail: expect.stringContaining('was revoked'), remedy: 'Ask an administrator for a new key.' });
    const recorded = await until('the denials', async () => {
      const found = (await denials()).filter(({ apiKeyId, reason }) => apiKeyId === keyId && reason === 'api-key-revoked');
      return found.length > serving.length ? found : undefined;
    });
    expect(new Set(recorded.map(({ actor }) => actor))).toEqual(new Set([`api-key:${keyId}`]));
    expect(await asAdmin(`/v1/api-keys/${keyId}/rotate`, { overlapHours: 1 })).toMatchObject({ status: 409, json: { refusal: 'key-ended' } });
  }, 60_000);

  test('expired is refused from the instant on, without any event', async () => {
    const { secret } = await make({ expiresInDays: 1 });
    await accepted(secret);
    aheadUs = dayUs - hourUs;
    await accepted(secret);
    aheadUs = dayUs;
    for (const service of serving) expect(await probe(service, secret)).toMatchObject({ status: 401, json: { detail: expect.stringContaining('ended at') } });
  }, 60_000);

  test('rotated is good for its overlap, beside the new one, and then names it', async () => {
    const old = await make();
    await accepted(old.secret);
    const rotated = await asAdmin(`/v1/api-keys/${old.keyId}/rotate`, { overlapHours: 2 });
    expect(rotated.status).toBe(201);
    const fresh = rotated.json as Made;
    await accepted(fresh.secret);
    await accepted(old.secret);
    const listed = ((await asAdmin('/v1/api-keys')).json['keys'] as Array<{ keyId: string }>).filter(({ keyId }) => keyId === old.keyId || keyId === fresh.keyId);
    expect(listed).toMatchObject([{ keyId: fresh.keyId, state: 'active' }, { keyId: old.keyId, state: 'rotating', replacedBy: fresh.keyId }]);
    aheadUs = 2 * hourUs;
    for (const service of serving) expect(await probe(service, old.secret)).toMatchObject({ status: 401, json: { remedy: `Use the key that replaced it, ${fresh.keyId}.` } });
    await accepted(fresh.secret);
    expect(await asAdmin(`/v1/api-keys/${old.keyId}/rotate`, { overlapHours: 2 })).toMatchObject({ status: 409, json: { refusal: 'key-replaced' } });
  }, 60_000);
});

describe('a server that starts', () => {
  test('knows every key before it answers anybody', async () => {
    const [good, bad] = [await make(), await make()];
    await asAdmin(`/v1/api-keys/${bad.keyId}/revoke`, { reason: 'test' });
    await refused(bad.secret);
    await accepted(good.secret);
    for (const service of ['intake', 'audit'] as const) {
      await servers.get(service)?.[Symbol.asyncDispose]();
      await serve(service);
      expect([(await probe(service, good.secret)).status, (await probe(service, bad.secret)).status]).toEqual([probes[service].status, 401]);
    }
  }, 120_000);
});

describe('what is asked for', () => {
  test.each<[string, object, string]>([
    ['no end', { expiresInDays: undefined }, 'expiresInDays'],
    ['an end too far', { expiresInDays: 401 }, 'expiresInDays'],
    ['no system', { systems: [] }, 'systems'],
    ['a name of nothing', { name: '  ' }, 'name'],
    ['a name no database keeps', { name: 'a\u0000b' }, 'name'],
    ['more than there is', { roles: ['admin'] }, 'roles'],
  ])('%s is refused, by the field', async (_what, change, field) => {
    expect(await asAdmin('/v1/api-keys', { name: 'refused', systems: ['mailroom'], expiresInDays: 30, ...change })).toMatchObject({ status: 400, json: { field } });
  });

  test('of two admins who make a key of one name at once, one does', async () => {
    const body = { name: 'raced', systems: ['mailroom'], expiresInDays: 30 };
    const answers = await Promise.all(['root', 'ruth'].map((admin) => asAdmin('/v1/api-keys', body, admin)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)?.json).toMatchObject({ refusal: 'key-name-taken', field: 'name' });
  });

  test.each(['reviewer', 'supervisor', 'auditor', 'ops', 'pipeline'])('a %s may not look at keys, nor make or end one', async (role) => {
    const token = await stack.token('rita', role);
    const answers = [await ask('review', token, '/v1/api-keys'), await ask('review', token, '/v1/api-keys', { name: 'x', systems: ['*'], expiresInDays: 1 }), await ask('review', token, '/v1/api-keys/x/revoke', { reason: 'x' }), await ask('review', token, '/v1/api-keys/x/rotate', { overlapHours: 1 })];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });
});

test('neither secrets nor their hashes are anywhere they need not be', async () => {
  const old = await make();
  await accepted(old.secret);
  const rotated = await asAdmin(`/v1/api-keys/${old.keyId}/rotate`, { overlapHours: 1 });
  const fresh = rotated.json as Made;
  await refused(`${old.secret}x`);
  const revoked = await asAdmin(`/v1/api-keys/${fresh.keyId}/revoke`, { reason: 'test' });
  await refused(fresh.secret);
  for (const service of ['review', 'audit', 'metrics'] as const) await servers.get(service)?.services.get(service)?.drain(30_000);
  const rows = await stack.query<{ hash: Buffer }>('select secret_sha256 as hash from review.api_keys where key_id = any($1)', [[old.keyId, fresh.keyId]]);
  const hashes = rows.flatMap(({ hash }) => [hash.toString('hex'), hash.toString('base64').slice(0, 42), hash.toString('base64url').slice(0, 42)]);
  const secrets = [old, fresh].map(({ secret }) => secret.slice(-43));
  expect(hashes).toHaveLength(6);

  const auditor = await stack.token('olga', 'auditor');
  const overHttp = [rotated.text, revoked.text, (await asAdmin('/v1/api-keys')).text, (await ask('audit', auditor, '/v1/audit/events?record=ApiKeyChanged&limit=500')).text];
  for (const format of ['jsonl', 'csv']) overHttp.push((await ask('audit', auditor, `/v1/audit/export?format=${format}&disclose=true&reason=A+test+of+keys`)).text);
  expect(overHttp.filter((text) => text.includes(fresh.keyId))).toHaveLength(6);
  for (const text of overHttp) for (const hash of hashes) expect(text).not.toContain(hash);

  const topics = (Object.keys(topology) as TopicName[]).filter((topic) => topic === 'access.changed' || topic === 'governance.recorded');
  const values = (await Promise.all(topics.map((topic) => readTopic(stack, topic)))).flat().map(({ record }) => Buffer.concat([record.key ?? Buffer.alloc(0), record.value ?? Buffer.alloc(0)]).toString('latin1'));
  const tables = await stack.query<{ name: string }>(`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('review', 'audit', 'metrics', 'intake', 'risk')`);
  // One after another: each query is a connection, and there are more tables than the server takes connections.
  const dumps: string[] = [];
  for (const { name } of tables) dumps.push((await stack.query<{ text: string | null }>(`select string_agg(t::text, ' ') as text from ${name} t`))[0]?.text ?? '');
  const hexOf = (text: string) => Buffer.from(text).toString('hex');
  expect(values.join(' ')).toContain(fresh.keyId);
  expect(dumps.join(' ')).toContain(fresh.keyId);
  expect(logged.length).toBeGreaterThan(0);
  for (const secret of secrets) {
    for (const text of [...values, ...dumps, logged, ...overHttp.slice(1)]) {
      expect(text.includes(secret)).toBe(false);
      expect(text.includes(hexOf(secret))).toBe(false);
    }
  }
  expect(stack.crashes).toEqual([]);
}, 120_000);
