import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EventTypes, RecordName } from '@countersign/contracts';
import { reasoningProblem as refusedBecause } from '@countersign/core';
import fc from 'fast-check';
import type { FindingCode, Report } from '@countersign/evidence';
import { reasoningProblem } from '../../packages/evidence/src/rules/reasoning.ts';
import { rangeParts, treeOf, writeFile } from './bundle.ts';
import { samplingKey, type Told } from './story.ts';
import { bundled, SyntheticLog, type LoggedRow } from './synthetic.ts';
import { verifyFile } from './verify.ts';

let folder = '';
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'countersign-rules-')); });
afterAll(() => rmSync(folder, { recursive: true }));

type Change = (told: Told) => readonly Told[];
type ChangeRows = (rows: LoggedRow[]) => LoggedRow[];

async function verified(change: Change, changeRows: ChangeRows = (rows) => rows): Promise<Report> {
  const rows = changeRows([...new SyntheticLog({ seed: 5, decisions: 80, spacingUs: 10_000_000, change }).rows()]);
  const records = rows.map(bundled);
  const { checkpoints } = await treeOf(records.map(({ leaf }) => leaf), [records.length]);
  const file = join(folder, 'bundle.tar');
  await writeFile(file, rangeParts(records, checkpoints));
  return await verifyFile(file, { samplingKeys: [samplingKey] });
}

/** Changes the first event of a record that fits, and no other. */
function once<R extends RecordName>(record: R, change: (value: EventTypes[R]) => EventTypes[R] | null, fits: (value: EventTypes[R]) => boolean = () => true): Change {
  let done = false;
  return (told) => {
    if (done || told.record !== record || !fits(told.value as EventTypes[R])) return [told];
    done = true;
    const value = change(told.value as EventTypes[R]);
    return value === null ? [] : [{ ...told, value } as Told];
  };
}

/** Adds another event after the first one of a record that fits. */
function after<R extends RecordName>(record: R, next: (value: EventTypes[R]) => Told, fits: (value: EventTypes[R]) => boolean = () => true): Change {
  let done = false;
  return (told) => {
    if (done || told.record !== record || !fits(told.value as EventTypes[R])) return [told];
    done = true;
    return [told, next(told.value as EventTypes[R])];
  };
}

const dropped = () => null;
const human = (value: EventTypes['DecisionResolved']) => value.basis === 'human';
const dual = (value: EventTypes['DecisionResolved']) => human(value) && value.route === 'dual';
const ordinary = (value: { kind: string }) => value.kind === 'standard';
const drawn = { 'under another key': { keyVersion: 'k9' }, 'with another number': { draw: 0.000001 }, 'at another rate': { probability: 0.5 } };

