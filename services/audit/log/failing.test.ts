import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { frontierOf, openCheckpoint, readEdge, rootOf } from '@countersign/merkle';
import { until } from '../../../tests/harness/stack.ts';
import { checkLog } from '../testing/check-log.ts';
import { LogWorld, type TestLog } from '../testing/log-world.ts';
import { RefusedLogError } from './comparison.ts';
import { readLogKeys, storedVerifierKey } from './keys.ts';
import { readKeys } from './store.ts';
import { TileFolder } from './tile-folder.ts';

let world: LogWorld;
beforeAll(async () => {
  world = await LogWorld.prepare();
}, 120_000);
afterAll(async () => await world[Symbol.asyncDispose](), 60_000);

async function grown(rows = 300): Promise<TestLog> {
  const log = await world.fresh();
  await log.append(log.rows(rows));
  await log.finish();
  return log;
}

describe('a disk that takes nothing', () => {
  test.each(['tiles', 'anchor file'])('for the %s: not ready and nothing anchored, and on by itself once it does again', async (what) => {
    const log = await grown();
    const before = await log.anchors();
    const path = what === 'tiles' ? log.config.folder : log.config.anchorFile;
    await rename(path, `${path}.away`);
    // A full disk for one, a folder that cannot be entered for the other.
    if (what === 'tiles') await writeFile(path, 'a file where the folder should be');
    else await symlink('/dev/full', path);
    await log.append(log.rows(300));
    await using running = log.run();
    await until('a reason', () => (running.reasons().length > 0 ? true : undefined));
    expect([running.refused, running.reasons().join()]).toEqual([false, expect.stringMatching(/the Merkle log stands still: .*(ENOTDIR|EEXIST|ENOSPC|cannot be read)/)]);
    await log.append(log.rows(10));
    await rm(path);
    await rename(`${path}.away`, path);
    expect(await log.anchors()).toEqual(before);
    await running.drain(20_000);
    expect(running.reasons()).toEqual([]);
    await checkLog(log, { kafka: true });
  }, 60_000);

  test('that took half a line of the anchor file: the line is left, and the next stands on its own', async () => {
    const log = await grown(5);
    await appendFile(log.config.anchorFile, '{"checkpoint":"half of a no');
    await log.append(log.rows(5));
    await log.finish();
    expect((await readFile(log.config.anchorFile, 'utf8')).split('\n')[1]).toBe('{"checkpoint":"half of a no');
    expect(await log.anchors()).toHaveLength(2);
    await checkLog(log);
  }, 60_000);
});

describe('what is lost on disk', () => {
  test('tiles are made again from the database', async () => {
    const log = await grown(700);
    await rm(log.config.folder, { recursive: true });
    await log.append(log.rows(1));
    await log.finish();
    await checkLog(log);
  }, 60_000);

  test('tiles that were changed are made again, and do not reach a signature', async () => {
    const log = await grown(700);
    const tile = join(log.config.folder, 'tile/0/002.p/188');
    const bytes = await readFile(tile);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(tile, bytes);
    await log.append(log.rows(1));
    await log.finish();
    await checkLog(log);
  }, 60_000);

  test('entries that were changed on disk do not come along when their bundle grows: they are read from the database again', async () => {
    const log = await grown(300);
    const bundle = join(log.config.folder, 'tile/entries/001.p/44');
    const bytes = await readFile(bundle);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(bundle, bytes);
    await log.append(log.rows(1));
    await log.finish();
    await checkLog(log);
  }, 60_000);

  test('entries whose rows are gone are served no more, nor is any other in their place; the tree stays whole', async () => {
    const log = await grown(700);
    await world.asSuperuser(log.databaseName, 'set session_replication_role = replica; delete from audit.events e using audit.log_entries l where l.event_id = e.event_id and l.log_index in (10, 690)');
    await rm(log.config.folder, { recursive: true });
    await log.append(log.rows(1));
    await log.finish();
    const folder = new TileFolder(log.config.folder);
    const served = await Promise.all([{ index: 0, width: 256 }, { index: 1, width: 256 }, { index: 2, width: 189 }].map(async (bundle) => (await folder.entries(bundle))?.length ?? null));
    expect(served).toEqual([null, 256, null]);
    expect((await readdir(join(log.config.folder, 'tile/entries'))).sort()).toEqual(['001']);
    const { origin, keys } = await readLogKeys(log.config.keyFile);
    const opened = openCheckpoint((await log.anchors()).at(-1) ?? '', { origin, logKeys: keys.map(({ verifier }) => verifier) });
    expect(opened).toMatchObject({ ok: true, value: { checkpoint: { size: 701, root: rootOf(frontierOf(await readEdge(folder.readTiles, 701))) } } });
  }, 60_000);

  test('what was half written when somebody was killed is cleared away by whoever comes next', async () => {
    const log = await grown(5);
    const left = join(log.config.folder, 'tmp');
    await writeFile(join(left, 'somebody-who-ended-1'), 'half of a til');
    await log.append(log.rows(1));
    await log.finish();
    expect(await readdir(left)).toEqual([]);
    await checkLog(log);
  }, 60_000);

  test('an anchor file is filled again from the database', async () => {
    const log = await grown(5);
    await log.append(log.rows(5));
    await log.finish();
    await rm(log.config.anchorFile);
    await log.finish();
    await checkLog(log);
    expect(await log.anchors()).toHaveLength(2);
  }, 60_000);
});

