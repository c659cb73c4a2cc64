import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TestStack, until } from '../../../tests/harness/stack.ts';
import { openPool, type Database } from './database.ts';
import { ErasedError, erasurePollMs, Vault, type ContentOwner } from './vault.ts';

let stack: TestStack;
let database: Database<unknown>;
let owner: ContentOwner & { subjectKind: string; subjectId: string };
let count = 0;
const masterKey = randomBytes(32);
const plain = Buffer.from('A scan of the left lung, 1962.');

beforeAll(async () => {
  stack = await TestStack.prepare();
  const url = new URL(stack.superuserUrl);
  url.pathname = new URL(stack.settings.vaultDatabaseUrl).pathname;
  database = openPool(url.href, 'vault', 10);
}, 60_000);

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

beforeEach(() => {
  count += 1;
  owner = { system: 'lungs', decisionId: `d-${count}`, subjectKind: 'patient', subjectId: `p-${count}`, acceptedAt: 1000 };
});

async function sealOne(vault: Vault, whose: ContentOwner = owner): Promise<Buffer> {
  const [sealed] = await vault.seal([{ owner: whose, plain }]);
  if (sealed === undefined || sealed === null) throw new ErasedError('nothing was sealed');
  return sealed.bytes;
}

async function eraseSubject(vault: Vault, through: number, { system, subjectKind, subjectId } = owner): Promise<string[]> {
  const ref = vault.refOf({ system, subjectKind, subjectId });
  await vault.entomb(system, ref, through);
  const decisions = await vault.decisionsOf(system, ref, through, '', 1000);
  await vault.destroy(decisions.map((decisionId) => ({ system, decisionId })));
  return decisions;
}

const wrappedOf = async (decisionId: string) => (await database.pool.query<{ wrapped_key: Buffer | null }>('select wrapped_key from decision_keys where decision_id = $1', [decisionId])).rows.map(({ wrapped_key }) => wrapped_key);

describe('the vault', () => {
  test('opens what another process sealed, and the same content is never sealed alike', async () => {
    await using one = new Vault(database.pool, masterKey);
    await using two = new Vault(database.pool, masterKey);
    const [first, second] = [await sealOne(one), await sealOne(one)];
    expect(await two.open(owner, first)).toEqual(plain);
    expect(first.equals(second)).toBe(false);
    expect(first.includes('lung')).toBe(false);
  });

  test('two processes that meet a decision first agree on one key', async () => {
    const vaults = Array.from({ length: 8 }, () => new Vault(database.pool, masterKey));
    const sealed = await Promise.all(vaults.map((vault) => sealOne(vault)));
    for (const bytes of sealed) expect(await vaults[0]?.open(owner, bytes)).toEqual(plain);
    for (const vault of vaults) await vault[Symbol.asyncDispose]();
  });

  test('an altered byte, or the key of another decision, opens nothing', async () => {
    await using vault = new Vault(database.pool, masterKey);
    const sealed = await sealOne(vault);
    for (const at of [1, 40, sealed.length - 20]) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      await expect(vault.open(owner, altered)).rejects.toThrow();
    }
    const other = { ...owner, decisionId: 'of somebody else' };
    await sealOne(vault, other);
    await expect(vault.open(other, sealed)).rejects.toThrow('another key');
  });

  test('the digest of a value is the same for the same decision, in every process, and another for another decision', async () => {
    await using one = new Vault(database.pool, masterKey);
    await using two = new Vault(database.pool, masterKey);
    const digest = async (vault: Vault, decisionId: string) => (await vault.seal([{ owner: { ...owner, decisionId }, plain, value: plain }]))[0]?.valueDigest;
    expect(await digest(one, 'same')).toBe(await digest(two, 'same'));
    expect(await digest(one, 'same')).not.toBe(await digest(one, 'other'));
  });

  test('the wrong master key says what is wrong', async () => {
    await using vault = new Vault(database.pool, masterKey);
    const sealed = await sealOne(vault);
    await using stranger = new Vault(database.pool, randomBytes(32));
    await expect(stranger.open(owner, sealed)).rejects.toThrow(/master key/);
  });

  test('names nobody: no table holds a subject, only what stands for one', async () => {
    await using vault = new Vault(database.pool, masterKey);
    await sealOne(vault, { ...owner, subjectId: 'jane.doe@example.com' });
    await eraseSubject(vault, 5000, { ...owner, subjectId: 'jane.doe@example.com' });
    for (const table of ['decision_keys', 'further_subjects', 'subject_tombstones', 'erasures']) {
      const { rows } = await database.pool.query<{ row: string }>(`select t::text as row from ${table} t`);
      for (const { row } of rows) expect(row).not.toMatch(/jane|doe|patient/);
    }
  });

  test('keeps the keys of a call, whatever leaves the cache meanwhile', async () => {
    await using vault = new Vault(database.pool, masterKey, 1);
    await using other = new Vault(database.pool, masterKey);
    const known = { ...owner, subjectKind: null, subjectId: null };
    for (let round = 0; round < 40; round += 1) {
      const decisionId = `${owner.decisionId}-${round}`;
      await sealOne(vault, { ...known, decisionId });
      // The link is one more round trip, in which the cache may be cleared.
      const [sealed] = await Promise.all([sealOne(vault, { ...owner, decisionId }), other.destroy([{ system: 'nobody', decisionId }]), vault.forgetErased()]);
      expect(await vault.open({ ...owner, decisionId }, sealed)).toEqual(plain);
    }
  });
});

