/** A disk without room under the folder of exports: a real one, small, and full for real. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { policyText, proposals, sendAll } from '../../../tests/bench/load.ts';
import { mayMount, SmallDisk } from '../../../tests/harness/small-disk.ts';
import { TestStack, until } from '../../../tests/harness/stack.ts';
import { askFor, download, ended, exported, look, type Told } from '../testing/exports.ts';

let mount: string;
let disk: SmallDisk;
let stack: TestStack;
/** As this process sees it: the services run in it, outside of where the disk is mounted. */
const folder = () => disk.path('exports');
const rows = 15_000;
const everything = { kind: 'range', filter: {}, formats: ['csv'] };
const little = { kind: 'search', filter: { record: ['PolicyApproved'] }, formats: ['csv'] };

if (!mayMount) process.stderr.write('No right to mount a file system: a disk that is full of exports is not provoked here.\n');

(mayMount ? describe : (_name: string, _tests: () => void) => undefined)('an export on a disk that is full', () => {
  beforeAll(async () => {
    mount = mkdtempSync(join(tmpdir(), 'countersign-disk-'));
    disk = await SmallDisk.mount(mount, 'size=150m,nr_inodes=60');
    stack = await TestStack.prepare();
    await stack.start(['risk', 'audit', 'intake'], { COUNTERSIGN_AUDIT_EXPORT_FOLDER: folder(), COUNTERSIGN_AUDIT_EXPORT_RESERVE_BYTES: '0' });
    await stack.activatePolicy(policyText);
    await stack.services?.drain(30_000);
    // Far more than a megabyte a second is written: long enough to fill the disk meanwhile.
    await stack.query(`
      insert into audit.events (recorded_at, event_id, topic, partition, log_offset, record, occurred_at, published_at, actor, policy_version, payload_kind, value_digest, payload)
      select e.recorded_at + g * interval '1 microsecond', e.event_id || '/' || g, topic, partition, log_offset, record, occurred_at, published_at, actor, policy_version, payload_kind, value_digest, payload
      from (select * from audit.events where record = 'PolicyProposed' limit 1) e, generate_series(1, ${rows}) g`);
  }, 180_000);
  afterEach(() => disk.free());
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await disk[Symbol.asyncDispose]();
    rmSync(mount, { recursive: true, force: true });
  }, 60_000);

  /** It says what to do, leaves nothing, what was there is still to be had, and with room it is made. */
  async function expectFailedWell(told: Told, before: Told): Promise<void> {
    expect(told).toMatchObject({ state: 'failed', files: [], failure: { code: 'disk-full', detail: expect.stringMatching(/^The disk of the export folder is (nearly )?full/), remedy: expect.stringMatching(/^Free some space/) } });
    await until('nothing of it is left', () => readdirSync(folder()).every((name) => !name.startsWith(told.exportId)) || undefined);
    expect((await download(stack, told.exportId)).status).toBe(409);
    expect(await stack.query(`select 1 from audit.events where record = 'ExportMade' and position(convert_to($1, 'UTF8') in payload) > 0`, [told.exportId])).toEqual([]);
    const kept = await download(stack, before.exportId);
    expect([kept.status, kept.sha256]).toEqual([200, before.files[0]?.sha256]);
    // The log goes on meanwhile.
    await sendAll(stack, proposals(stack, told.exportId.slice(0, 4), 3));
    await stack.services?.drain(30_000);
    expect(await stack.query(`select 1 from audit.events where record = 'DecisionAccepted' and decision_id like $1`, [`${told.exportId.slice(0, 4)}%`])).toHaveLength(3);
    disk.free();
    expect(await exported(stack, little)).toMatchObject({ state: 'ready', failure: null });
  }

  test('that fills while it is written fails, and leaves nothing that looks whole', async () => {
    const before = await exported(stack, little);
    const { exportId } = JSON.parse((await askFor(stack, everything)).text) as Told;
    const file = join(folder(), `${exportId}.1.part`, 'records.csv');
    await until('some of it is written', async () => {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 500_000) return true;
      const { state } = await look(stack, exportId);
      if (state === 'ready' || state === 'failed') throw new Error(`It was ${state} before the disk was full.`);
      return undefined;
    }, 60_000);
    await disk.fill(0);
    await expectFailedWell(await ended(stack, exportId), before);
  }, 180_000);

  test.each([['a file', 1], ['its folder', 0]])('that takes no more files fails where it would make %s', async (_what, leave) => {
    const before = await exported(stack, little);
    disk.fillFiles(leave);
    await expectFailedWell(await exported(stack, little), before);
  }, 120_000);

  test('others that wait behind it are made or fail each by itself', async () => {
    const before = await exported(stack, little);
    await disk.fill(0);
    const asked = await Promise.all([everything, little, everything].map(async (body) => (JSON.parse((await askFor(stack, body)).text) as Told).exportId));
    for (const exportId of asked) expect(await ended(stack, exportId)).toMatchObject({ state: 'failed', attempts: 1, failure: { code: 'disk-full' } });
    await expectFailedWell(await look(stack, asked[0] ?? ''), before);
    expect(stack.crashes).toEqual([]);
  }, 180_000);
});
