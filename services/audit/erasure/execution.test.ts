import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Pool, PoolClient } from 'pg';
import { createLog, openDatabase, openPool, Publisher, roleUrl, Vault, type Database } from '@countersign/kit';
import { TestStack } from '../../../tests/harness/stack.ts';
import type { ErasureDeps } from './context.ts';
import { insertAcknowledgements, pageOfDecisions, readErasure } from './erasures-store.ts';
import { advanceErasures, scrubbingServices } from './execution.ts';
import { liftHold, placeHold } from './holds.ts';
import { approveErasure, refuseErasure, requestErasure, subjectOf } from './requests.ts';

let stack: TestStack;
let database: Database<unknown>;
let vaultDatabase: Database<unknown>;
let deps: ErasureDeps;
let count = 0;
let subject: { system: string; subjectKind: string; subjectId: string };
const masterKey = randomBytes(32);
const plain = Buffer.from('content');

beforeAll(async () => {
  stack = await TestStack.prepare();
  database = openDatabase<unknown>('audit', stack.settings);
  vaultDatabase = openPool<unknown>(roleUrl(stack.settings.vaultDatabaseUrl, 'countersign_audit', stack.settings.databasePassword), 'vault', 4);
  deps = depsOf(database.pool, vaultDatabase.pool);
}, 60_000);