const broken: ReadonlyArray<[what: string, code: FindingCode, change: Change]> = [
  ['a decision accepted twice', 'rule-accepted-twice', after('DecisionAccepted', (value) => ({ topic: 'decisions.accepted', record: 'DecisionAccepted', value: { ...value, eventId: 'again' } }))],
  ['a second verdict', 'rule-verdict-twice', after('DecisionResolved', (value) => ({ topic: 'decisions.resolved', record: 'DecisionResolved', value: { ...value, eventId: 'again', verdict: 'rejected' } }))],
  ['a verdict by routing where people were to give it', 'rule-verdict-giver', once('DecisionResolved', (value) => ({ ...value, resolvedBy: 'routing' }), human)],
  ['a verdict of people by way of a rule', 'rule-verdict-giver', once('DecisionResolved', (value) => ({ ...value, basis: 'auto' }), human)],
  ['a verdict on other content', 'rule-verdict-unfounded', once('DecisionResolved', (value) => ({ ...value, contentDigest: '00' }))],
  ['a verdict that nobody judged', 'rule-verdict-unfounded', once('DecisionResolved', (value) => ({ ...value, verdict: value.verdict === 'rejected' ? 'approved' : 'rejected' }), human)],
  ['an approval because time was over', 'rule-verdict-unfounded', once('DecisionResolved', (value) => ({ ...value, basis: 'expiry', verdict: 'approved' }), human)],
  ['an approval at the end of a hold that was none', 'rule-verdict-unfounded', once('DecisionResolved', (value) => ({ ...value, basis: 'veto-window', verdict: 'approved' }), human)],
  ['a verdict with one signature of two', 'rule-signatures', once('DecisionResolved', (value) => ({ ...value, signers: value.signers.slice(0, 1) }), dual)],
  ['a verdict in the name of somebody else', 'rule-signatures', once('DecisionResolved', (value) => ({ ...value, signers: ['mallory'] }), human)],
  ['a verdict without its second judgement', 'rule-signatures', once('JudgementFinalised', dropped, ({ decisionId, reviewer }) => decisionId === 'd5-37' && reviewer === 'gil')],
  ['two seats of one person', 'rule-two-hats', (told) => [told.record !== 'DecisionProposed' && 'reviewer' in told.value && told.value.reviewer === 'gil' && 'kind' in told.value && told.value.kind === 'dual' ? { ...told, value: { ...told.value, reviewer: 'hua', actor: 'hua' } } as Told : told]],
  ['a judgement without a claim', 'rule-judgement-unclaimed', once('TaskClaimed', dropped, ordinary)],
  ['a judgement under a fence that is over', 'rule-judgement-unclaimed', once('JudgementSubmitted', (value) => ({ ...value, fence: 7 }), ordinary)],
  ['a judgement after the claim was given back', 'rule-judgement-unclaimed', after('TaskPresented', ({ presentationDigest, paintedAt, ...value }) => ({ topic: 'reviews.changed', record: 'TaskReleased', value: { ...value, eventId: 'released', reason: 'Lunch.' } }), ordinary)],
  ['a claim on a task that somebody holds', 'rule-judgement-unclaimed', after('TaskClaimed', (value) => ({ topic: 'reviews.changed', record: 'TaskClaimed', value: { ...value, eventId: 'robbed', reviewer: 'ida', actor: 'ida', fence: 2 } }), ordinary)],
  ['a judgement on what was not painted', 'rule-judgement-unpresented', once('TaskPresented', dropped, ordinary)],
  ['a judgement on what was not kept', 'rule-judgement-unpresented', once('ContentRecorded', dropped, ({ chunkCount }) => chunkCount === 1)],
  ['a presentation with other bytes than its digest', 'presentation-changed', once('ContentRecorded', (value) => ({ ...value, bytes: Buffer.from('{}') }), ({ chunkCount }) => chunkCount === 1)],
  ['a presentation with a chunk changed', 'presentation-changed', once('ContentRecorded', (value) => ({ ...value, bytes: Buffer.from('{}') }), ({ chunkIndex }) => chunkIndex === 1)],
  ['an answer that had to come first and did not', 'rule-first-answer', once('FirstJudgementSubmitted', dropped)],
  ['no reasoning with a first answer', 'rule-reasoning', once('FirstJudgementSubmitted', (value) => ({ ...value, reasoning: '' }))],
  ['a first answer without a claim', 'rule-judgement-unclaimed', once('FirstJudgementSubmitted', (value) => ({ ...value, fence: 9 }))],
  ['no reasoning', 'rule-reasoning', once('JudgementSubmitted', (value) => ({ ...value, reasoning: 'ok' }))],
  ['a judgement that nobody gave', 'rule-judgement-unsubmitted', once('JudgementSubmitted', dropped, ordinary)],
  ['a judgement final inside its undo window', 'rule-judgement-unsubmitted', once('JudgementSubmitted', (value) => ({ ...value, finalAt: value.finalAt + 3_600_000_000 }), ordinary)],
  ['a judgement that was taken back', 'rule-judgement-unsubmitted', after('JudgementSubmitted', ({ taskId, kind, queue, reviewer, fence, form, decisionType, route, tier, judgementId, eventId, occurredAt, system, decisionId, actor, policyVersion }) => ({
    topic: 'reviews.changed', record: 'JudgementWithdrawn', value: { eventId: `${eventId}/undone`, occurredAt, system, decisionId, actor, policyVersion, taskId, kind, queue, reviewer, fence: fence + 1, form, decisionType, route, tier, judgementId } }), ordinary)],
  ['a reviewer without the qualification', 'rule-unqualified', (told) => [told.record === 'PersonChanged' ? { ...told, value: { ...told.value, queues: ['other.type'] } } : told]],
  ['a reviewer who is not active', 'rule-unqualified', (told) => [told.record === 'PersonChanged' ? { ...told, value: { ...told.value, active: false, available: false } } : told]],
  ['senior work by somebody junior', 'rule-unqualified', (told) => [told.record === 'PersonChanged' ? { ...told, value: { ...told.value, roles: ['reviewer'] } } : told]],
  ['a reviewer nobody entered', 'rule-unqualified', (told) => (told.record === 'PersonChanged' ? [] : [told])],
  ['a policy approved by its author', 'rule-policy', once('PolicyApproved', (value) => ({ ...value, approvedBy: 'pia' }))],
  ['a policy that was not approved', 'rule-policy', once('PolicyApproved', dropped)],
  ['a policy approved after its activation', 'rule-policy', once('PolicyApproved', (value) => ({ ...value, occurredAt: value.occurredAt + 1_000_000 }))],
  ['a policy that was never activated', 'rule-policy', once('PolicyActivated', dropped)],
  ['a policy activated after its first use', 'rule-policy', once('PolicyActivated', (value) => ({ ...value, occurredAt: value.occurredAt + 86_400_000_000 }))],
  ['another policy than the one pinned', 'rule-policy', once('DecisionRouted', (value) => ({ ...value, policyVersion: 'sha256:other' }))],
  ['a form that was not drawn', 'rule-draw', once('DecisionRouted', (value) => ({ ...value, formDraw: 0.5 }))],
  ['a selection that is missing', 'rule-draw', once('SpotCheckSelected', dropped)],
  ...Object.entries(drawn).map(([what, change]): [string, FindingCode, Change] => [`a selection ${what}`, 'rule-draw', once('SpotCheckSelected', (value) => ({ ...value, ...change }))]),
  ['a key that was not committed to', 'rule-sampling-key', once('SamplingKeyChanged', (value) => ({ ...value, commitment: '00' }))],
  ['an erasure that nobody approved', 'rule-erasure', after('DecisionResolved', ({ system, decisionId, occurredAt }) => ({ topic: 'decisions.erased', record: 'DecisionErased', value: { eventId: 'erased', occurredAt, system, decisionId, actor: 'audit', policyVersion: null, erasureId: 'e1', subjectRef: null, erasedAt: occurredAt } }))],
  ['an erasure approved by whoever asked', 'rule-erasure', after('SamplingKeyChanged', ({ occurredAt, policyVersion }) => ({ topic: 'governance.recorded', record: 'ErasureApproved', value: { eventId: 'approved', occurredAt, system: 'mailroom', decisionId: null, actor: 'pat', policyVersion, erasureId: 'e1', subjectRef: null, requestedBy: 'pat', erasedThrough: occurredAt } }))],
  ['an erasure approved that nobody asked for', 'rule-erasure', after('SamplingKeyChanged', ({ occurredAt, policyVersion }) => ({ topic: 'governance.recorded', record: 'ErasureApproved', value: { eventId: 'approved', occurredAt, system: 'mailroom', decisionId: null, actor: 'pat', policyVersion, erasureId: 'e1', subjectRef: null, requestedBy: 'quin', erasedThrough: occurredAt } }))],
  ['an event id that stands twice', 'rule-event-repeated', after('TaskClosed', (value) => ({ topic: 'reviews.changed', record: 'TaskClosed', value }))],
];