describe('a history that contradicts what was published is refused at the start', () => {
  async function expectRefused(log: TestLog, words: RegExp): Promise<void> {
    const before = await log.anchors();
    const countSigned = async () => (await world.asSuperuser<{ count: string }>(log.databaseName, 'select count(*) from audit.checkpoints'))[0]?.count;
    const signed = await countSigned();
    await using running = log.run();
    await until('it is refused', () => running.refused || undefined);
    expect(running.reasons().join()).toMatch(words);
    await log.append(log.rows(2));
    await expect(running.drain(300)).rejects.toThrow(words);
    expect(await log.anchors()).toEqual(before);
    expect(await countSigned()).toBe(signed);
  }

  test('a backup that was restored', async () => {
    const log = await grown();
    const backup = await world.backupOf(log);
    await log.append(log.rows(50));
    await log.finish();
    await expectRefused(backup, /set back to an older state.*Restoring a backup/s);
  }, 60_000);

  test('a fork: a backup that went on by itself to the same size and beyond', async () => {
    const log = await grown();
    for (const rows of [50, 60]) {
      const fork = await world.backupOf(log, { folder: `${log.config.folder}-${rows}`, anchorFile: `${log.config.anchorFile}-${rows}` });
      await fork.append(fork.rows(rows));
      await fork.finish();
      await mkdir(dirname(log.config.anchorFile), { recursive: true });
      await log.append(log.rows(50));
      await log.finish();
      Object.assign(fork.config, { anchorFile: log.config.anchorFile });
      await expectRefused(fork, rows === 50 ? /has another root|does not know/ : /does not know|has another root/);
    }
  }, 90_000);

  test('entries or checkpoints that were taken out of the database', async () => {
    const log = await grown();
    await log.append(log.rows(20));
    await log.finish();
    const guarded = (statement: string) => world.asSuperuser(log.databaseName, `set session_replication_role = replica; ${statement}`);
    await guarded('create table audit.kept as select * from audit.log_entries where log_index = 310; delete from audit.log_entries where log_index = 310');
    await expect(log.finish()).rejects.toThrow(/are not those of the tiles/);
    await rm(log.config.folder, { recursive: true });
    await expect(log.finish()).rejects.toThrow(/entries 0 to 319, 319 are in the database/);
    await guarded('insert into audit.log_entries select * from audit.kept');
    await log.finish();
    await guarded('delete from audit.checkpoints where size = 320');
    await expect(log.finish()).rejects.toThrow(/does not know the anchored checkpoint of 320/);
  }, 60_000);

  test('entries taken from the end, with the anchor file lost too: the database contradicts its own checkpoint', async () => {
    const log = await grown();
    await rm(log.config.anchorFile);
    await world.asSuperuser(log.databaseName, 'set session_replication_role = replica; delete from audit.log_entries where log_index >= 290; update audit.log_state set size = 290, anchored_size = 290');
    await expect(log.finish()).rejects.toThrow(/a checkpoint of 300 records, and 290 entries: entries were taken away/);
  }, 60_000);

  test('an anchor file that another key signed', async () => {
    const log = await grown(5);
    await writeFile(log.config.keyFile, JSON.stringify({ origin: log.origin, keys: [{ name: log.origin, privateKey: randomBytes(32).toString('base64') }] }));
    await world.asSuperuser(log.databaseName, 'delete from audit.log_keys');
    await expect(log.finish()).rejects.toThrow(RefusedLogError);
  }, 60_000);

  test('until a person begins a new log under another name: it goes on from what is there', async () => {
    const log = await grown();
    const backup = await world.backupOf(log);
    await log.append(log.rows(50));
    await log.finish();
    await writeFile(log.config.keyFile, JSON.stringify({ origin: `${log.origin}/2`, keys: [{ name: `${log.origin}/2`, privateKey: randomBytes(32).toString('base64') }] }));
    await backup.append(backup.rows(10));
    await backup.finish();
    const { origin, keys } = await readLogKeys(log.config.keyFile);
    const opened = openCheckpoint((await backup.anchors()).at(-1) ?? '', { origin, logKeys: keys.map(({ verifier }) => verifier) });
    expect(opened).toMatchObject({ ok: true, value: { checkpoint: { size: 310 } } });
  }, 60_000);
});