describe('an erased decision', () => {
  test('stays erased: no key is made again, in no process, and nobody else of its batch is held up', async () => {
    await using vault = new Vault(database.pool, masterKey);
    const sealed = await sealOne(vault);
    await vault.destroy([owner]);
    await vault.destroy([owner]);
    await using other = new Vault(database.pool, masterKey);
    for (const one of [vault, other]) {
      await expect(one.open(owner, sealed)).rejects.toThrow(ErasedError);
      const batch = await one.seal([{ owner: { ...owner, decisionId: 'beside' }, plain }, { owner, plain }, { owner: { ...owner, decisionId: `${owner.decisionId}-new` }, plain }]);
      expect(batch.map((result) => result !== null)).toEqual([true, false, true]);
      expect(await one.keysOf([owner])).toEqual([null]);
    }
  });

  test('that nobody had met yet stays erased, too', async () => {
    await using vault = new Vault(database.pool, masterKey);
    await vault.destroy([owner]);
    await expect(sealOne(vault)).rejects.toThrow(ErasedError);
  });

  test('stays erased when somebody was about to make the key', async () => {
    const client = await database.pool.connect();
    await client.query('begin');
    // A key whose transaction commits after the erasure, as that of a process that was slow.
    await client.query('insert into decision_keys (system, decision_id, wrapped_key) values ($1, $2, $3)', [owner.system, owner.decisionId, randomBytes(61)]);
    await using vault = new Vault(database.pool, masterKey);
    const erasing = vault.destroy([owner]);
    await expect(Promise.race([erasing, client.query('select pg_sleep(0.2)').then(() => 'waits')])).resolves.toBe('waits');
    await client.query('commit');
    client.release();
    await erasing;
    await expect(sealOne(vault)).rejects.toThrow(ErasedError);
    expect(await wrappedOf(owner.decisionId)).toEqual([null]);
  });

  test('leaves the caches of other processes, also when erasures commit out of order', async () => {
    expect(erasurePollMs).toBeLessThan(60_000);
    await using sealer = new Vault(database.pool, masterKey, 10);
    await using eraser = new Vault(database.pool, masterKey);
    const sealed = await sealOne(sealer);
    const late = await database.pool.connect();
    await late.query('begin');
    await late.query('insert into erasures default values');
    // Its number is higher, and it commits first.
    await eraser.destroy([{ ...owner, decisionId: 'another' }]);
    await sealer.forgetErased();
    expect(await sealer.open(owner, sealed)).toEqual(plain);
    await late.query('update decision_keys set wrapped_key = null, erased_at = now() where decision_id = $1', [owner.decisionId]);
    await late.query('commit');
    late.release();
    await until('the key is forgotten', async () => {
      const failure = await sealer.open(owner, sealed).then(() => undefined, (error: unknown) => error);
      return failure instanceof ErasedError ? true : undefined;
    }, 10_000);
  });

  test('is not served from a cache that cannot hear of erasures', async () => {
    const own = openPool<unknown>(database.pool.options.connectionString ?? '', 'vault', 2);
    await using vault = new Vault(own.pool, masterKey);
    await sealOne(vault);
    await own[Symbol.asyncDispose]();
    await vault.forgetErased();
    await expect(sealOne(vault)).rejects.toThrow();
  });
});