afterAll(async () => {
  await deps.vault[Symbol.asyncDispose]();
  await vaultDatabase[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

beforeEach(() => {
  count += 1;
  subject = { system: 'lungs', subjectKind: 'patient', subjectId: `patient-${count}` };
});

function depsOf(pool: Pool, vaultPool: Pool): ErasureDeps {
  return { context: { publisher: new Publisher('audit', stack.codec), log: createLog('audit', 'silent') }, pool, vault: new Vault(vaultPool, masterKey) };
}

const decisionIds = (many = 3) => Array.from({ length: many }, (_, index) => `d-${count}-${index}`);

async function sealAll(vault: Vault, ids: readonly string[], acceptedAt = 1000): Promise<boolean[]> {
  return (await vault.seal(ids.map((decisionId) => ({ owner: { ...subject, decisionId, acceptedAt }, plain })))).map((sealed) => sealed !== null);
}

async function approved(): Promise<string> {
  const erasureId = await requestErasure(deps, 'priya', { ...subject, reason: 'A letter' });
  await approveErasure(deps, 'pavel', erasureId);
  return erasureId;
}

async function acknowledge(erasureId: string): Promise<void> {
  const ids = await pageOfDecisions(database.pool, erasureId, '', 1000);
  const client = await database.pool.connect();
  await insertAcknowledgements(client, scrubbingServices.flatMap((service) => ids.map((decisionId) => ({ erasureId, service, decisionId }))));
  client.release();
}

/** What left, or waits to leave. */
async function emitted(name: string): Promise<Array<{ key: string | null }>> {
  const { rows } = await database.pool.query<{ key: string | null }>(`select record_key as key from outbox where headers ->> 'ce_type' = $1 order by outbox_id`, [`io.countersign.${name}`]);
  return rows;
}

class Crash extends Error {}

/** Dies at the nth statement, before or after it took effect; everything that was not committed is rolled back. */
function dying(pool: Pool, budget: { left: number }, when: 'before' | 'after'): Pool {
  const query = (target: Pool | PoolClient) => async (...given: unknown[]) => {
    budget.left -= 1;
    if (budget.left === 0 && when === 'before') throw new Crash();
    const result: unknown = await (target.query as (...args: unknown[]) => Promise<unknown>)(...given);
    if (budget.left === 0) throw new Crash();
    return result;
  };
  return new Proxy(pool, {
    get: (target, name) => {
      if (name === 'query') return query(target);
      if (name === 'connect') return async () => {
        const client = await target.connect();
        return new Proxy(client, { get: (inner, part) => {
          if (part === 'query') return query(inner);
          const value: unknown = Reflect.get(inner, part);
          return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(inner) : value;
        } });
      };
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}

describe('an erasure', () => {
  test('needs two people, and nothing happens before', async () => {
    await sealAll(deps.vault, decisionIds());
    const erasureId = await requestErasure(deps, 'priya', { ...subject, reason: 'A letter' });
    await advanceErasures(deps);
    expect(await sealAll(deps.vault, decisionIds())).toEqual([true, true, true]);
    await expect(approveErasure(deps, 'priya', erasureId)).rejects.toThrow('somebody else must decide');
    await expect(refuseErasure(deps, 'priya', erasureId, 'No')).rejects.toThrow('somebody else must decide');
    await refuseErasure(deps, 'pavel', erasureId, 'Not from the subject');
    await expect(approveErasure(deps, 'pavel', erasureId)).rejects.toThrow('refused already');
    const row = await readErasure(database.pool, erasureId);
    expect([row?.state, row?.sealedSubject, row === null ? null : await subjectOf(deps, row)]).toEqual(['refused', null, null]);
  });

  test('of whom names nobody: not in its rows, not in its events', async () => {
    await sealAll(deps.vault, decisionIds());
    const erasureId = await requestErasure(deps, 'priya', { ...subject, reason: 'A letter' });
    const row = await readErasure(database.pool, erasureId);
    expect(row === null ? null : await subjectOf(deps, row)).toEqual({ subjectKind: 'patient', subjectId: subject.subjectId });
    const { rows } = await database.pool.query<{ text: string }>('select e::text as text from erasures e union all select o::text from outbox o');
    for (const { text } of rows) expect([text.includes(subject.subjectId), text.includes(Buffer.from(subject.subjectId).toString('hex'))]).toEqual([false, false]);
    await expect(requestErasure(deps, 'priya', { ...subject, reason: `About ${subject.subjectId.toUpperCase()}` })).rejects.toThrow('names the subject');
    await refuseErasure(deps, 'pavel', erasureId, 'A test');
  });

  test.each([
    [{}, 'one of them'], [{ system: 's', subjectKind: 'k' }, 'a kind and an id'], [{ decisionIds: ['a'] }, 'system'], [{ system: 's', decisionIds: ['a'], eventIds: ['b'] }, 'one of them'],
  ])('of %j is refused', async (request, words) => {
    await expect(requestErasure(deps, 'priya', { ...request, reason: 'A letter' })).rejects.toThrow(words);
  });

  test('is complete when every service has said so of every decision', async () => {
    await sealAll(deps.vault, decisionIds());
    const erasureId = await approved();
    await advanceErasures(deps);
    expect((await readErasure(database.pool, erasureId))?.state).toBe('announced');
    expect(await sealAll(new Vault(vaultDatabase.pool, masterKey), decisionIds())).toEqual([false, false, false]);
    const client = await database.pool.connect();
    const all = scrubbingServices.flatMap((service) => decisionIds().map((decisionId) => ({ erasureId, service, decisionId })));
    await insertAcknowledgements(client, [...all.slice(1), { erasureId, service: 'review', decisionId: 'of nobody' }, { erasureId: 'unknown', service: 'review', decisionId: 'x' }]);
    await advanceErasures(deps);
    expect((await readErasure(database.pool, erasureId))?.state).toBe('announced');
    await insertAcknowledgements(client, all);
    client.release();
    await advanceErasures(deps);
    expect(await readErasure(database.pool, erasureId)).toMatchObject({ state: 'completed', sealedSubject: null });
  });

  test('takes along what was disclosed and still lies here; what is being made begins anew', async () => {
    await sealAll(deps.vault, decisionIds());
    const add = async (state: string, disclose: boolean) => (await database.pool.query<{ id: string }>(
      `insert into exports (export_id, kind, filter, formats, disclose, reason, state, requested_by, expires_at) values (gen_random_uuid(), 'range', '{}', '{bundle}', $2, 'x', $1, 'olga', now() + interval '1 day') returning export_id as id`, [state, disclose])).rows[0]?.id ?? '';
    const ids = [await add('ready', true), await add('running', true), await add('ready', false)];
    await acknowledge(await approved().then(async (erasureId) => (await advanceErasures(deps), erasureId)));
    const { rows } = await database.pool.query<{ state: string; over: boolean }>('select state, expires_at <= clock_timestamp() as over from exports where export_id = any($1) order by array_position($1, export_id)', [ids]);
    expect(rows).toEqual([{ state: 'ready', over: true }, { state: 'waiting', over: false }, { state: 'ready', over: false }]);
    await advanceErasures(deps);
  });

  test('of what belongs to no decision destroys its keys, and asks nobody', async () => {
    const [sealed] = await deps.vault.seal([{ owner: { system: '', decisionId: `letter-${count}` }, plain }]);
    const erasureId = await requestErasure(deps, 'priya', { eventIds: [`letter-${count}`], reason: 'A letter' });
    await approveErasure(deps, 'pavel', erasureId);
    await advanceErasures(deps);
    expect((await readErasure(database.pool, erasureId))?.state).toBe('completed');
    await expect(deps.vault.open({ system: '', decisionId: `letter-${count}` }, sealed?.bytes ?? plain)).rejects.toThrow('erased');
  });

  test('of a decision by the ids of events is refused, whoever asks or approves: it would tell nobody, and pass its holds', async () => {
    const [known] = decisionIds();
    const request = { system: subject.system, eventIds: [known ?? ''], reason: 'A letter' };
    const erasureId = await requestErasure(deps, 'priya', request);
    await database.pool.query(
      `insert into events (recorded_at, event_id, topic, partition, log_offset, record, occurred_at, system, decision_id, payload_kind) values (clock_timestamp(), $1, 'decisions.proposed', 0, 0, 'DecisionProposed', 0, $2, $3, 'erased')`,
      [`e-${count}`, subject.system, known]);
    await expect(approveErasure(deps, 'pavel', erasureId)).rejects.toThrow('is a decision of lungs');
    await expect(requestErasure(deps, 'priya', request)).rejects.toThrow('is a decision of lungs');
    await refuseErasure(deps, 'pavel', erasureId, 'A decision');
  });

  test.each(['before', 'after'] as const)('survives a crash at every statement, %s it took effect', async (when) => {
    let crashes = 0;
    for (let at = 1; ; at += 1) {
      count += 1;
      subject = { ...subject, subjectId: `patient-${count}` };
      await sealAll(deps.vault, decisionIds());
      const erasureId = await approved();
      const budget = { left: at };
      const own = depsOf(dying(database.pool, budget, when), dying(vaultDatabase.pool, budget, when));
      const crashed = await advanceErasures(own).then(() => false, (error: unknown) => {
        if (error instanceof Crash || error instanceof AggregateError) return true;
        throw error;
      });
      await own.vault[Symbol.asyncDispose]();
      // Whoever takes over.
      await advanceErasures(deps);
      expect([at, (await readErasure(database.pool, erasureId))?.state]).toEqual([at, 'announced']);
      expect(await sealAll(new Vault(vaultDatabase.pool, masterKey), [...decisionIds(), `late-${count}`])).toEqual([false, false, false, false]);
      expect((await emitted('DecisionErased')).filter(({ key }) => key?.startsWith(`lungs/d-${count}-`) === true)).toHaveLength(3);
      await acknowledge(erasureId);
      await advanceErasures(deps);
      expect((await readErasure(database.pool, erasureId))?.state).toBe('completed');
      if (!crashed) break;
      crashes += 1;
    }
    // Four steps of a transaction each, with what they do.
    expect(crashes).toBeGreaterThan(20);
  }, 120_000);
});

describe('a legal hold', () => {
  const system = 'lungs';
  const lift = async (holdId: string) => {
    await liftHold(deps, 'priya', holdId, 'x y z');
    await liftHold(deps, 'pavel', holdId, 'x y z');
  };
  const refusal = async (erasureId: string) => await approveErasure(deps, 'pavel', erasureId).then(() => null, (error: unknown) => (error as { details: Record<string, unknown> }).details);

  test('on the subject, or on one of its decisions, blocks an erasure until two people lift it', async () => {
    await sealAll(deps.vault, decisionIds());
    const reason = 'Proceedings';
    for (const what of [{ subjectKind: subject.subjectKind, subjectId: subject.subjectId }, { decisionIds: [`d-${count}-1`] }]) {
      const hold = await placeHold(deps, 'priya', { system, ...what, reason });
      for (const request of [subject, { system, decisionIds: [`d-${count}-1`] }]) {
        const erasureId = await requestErasure(deps, 'priya', { ...request, reason });
        expect(await refusal(erasureId)).toMatchObject({ refusal: 'legal-hold', holds: [hold.holdId] });
        await refuseErasure(deps, 'pavel', erasureId, 'Held');
      }
      expect((await liftHold(deps, 'priya', hold.holdId, 'Settled')).liftedAt).toBeNull();
      await expect(liftHold(deps, 'priya', hold.holdId, 'Settled')).rejects.toThrow('somebody else must agree');
      expect((await liftHold(deps, 'pavel', hold.holdId, 'Settled')).liftedBy).toBe('pavel');
      await expect(liftHold(deps, 'pavel', hold.holdId, 'Settled')).rejects.toThrow('lifted already');
    }
    await approved();
  });

  test('placed after the approval keeps what is not destroyed yet, and says so', async () => {
    await sealAll(deps.vault, decisionIds());
    const erasureId = await approved();
    const hold = await placeHold(deps, 'priya', { system, decisionIds: [`d-${count}-1`], reason: 'Proceedings' });
    await advanceErasures(deps);
    await acknowledge(erasureId);
    await advanceErasures(deps);
    expect((await readErasure(database.pool, erasureId))?.state).toBe('completed');
    expect(await pageOfDecisions(database.pool, erasureId, '', 10)).toEqual([`d-${count}-0`, `d-${count}-2`]);
    expect(await sealAll(new Vault(vaultDatabase.pool, masterKey), decisionIds())).toEqual([false, true, false]);
    await lift(hold.holdId);
  });

  test('placed while the vault fails keeps what is not destroyed yet, and says so', async () => {
    await sealAll(deps.vault, decisionIds());
    const erasureId = await approved();
    await using failing = new Vault(vaultDatabase.pool, masterKey);
    failing.destroy = () => Promise.reject(new Crash());
    await expect(advanceErasures({ ...deps, vault: failing })).rejects.toThrow(Crash);
    expect((await readErasure(database.pool, erasureId))?.state).toBe('listed');
    const hold = await placeHold(deps, 'priya', { system, decisionIds: [`d-${count}-1`], reason: 'Proceedings' });
    await advanceErasures(deps);
    expect(await pageOfDecisions(database.pool, erasureId, '', 10)).toEqual([`d-${count}-0`, `d-${count}-2`]);
    expect(await sealAll(new Vault(vaultDatabase.pool, masterKey), decisionIds())).toEqual([false, true, false]);
    await lift(hold.holdId);
  });

  test('placed behind the keys, before everybody was told, keeps nobody from being told', async () => {
    await sealAll(deps.vault, decisionIds());
    const erasureId = await approved();
    await using failing = new Vault(vaultDatabase.pool, masterKey);
    failing.destroy = async (places) => {
      await deps.vault.destroy(places);
      if (places.length > 0) throw new Crash();
    };
    await expect(advanceErasures({ ...deps, vault: failing })).rejects.toThrow(Crash);
    const hold = await placeHold(deps, 'priya', { system, decisionIds: [`d-${count}-1`], reason: 'Proceedings' });
    await advanceErasures(deps);
    expect(await pageOfDecisions(database.pool, erasureId, '', 10)).toEqual(decisionIds());
    await lift(hold.holdId);
  });

  test('keeps a decision from being erased as an event', async () => {
    const [held, letter] = [`d-${count}-0`, `${system}/d-${count}-0`];
    await sealAll(deps.vault, [held]);
    await deps.vault.seal([{ owner: { system: '', decisionId: letter }, plain }]);
    const hold = await placeHold(deps, 'priya', { system, decisionIds: [held], reason: 'Proceedings' });
    for (const request of [{ system, eventIds: [held] }, { eventIds: [letter] }, { system, eventIds: [letter] }]) {
      const erasureId = await requestErasure(deps, 'priya', { ...request, reason: 'A letter' });
      expect(await refusal(erasureId)).toMatchObject({ refusal: 'legal-hold', holds: [hold.holdId] });
      await refuseErasure(deps, 'pavel', erasureId, 'Held');
    }
    await lift(hold.holdId);
    // A hold that comes behind the approval keeps the bytes that nobody could process, too.
    const erasureId = await requestErasure(deps, 'priya', { eventIds: [letter, `letter-${count}`], reason: 'A letter' });
    await approveErasure(deps, 'pavel', erasureId);
    const late = await placeHold(deps, 'priya', { system, decisionIds: [held], reason: 'Proceedings' });
    await advanceErasures(deps);
    expect((await readErasure(database.pool, erasureId))?.state).toBe('completed');
    expect((await deps.vault.keysOf([{ system: '', decisionId: letter }])).map((key) => key === null)).toEqual([false]);
    await lift(late.holdId);
  });

  test.each([[{}, 'one of them'], [{ decisionType: 't', decisionIds: ['a'] }, 'one of them'], [{ decisionIds: ['a'], from: '2026-01-01T00:00:00Z' }, 'range of time'], [{ decisionType: 't', from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'after from']])('on %j is refused', async (what, words) => {
    await expect(placeHold(deps, 'priya', { system, ...what, reason: 'Proceedings' })).rejects.toThrow(words);
  });
});