describe('keys', () => {
  const fileOf = async (log: TestLog) => JSON.parse(await readFile(log.config.keyFile, 'utf8')) as { origin: string; keys: object[] };

  test('that overlap sign together, and one that went is told of', async () => {
    const log = await grown(5);
    const { origin, keys } = await fileOf(log);
    const added = { name: origin, privateKey: randomBytes(32).toString('base64') };
    await writeFile(log.config.keyFile, JSON.stringify({ origin, keys: [...keys, added] }));
    await log.append(log.rows(1));
    await log.finish();
    const both = (await readLogKeys(log.config.keyFile)).keys.map(({ verifier }) => verifier);
    await writeFile(log.config.keyFile, JSON.stringify({ origin, keys: [added] }));
    await log.append(log.rows(1));
    await log.finish();
    const signers = (await log.anchors()).map((note) => both.map((key) => openCheckpoint(note, { origin, logKeys: [key] }).ok));
    expect(signers).toEqual([[true, false], [true, true], [false, true]]);
    const known = await readKeys(log.pool);
    expect(known.map(({ verifierKey, retiredAt }) => [storedVerifierKey(verifierKey).keyId, retiredAt !== null])).toEqual([[both[1]?.keyId, false], [both[0]?.keyId, true]]);
  }, 60_000);

  test('a file that is no good is refused while those before it stay in use; a good one is taken up without a restart', async () => {
    const log = await grown(5);
    const { origin, keys } = await fileOf(log);
    await using running = log.run(undefined, { keysMs: 0 });
    await until('it leads', () => running.leading || undefined);
    await writeFile(log.config.keyFile, '{"origin":"somebody.else","keys":[]}');
    await log.append(log.rows(1));
    await running.drain(20_000);
    expect(running.reasons().join()).toMatch(/file of log keys is refused.*lists no keys/);
    // Sound as a file, and of another log: that is begun by a restart only.
    await writeFile(log.config.keyFile, JSON.stringify({ origin: `${origin}/2`, keys: [{ name: `${origin}/2`, privateKey: randomBytes(32).toString('base64') }] }));
    await log.append(log.rows(1));
    await running.drain(20_000);
    expect(running.reasons().join()).toMatch(/file of log keys is refused.*names another origin/);
    await writeFile(log.config.keyFile, JSON.stringify({ origin, keys: [...keys, { name: origin, privateKey: randomBytes(32).toString('base64') }] }));
    await log.append(log.rows(1));
    await running.drain(20_000);
    expect(running.reasons()).toEqual([]);
    expect((await log.anchors()).at(-1)?.match(/^\u2014 /gm)).toHaveLength(2);
    await checkLog(log);
  }, 60_000);
});