describe('a rule that was broken is found, though every byte is what was signed', () => {
  test('a log in which none was', async () => {
    const report = await verified((told) => [told]);
    expect(report.findings).toEqual([]);
    expect(report.verdict).toBe('verified');
  });

  test.each(broken)('%s: %s', async (_what, code, change) => {
    const report = await verified(change);
    expect(Object.keys(report.counts)).toContain(code);
  });

  test.each([['is too long to be found by', 'x'.repeat(301)], ['has a character that Postgres does not store', 'a\u0000b']])('none is where a row leaves out what %s: the log keeps it so', async (_what, odd) => {
    const report = await verified(once('DecisionProposed', (value) => ({ ...value, decisionId: 'odd', decisionType: odd })), (rows) => rows.map((row) => (row.record.decisionType === odd ? { ...row, record: { ...row.record, decisionType: null } } : row)));
    expect([report.verdict, report.findings]).toEqual(['verified', []]);
  });

  test.each<[string, FindingCode, ChangeRows]>([
    ['a row that says something else than its event', 'rule-row-differs', (rows) => rows.map((row, at) => (at === 4 ? { ...row, record: { ...row.record, actor: 'mallory' } } : row))],
    ['a payload that is no event of its kind', 'rule-payload-unreadable', (rows) => rows.map((row, at) => (at === 2 ? { ...row, record: { ...row.record, record: 'TaskOpened' } } : row))],
    ['a partition out of its order', 'rule-offset-order', (rows) => rows.map((row, at) => (at === 3 ? { ...row, record: { ...row.record, offset: 0 } } : row))],
    ['a record dated before what stands before it', 'backdated', (rows) => rows.map((row, at) => (at === 300 ? { ...row, record: { ...row.record, recordedAt: row.record.recordedAt - 3_600_000_000 } } : row))],
  ])('%s: %s', async (_what, code, changeRows) => {
    expect(Object.keys((await verified((told) => [told], changeRows)).counts)).toContain(code);
  });
});

test('the rule about reasoning is the one that judgements were accepted by', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.lorem(), fc.string({ unit: 'grapheme', maxLength: 60 })), (text) => {
    expect(reasoningProblem(text) === null).toBe(refusedBecause(text) === null);
  }));
});
