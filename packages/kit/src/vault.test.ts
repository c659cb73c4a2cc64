import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TestStack, until } from '../../../tests/harness/stack.ts';
import { openPool, type Database } from './database.ts';
import { ErasedError, erasurePollMs, Vault, type ContentOwner } from './vault.ts';

let stack: TestStack;
let database: Database<unknown>;
let owner: ContentOwner;
let people = 0;
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
  people += 1;
  owner = { system: 'lungs', decisionId: `d-${people}`, subjectKind: 'patient', subjectId: `p-${people}` };
});

async function sealOne(vault: Vault, whose: ContentOwner = owner): Promise<Buffer> {
  const [sealed] = await vault.seal([{ owner: whose, plain }]);
  return sealed?.bytes ?? Buffer.alloc(0);
}

describe('the vault', () => {
  test('opens what another process sealed, and the same content is never sealed alike', async () => {
    await using one = new Vault(database.pool, masterKey);
    await using two = new Vault(database.pool, masterKey);
    const [first, second] = [await sealOne(one), await sealOne(one)];
    expect(await two.open(owner, first)).toEqual(plain);
    expect(first.equals(second)).toBe(false);
    expect(first.includes('lung')).toBe(false);
  });

  test('two processes that meet a subject first agree on one key', async () => {
    const vaults = Array.from({ length: 8 }, () => new Vault(database.pool, masterKey));
    const sealed = await Promise.all(vaults.map((vault) => sealOne(vault)));
    for (const bytes of sealed) expect(await vaults[0]?.open(owner, bytes)).toEqual(plain);
    for (const vault of vaults) await vault[Symbol.asyncDispose]();
  });

  test('an altered byte, or the key of somebody else, opens nothing', async () => {
    await using vault = new Vault(database.pool, masterKey);
    const sealed = await sealOne(vault);
    const altered = Buffer.from(sealed);
    altered[altered.length - 20] = (altered[altered.length - 20] ?? 0) ^ 1;
    await expect(vault.open(owner, altered)).rejects.toThrow();
    await expect(vault.open({ ...owner, subjectId: 'somebody else' }, sealed)).rejects.toThrow();
  });

  test('the wrong master key says what is wrong', async () => {
    await using vault = new Vault(database.pool, masterKey);
    const sealed = await sealOne(vault);
    await using stranger = new Vault(database.pool, randomBytes(32));
    await expect(stranger.open(owner, sealed)).rejects.toThrow(/master key/);
  });

  test('a decision about nobody has a key of its own', async () => {
    await using vault = new Vault(database.pool, masterKey);
    const nobody = { ...owner, subjectKind: null, subjectId: null };
    const sealed = await sealOne(vault, nobody);
    await vault.erase(nobody);
    await expect(vault.open(nobody, sealed)).rejects.toThrow(ErasedError);
    expect(await vault.open(owner, await sealOne(vault))).toEqual(plain);
  });
});

describe('an erased subject', () => {
  test('stays erased: no key is made again, in no process', async () => {
    await using vault = new Vault(database.pool, masterKey);
    const sealed = await sealOne(vault);
    await vault.erase(owner);
    await vault.erase(owner);
    await using other = new Vault(database.pool, masterKey);
    for (const one of [vault, other]) {
      await expect(one.open(owner, sealed)).rejects.toThrow(ErasedError);
      await expect(sealOne(one)).rejects.toThrow(ErasedError);
    }
  });

  test('stays erased when somebody was about to make the key', async () => {
    const client = await database.pool.connect();
    await client.query('begin');
    // A key whose transaction commits after the erasure, as that of a process that was slow.
    await client.query('insert into subject_keys (system, subject_kind, subject_id, wrapped_key) values ($1, $2, $3, $4)', [owner.system, owner.subjectKind, owner.subjectId, randomBytes(61)]);
    await using vault = new Vault(database.pool, masterKey);
    const erasing = vault.erase(owner);
    await expect(Promise.race([erasing, client.query('select pg_sleep(0.2)').then(() => 'waits')])).resolves.toBe('waits');
    await client.query('commit');
    client.release();
    await erasing;
    await expect(sealOne(vault)).rejects.toThrow(ErasedError);
    const { rows } = await database.pool.query('select wrapped_key from subject_keys where subject_id = $1 and wrapped_key is not null', [owner.subjectId]);
    expect(rows).toEqual([]);
  });

  test('leaves the caches of other processes, also when erasures commit out of order', async () => {
    expect(erasurePollMs).toBeLessThan(60_000);
    await using sealer = new Vault(database.pool, masterKey, 10);
    await using eraser = new Vault(database.pool, masterKey);
    const sealed = await sealOne(sealer);
    const late = await database.pool.connect();
    await late.query('begin');
    await late.query('insert into erasures (system, subject_kind, subject_id) values ($1, $2, $3)', [owner.system, owner.subjectKind, owner.subjectId]);
    // Its number is higher, and it commits first.
    await eraser.erase({ ...owner, subjectId: 'another' });
    await sealer.forgetErased();
    expect(await sealer.open(owner, sealed)).toEqual(plain);
    await late.query('update subject_keys set wrapped_key = null where subject_id = $1', [owner.subjectId]);
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
