import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BundleError, openBundle, type BundledRecord, type BundleParts, type Report } from '@countersign/evidence';
import { formatCheckpoint, formatNote, formatVerifierKey, hashLeaf, signNote } from '@countersign/merkle';
import { Random } from '../chaos/random.ts';
import { logKey, noteOf, otherKey, partParts, rangeParts, selectionParts, treeOf, witnessKey, writeFile, type LogHeads } from './bundle.ts';
import { samplingKey } from './story.ts';
import { bundled, SyntheticLog, type LoggedRow } from './synthetic.ts';
import { type Asked, verifyFile } from './verify.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';

let folder = '';
let rows: LoggedRow[] = [];
let records: BundledRecord[] = [];
let heads: LogHeads;
let size = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-bundles-'));
  rows = [...new SyntheticLog({ seed: 3, decisions: 80 }).rows()];
  records = rows.map(bundled);
  size = records.length;
  heads = await treeOf(records.map(({ leaf }) => leaf), [1, 100, 256, size - 50, size]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const codes = (report: Report) => Object.keys(report.counts).sort();

async function checked(parts: BundleParts, asked: Asked = {}): Promise<Report> {
  const file = join(folder, 'bundle.tar');
  await writeFile(file, parts);
  return await verifyFile(file, asked);
}

describe('a bundle of what nobody changed', () => {
  test('of the whole log', async () => {
    const report = await checked(rangeParts(records, heads.checkpoints), { samplingKeys: [samplingKey] });
    expect([report.verdict, report.findings, report.unchecked]).toEqual(['verified', [], []]);
    expect(report.checked).toMatchObject({ 'checkpoint signatures': 5, 'rows, each against its leaf': size, 'roots of checkpoints, rebuilt from the leaves': 5 });
  });

  test.each([[1, 90], [37, 300], [256, 300], [100, 255]])('of a part of it, from %i to %i: what stands before and after is proved', async (first, last) => {
    const report = await checked(await partParts(records, heads, first, last, size));
    expect(report.findings).toEqual([]);
    expect(report.checked['leaves, hashed up to the roots of the signed checkpoints']).toBe(last - first + 1);
  });

  test('of one decision, with what the rules need', async () => {
    const context = new Set(['PersonChanged', 'PolicyProposed', 'PolicyApproved', 'PolicyActivated', 'SamplingKeyChanged']);
    const parts = await selectionParts(records, heads, ({ index }) => rows[index]?.record.decisionId === 'd3-11' || context.has(rows[index]?.record.record ?? ''), size);
    const report = await checked(parts, { samplingKeys: [samplingKey] });
    expect([report.verdict, report.findings]).toEqual(['verified', []]);
  });

  test('without its content says that it could check less', async () => {
    const report = await checked(rangeParts(records.map((record) => ({ ...record, key: null })), heads.checkpoints));
    expect([report.verdict, report.findings]).toEqual(['incomplete', []]);
    expect(report.unchecked.map(({ what }) => what)).toEqual(['judgements, presentations and verdicts of decisions']);
  });

  test('with cosignatures, and checkpoints that were kept', async () => {
    const { tree } = heads;
    const signedAtS = Math.floor((rows.at(-1)?.record.recordedAt ?? 0) / 1_000_000) + 60;
    const { checkpoints } = await treeOf(records.map(({ leaf }) => leaf), [100, size], logKey, signedAtS);
    const report = await checked(rangeParts(records, checkpoints), { witness: true, held: [noteOf(size, tree.root)] });
    expect([report.verdict, report.findings]).toEqual(['verified', []]);
    expect(report.checked).toMatchObject({ 'cosignatures of witnesses': 2, 'checkpoints you hold that the log has too': 1 });
  });
});

test('a checkpoint that you hold of records between the last one and the newest checkpoint is told as not checked: nothing in the bundle leads to it', async () => {
  const held = [noteOf(size - 51, Buffer.alloc(32, 1)), noteOf(size - 50, heads.tree.root)];
  const parts = await partParts(records, heads, 0, 99, size);
  const report = await checked(parts, { held: held.slice(0, 1) });
  expect([report.verdict, report.unchecked.filter(({ what }) => what.startsWith('checkpoints you hold'))]).toEqual(['incomplete', [{ what: 'checkpoints you hold of records after the last', why: expect.any(String), count: 1 }]]);
  // Of a size that the log signed too, there is nothing left to check.
  expect(codes(await checked(parts, { held }))).toEqual(['log-forked']);
});

test('checkpoints of another log among those that you hold are no finding; where there are no others, they are told as not checked', async () => {
  const text = formatCheckpoint({ origin: 'log.example/before', size: 100, root: Buffer.alloc(32, 1), extensions: [] });
  const other = formatNote({ text, signatures: [signNote(text, otherKey)] });
  const both = await checked(rangeParts(records, heads.checkpoints), { held: [other, noteOf(size, heads.tree.root)] });
  expect([both.verdict, both.notes.find(({ what }) => what === 'checkpoints you hold')?.count]).toEqual(['verified', 1]);
  expect((await checked(rangeParts(records, heads.checkpoints), { held: [other] })).verdict).toBe('incomplete');
});

test('says how many records are under a checkpoint that others than the log know', async () => {
  const vouched = async (asked: Asked, parts: BundleParts) => (await checked(parts, asked)).checked['records under a checkpoint that a witness cosigned or that you hold'] ?? 0;
  const cosigned = await treeOf(records.map(({ leaf }) => leaf), [100, size], logKey, Math.floor((rows.at(-1)?.record.recordedAt ?? 0) / 1_000_000) + 60);
  const whole = rangeParts(records, heads.checkpoints);
  expect([await vouched({}, whole), await vouched({ held: [noteOf(size, heads.tree.root)] }, whole), await vouched({ witness: true }, rangeParts(records, cosigned.checkpoints))]).toEqual([0, size, size]);
  const part = await partParts(records, heads, 37, 90, size);
  expect(await vouched({ held: [noteOf(size, heads.tree.root)] }, part)).toBe(54);
  const selection = await selectionParts(records, heads, ({ index }) => index % 50 === 0, size);
  expect(await vouched({ held: [noteOf(256, (await treeOf(records.slice(0, 256).map(({ leaf }) => leaf), [256])).tree.root)] }, selection)).toBe(6);
});

describe('a bundle that was tampered with', () => {
  const swapped = () => { const [one, other] = [records[20], records[30]]; return records.map((record, index) => (index === 20 ? { ...other!, index } : index === 30 ? { ...one!, index } : record)); };
  const changed = (at: number, change: Partial<BundledRecord>) => records.map((record, index) => (index === at ? { ...record, ...change } : record));

  const cases: ReadonlyArray<[what: string, parts: () => Promise<BundleParts> | BundleParts, expected: string[], asked?: () => Asked]> = [
    ['a record changed', () => rangeParts(changed(50, { record: Buffer.from(Buffer.from(records[50]?.record ?? []).toString().replace('"partition":', '"partition":1')) }), heads.checkpoints), ['row-changed']],
    ['a payload changed', () => rangeParts(changed(50, { payload: Buffer.from('other') }), heads.checkpoints), ['content-changed']],
    ['another key for it', () => rangeParts(changed(50, { key: Buffer.alloc(32, 9) }), heads.checkpoints), ['content-changed']],
    ['a leaf changed', () => rangeParts(changed(50, { leaf: Buffer.alloc(32, 9) }), heads.checkpoints), ['history-rewritten', 'row-changed']],
    ['a record taken out', () => rangeParts(changed(50, { record: null, payload: null }), heads.checkpoints), ['row-missing']],
    ['two lines swapped', () => rangeParts(swapped(), heads.checkpoints), ['history-rewritten']],
    ['cut off at its end', () => ({ ...rangeParts(records.slice(0, -10), heads.checkpoints) }), ['tail-truncated']],
    ['checkpoints of somebody else', async () => rangeParts(records, (await treeOf(records.map(({ leaf }) => leaf), [size], otherKey)).checkpoints), ['checkpoint-unsigned']],
    ['checkpoints that contradict each other', async () => rangeParts(records, [...heads.checkpoints.slice(0, 1), { note: noteOf(100, Buffer.alloc(32, 1)), consistency: heads.checkpoints[1]?.consistency ?? [] }]), ['checkpoints-inconsistent', 'history-rewritten']],
    ['a checkpoint that you hold says otherwise', () => rangeParts(records, heads.checkpoints), ['log-forked'], () => ({ held: [noteOf(200, Buffer.alloc(32, 1))] })],
    ['older than what a witness signed before it was made', () => rangeParts(records, heads.checkpoints), ['log-rolled-back'], () => ({ witness: true, held: [noteOf(size + 5, Buffer.alloc(32, 1), logKey, Date.UTC(2026, 3, 1) / 1000)] })],
    ['recorded after a witness signed it', async () => rangeParts(records, (await treeOf(records.map(({ leaf }) => leaf), [size], logKey, Math.floor((rows[0]?.record.recordedAt ?? 0) / 1_000_000))).checkpoints), ['backdated'], () => ({ witness: true })],
    ['a proof that is none', async () => ({ ...(await selectionParts(records, heads, ({ index }) => index === 9, size)), records: [{ ...records[9]!, proof: [] }] }), ['row-inserted']],
  ];

  test.each(cases.map(([what, parts, expected, asked = () => ({})]) => ({ what, parts, expected, asked })))('$what', async ({ parts, expected, asked }) => {
    const report = await checked(await parts(), asked());
    expect(codes(report)).toEqual(expected);
  });

  test('and cannot make the verifier crash, hang or believe it', async () => {
    await writeFile(join(folder, 'good.tar'), rangeParts(records.slice(0, 100), heads.checkpoints.slice(0, 2)));
    const good = readFileSync(join(folder, 'good.tar'));
    const random = new Random(11);
    for (let round = 0; round < (full ? 5000 : 150); round += 1) {
      const bytes = Buffer.from(good);
      // Not in the text for people, nor in what fills up blocks: there nothing is checked.
      for (let times = random.between(1, 4); times > 0; times -= 1) bytes[random.between(good.indexOf('manifest.json'), good.length - 1)] = random.between(0, 255);
      const cut = random.chance(0.2) ? bytes.subarray(0, random.between(0, bytes.length)) : bytes;
      writeFileSync(join(folder, 'bad.tar'), cut);
      const report = await verifyFile(join(folder, 'bad.tar')).catch((error: unknown) => error);
      if (report instanceof Error) expect(report).toBeInstanceOf(BundleError);
      else expect(['verified', 'findings', 'incomplete']).toContain((report as Report).verdict);
    }
  }, full ? 3_600_000 : 120_000);

  test.each([
    ['a manifest of another format', (text: string) => text.replace('/v1', '/v9'), /format/],
    ['a manifest from -1', (text: string) => text.replace('"first": 0', '"first":-1'), /does not say/],
  ])('%s is refused in a sentence', async (_what, change, message) => {
    await writeFile(join(folder, 'good.tar'), rangeParts(records.slice(0, 100), heads.checkpoints.slice(0, 2)));
    writeFileSync(join(folder, 'bad.tar'), change(readFileSync(join(folder, 'good.tar'), 'latin1')), 'latin1');
    expect(() => openBundle(join(folder, 'bad.tar'))).toThrow(message);
  });
});

test('several threads say what one says, whatever is wrong', async () => {
  const many = [...new SyntheticLog({ seed: 9, decisions: 900 }).rows()].map(bundled);
  const { checkpoints } = await treeOf(many.map(({ leaf }) => leaf), [1000, many.length]);
  const wrong = many.map((record, index) => (index % 997 === 5 ? { ...record, payload: Buffer.from('x') } : index % 1501 === 7 ? { ...record, record: null } : index % 2003 === 9 ? { ...record, record: Buffer.from(Buffer.from(record.record ?? []).toString().replace('"partition":', '"partition":1')) } : record));
  for (const records of [many, wrong]) {
    await writeFile(join(folder, 'many.tar'), rangeParts(records, checkpoints));
    const [one, three] = [await verifyFile(join(folder, 'many.tar'), { threads: 1 }), await verifyFile(join(folder, 'many.tar'), { threads: 3 })];
    expect(three).toEqual(one);
    expect(one.verdict).toBe(records === many ? 'verified' : 'findings');
  }
}, 120_000);

test.each(['__proto__', 'constructor', 'toString'])('a schema, and a record, by the name %s is one that is not known', async (name) => {
  const first = JSON.parse(Buffer.from(records[0]?.record ?? []).toString()) as Record<string, unknown>;
  const record = Buffer.from(JSON.stringify({ ...first, record: name }));
  const leaf = hashLeaf(record);
  const { checkpoints } = await treeOf([leaf], [1]);
  const parts = rangeParts([{ ...records[0]!, record, leaf }], checkpoints);
  const schemas = JSON.parse(`{"${name}":[{"type":"record","name":"R","fields":[]}]}`) as BundleParts['schemas'];
  const report = await checked({ ...parts, schemas });
  expect([report.findings, report.verdict]).toEqual([[], 'incomplete']);
});

describe('the scripts', () => {
  test('by themselves in an empty folder say the same as the command', async () => {
    const alone = join(folder, 'alone');
    mkdirSync(alone);
    for (const script of ['countersign-verify.mjs', 'countersign-verify-plain.mjs']) copyFileSync(join(root, 'packages/evidence', script), join(alone, script));
    writeFileSync(join(alone, 'keys.pub'), `${formatVerifierKey(logKey.verifier)}\n`);
    writeFileSync(join(alone, 'witness.pub'), `${formatVerifierKey(witnessKey.verifier)}\n`);
    writeFileSync(join(alone, 'anchors.jsonl'), `${JSON.stringify({ checkpoint: noteOf(size, heads.tree.root) })}\n{"checkp`);
    writeFileSync(join(alone, 'sampling.json'), JSON.stringify({ keys: [{ version: 'k1', validFrom: '1970-01-01T00:00:00Z', keyBase64: samplingKey.key.toString('base64') }] }));
    await writeFile(join(alone, 'good.tar'), rangeParts(records, heads.checkpoints));
    await writeFile(join(alone, 'bad.tar'), rangeParts(records.map((record, index) => (index === 7 ? { ...record, payload: Buffer.from('x') } : record)), heads.checkpoints));
    const asked = ['--key', 'keys.pub', '--checkpoints', 'anchors.jsonl', '--sampling-keys', 'sampling.json'];
    for (const [name, code] of [['good.tar', 0], ['bad.tar', 1]] as const) {
      const command = await ended([join(root, 'packages/stack/src/cli/main.ts'), 'audit', 'verify', name, ...asked], alone);
      expect(command.code).toBe(code);
      for (const node of nodes()) {
        expect(await ended(['countersign-verify.mjs', name, ...asked], alone, node)).toEqual({ code, stdout: command.stdout });
        expect(await ended(['countersign-verify-plain.mjs', name, ...asked], alone, node)).toEqual({ code, stdout: expect.stringContaining(code === 0 ? 'VERIFIED. Everything was checked' : 'content-changed at index 7, ') });
      }
    }
    for (const script of ['countersign-verify.mjs', 'countersign-verify-plain.mjs']) {
      expect((await ended([script, 'keys.pub', '--key', 'keys.pub'], alone)).code).toBe(3);
      expect((await ended([script, 'good.tar', '--key', 'witness.pub'], alone)).code).toBe(3);
      expect((await ended([script, 'good.tar'], alone)).code).toBe(3);
    }
    const nowhere = await run(process.execPath, ['countersign-verify.mjs', 'good.tar', ...asked], { cwd: alone, env: { PATH: '', TMPDIR: join(alone, 'nowhere') } }).catch((error: unknown) => error);
    expect(nowhere).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(/nowhere cannot be written .*Set TMPDIR/) });
  }, 120_000);

  /** This one, and the one that the machine has, which may be as old as 20.12. */
  function nodes(): string[] {
    const own = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules')).map((folder) => join(folder, 'node')).find((path) => existsSync(path));
    return [process.execPath, ...(own === undefined ? [] : [own])];
  }

  /** Of a bare Node, which knows nothing of this repository. */
  async function ended(args: readonly string[], cwd: string, node = process.execPath): Promise<{ code: number; stdout: string }> {
    return await run(node, ['--no-warnings', ...args], { cwd, env: { PATH: '' } }).then(({ stdout }) => ({ code: 0, stdout }), (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }));
  }
});
