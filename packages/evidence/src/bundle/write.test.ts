import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import canonicalize from 'canonicalize';
import { encodeRecord } from '../record.ts';
import type { BundledRecord } from './format.ts';
import { writeBundle, type BundleParts } from './write.ts';

const record = (index: number): BundledRecord => ({
  index, leaf: Buffer.alloc(32, index), payload: Buffer.alloc(2000, index), key: index % 2 === 0 ? Buffer.alloc(32, 7) : null,
  record: encodeRecord({
    actor: null, decisionId: `d${index}`, decisionType: 'überprüfung', eventId: `e${index}`, kind: null, occurredAt: index, offset: index, partition: 0, payload: 'plain', payloadSha256: null, policyVersion: null, publishedAt: null,
    record: 'TaskOpened', recordedAt: index, reviewer: null, system: 's', topic: 't', valueDigest: null,
  }),
});
const parts: BundleParts = {
  manifest: { kind: 'range', origin: 'log.example', logKeys: [], madeAt: '2026-01-01T00:00:00.000Z', madeBy: 'ann', filter: {}, first: 0, last: 4999 },
  schemas: { TaskOpened: [{ type: 'record', name: 'TaskOpened', fields: [] }] },
  checkpoints: [{ note: 'log.example\n0\n…\n', consistency: [Buffer.alloc(32)] }],
  records: Array.from({ length: 5000 }, (_, index) => record(index)),
  extras: [{ name: 'case-file.pdf', bytes: 5, content: [Buffer.from('%PD'), Buffer.from('F-')] }],
};

test('a bundle is a tar that tar reads, its lines in files of bounded size and each its own RFC 8785', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    const pieces: Buffer[] = [];
    for await (const piece of writeBundle(parts)) pieces.push(piece);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(4 * 1024 * 1024);
    writeFileSync(join(folder, 'bundle.tar'), Buffer.concat(pieces));
    const names = execFileSync('tar', ['-xvf', 'bundle.tar'], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
    expect(names).toEqual(['README.txt', 'manifest.json', 'schemas.json', 'checkpoints/000000.jsonl', 'records/000000.jsonl', 'records/000001.jsonl', 'records/000002.jsonl', 'records/000003.jsonl', 'case-file.pdf', 'end.json']);
    const lines = names.filter((name) => name.startsWith('records/')).flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'));
    expect(lines).toHaveLength(5000);
    for (const line of lines) expect(line).toBe(canonicalize(JSON.parse(line)));
    expect(JSON.parse(readFileSync(join(folder, 'end.json'), 'utf8'))).toEqual({ checkpoints: 1, records: 5000 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an extra file that is not as long as it said breaks the export, not the tar', async () => {
  const wrong = { ...parts, records: [], extras: [{ name: 'a.pdf', bytes: 5, content: [Buffer.from('four')] }] };
  await expect(async () => { for await (const piece of writeBundle(wrong)) void piece; }).rejects.toThrow(RangeError);
});
