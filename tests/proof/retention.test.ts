import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BundledRecord, Report } from '@countersign/evidence';
import { partParts, rangeParts, treeOf, writeFile, type LogHeads } from './bundle.ts';
import type { Told } from './story.ts';
import { bundled, SyntheticLog, type LoggedRow } from './synthetic.ts';
import { verifyFile } from './verify.ts';

const day = '2026-03-01';
const type = 'digits.routing';
const dayUs = 86_400_000_000;
/** What two people agreed on, what an end of retention says, and what is really gone. */
type Case = {
  rules?: Record<string, number | null>; by?: [agreed: string, asked: string];
  ruleDays?: number; types?: string[]; surplus?: number; others?: string;
  remembered?: boolean;
};

let folder = '';
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'countersign-ends-')); });
afterAll(() => rmSync(folder, { recursive: true }));

/** Proposals, which no rule needs; or other records of the stretch. */
const isGone = ({ record }: LoggedRow, index: number, name: string) => index >= 100 && index <= 200 && record.record === name;

function rowsOf({ rules = { [type]: 3, '*': 5 }, by = ['quin', 'rosa'], ruleDays = 3, types = [type], surplus = 0 }: Case, gone: number): LoggedRow[] {
  const envelope = (eventId: string, occurredAt: number, actor: string) => ({ eventId, occurredAt, system: null, decisionId: null, actor, policyVersion: null });
  const officer = (personId: string, at: number): Told => ({
    topic: 'access.changed', record: 'PersonChanged', value: { ...envelope(personId, at, 'admin'), personId, displayName: personId, roles: ['privacy-officer'], queues: [], available: true, active: true, claimsMax: null, reason: null },
  });
  const change = (told: Told): Told[] => {
    if (told.record !== 'SamplingKeyChanged') return [told];
    const at = told.value.occurredAt;
    return [
      told, officer('quin', at), officer('rosa', at),
      ...Object.entries(rules).map(([decisionType, keepDays]): Told => ({ topic: 'governance.recorded', record: 'RetentionRuleChanged', value: { ...envelope(`rule-${decisionType}`, at + 1, by[0]), decisionType, keepDays, askedBy: by[1] } })),
      { topic: 'governance.recorded', record: 'RetentionApplied', value: { ...envelope('applied', at + 10 * dayUs, 'audit'), day, firstIndex: 100, lastIndex: 200, records: gone - surplus, exportSha256: '00', exportBytes: 1, decisionTypes: types, ruleDays } },
    ];
  };
  return [...new SyntheticLog({ seed: 5, decisions: 40, spacingUs: 10_000_000, change }).rows()];
}

async function logWith(what: Case): Promise<{ records: BundledRecord[]; heads: LogHeads; gone: number }> {
  const isOut = (row: LoggedRow, index: number) => isGone(row, index, what.others ?? 'DecisionProposed');
  const gone = rowsOf(what, 0).filter(isOut).length;
  const rows = rowsOf(what, gone);
  const sound = rows.map(bundled);
  const records = sound.map((line, index) => (isOut(rows[index]!, index) ? { ...line, record: null, payload: null, key: null, ...(what.remembered === false ? {} : { logged: line.record! }) } : line));
  return { records, heads: await treeOf(sound.map(({ leaf }) => leaf), [sound.length]), gone };
}

async function verified(what: Case, stretch?: [first: number, last: number]): Promise<Report & { gone: number }> {
  const { records, heads, gone } = await logWith(what);
  const file = join(folder, 'bundle.tar');
  await writeFile(file, stretch === undefined ? rangeParts(records, heads.checkpoints) : await partParts(records, heads, ...stretch, records.length));
  return { ...await verifyFile(file), gone };
}

const codes = (report: Report) => Object.keys(report.counts).sort();
const unchecked = (report: Report) => report.unchecked.map(({ what }) => what);

test('rows may be gone by the rules of two privacy officers, as many as were said', async () => {
  const report = await verified({});
  expect([report.verdict, report.findings]).toEqual(['verified', []]);
  expect(report.notes).toContainEqual({ what: 'rows that are gone', why: expect.any(String), count: report.gone });
});

test.each<[what: string, Case]>([
  ['sooner than the rule of their type says', { rules: { [type]: 7, '*': 3 } }],
  ['though their type is kept for ever', { rules: { [type]: null, '*': 3 } }],
  ['though what has no rule is kept longer', { rules: { '*': 3650 } }],
  ['by a rule of another type than theirs', { rules: { [type]: 3650, other: 3, '*': 3 }, types: ['other'] }],
  ['and are fewer than was said', { surplus: -1 }],
  ['and are more than was said', { surplus: 1 }],
])('rows that are gone %s are missing', async (_what, broken) => {
  expect(codes(await verified(broken))).toEqual(['row-missing', 'rule-erasure']);
});

test.each<[what: string, Case]>([
  ['by somebody whom nobody entered', { by: ['nobody-1', 'quin'] }],
  ['asked for by somebody whom nobody entered', { by: ['quin', 'nobody-2'] }],
  ['by a reviewer', { by: ['ann', 'quin'] }],
  ['by one person', { by: ['quin', 'quin'] }],
  ['that nobody has', { rules: {} }],
])('a rule %s is a rule that was broken', async (_what, broken) => {
  expect(codes(await verified(broken))).toEqual(['rule-erasure']);
});

test('what the evidence does not have is told as not checked: the rules of a part, the types of rows of which nothing is left', async () => {
  // From the end of retention on, without the rules before it; and up to within what it is about.
  const behind = await verified({}, [17, 250]);
  expect([behind.findings, unchecked(behind)]).toEqual([[], expect.arrayContaining(['a rule by two people that retention follows'])]);
  const until = await verified({}, [0, 180]);
  expect([until.findings, unchecked(until)]).toEqual([[], expect.arrayContaining(['rows that are gone, as many as their end of retention says'])]);
  const forgotten = await verified({ remembered: false });
  expect([forgotten.verdict, forgotten.unchecked]).toEqual(['incomplete', [{ what: 'what rows that are gone were', why: expect.any(String), count: forgotten.gone }]]);
});