describe('an erased subject', () => {
  const withId = (suffix: string, acceptedAt: number | null = 1000) => ({ ...owner, decisionId: `${owner.decisionId}-${suffix}`, acceptedAt });

  test('loses every decision accepted until then; what is still in flight is dropped; a later decision works', async () => {
    await using vault = new Vault(database.pool, masterKey);
    for (const suffix of ['a', 'b']) await sealOne(vault, withId(suffix));
    expect(await eraseSubject(vault, 2000)).toEqual([`${owner.decisionId}-a`, `${owner.decisionId}-b`]);
    await using other = new Vault(database.pool, masterKey);
    for (const one of [vault, other]) {
      for (const whose of [withId('a'), withId('in flight', 2000), withId('of an unknown time', null)]) await expect(sealOne(one, whose)).rejects.toThrow(ErasedError);
      await sealOne(one, withId('later', 2001));
    }
    await eraseSubject(vault, 1500);
    await expect(sealOne(other, withId('an older tombstone changes nothing', 1900))).rejects.toThrow(ErasedError);
  });

  test('is found by whoever knew the subject first or later, and by each of two subjects of one id', async () => {
    await using vault = new Vault(database.pool, masterKey);
    await sealOne(vault, { ...withId('late'), subjectKind: null, subjectId: null });
    await sealOne(vault, withId('late'));
    await sealOne(vault, withId('two'));
    await sealOne(vault, { ...withId('two'), subjectId: `other-${count}` });
    const [first, second] = await vault.seal([{ owner: withId('one batch'), plain }, { owner: { ...withId('one batch'), subjectId: `other-${count}` }, plain }]);
    expect([first, second]).not.toContain(null);
    expect(await eraseSubject(vault, 2000, { ...owner, subjectId: `other-${count}` })).toEqual([`${owner.decisionId}-one batch`, `${owner.decisionId}-two`]);
    expect(await eraseSubject(vault, 2000)).toEqual(['late', 'one batch', 'two'].map((suffix) => `${owner.decisionId}-${suffix}`));
  });

  test('takes with it a key whose subject is told only afterwards', async () => {
    await using vault = new Vault(database.pool, masterKey);
    await sealOne(vault, { ...owner, subjectKind: null, subjectId: null });
    await eraseSubject(vault, 2000);
    await expect(sealOne(vault)).rejects.toThrow(ErasedError);
    expect(await wrappedOf(owner.decisionId)).toEqual([null]);
  });

  test('leaves no key behind, whoever makes keys of it at once', async () => {
    const vaults = Array.from({ length: 4 }, () => new Vault(database.pool, masterKey));
    const [eraser] = vaults;
    if (eraser === undefined) throw new Error('no vault');
    for (let round = 0; round < 20; round += 1) {
      const of = (at: number) => ({ ...withId(`${round}-${at}`), subjectId: `${owner.subjectId}-${round}` });
      // Some keys are made, some are only told whose they are, while the tombstone is put.
      await eraser.seal(Array.from({ length: 5 }, (_, at) => ({ owner: { ...of(at), subjectKind: null, subjectId: null }, plain })));
      const sealing = vaults.map(async (vault, who) => await vault.seal(Array.from({ length: 20 }, (_, at) => ({ owner: of((at * 7 + who * 3) % 30), plain }))));
      await Promise.all([eraseSubject(eraser, 2000, of(0)), ...sealing]);
      const { rows } = await database.pool.query(`select 1 from decision_keys where decision_id like $1 and subject_ref is not null and wrapped_key is not null`, [`${owner.decisionId}-${round}-%`]);
      expect(rows).toEqual([]);
    }
    for (const vault of vaults) await vault[Symbol.asyncDispose]();
  });
});
