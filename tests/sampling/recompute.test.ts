import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decisionKey } from '@countersign/contracts';
import { readSamplingKeys } from '@countersign/kit';
import { recomputeDraws, type RecomputeReport } from '../../packages/stack/src/operations/recompute/recompute.ts';
import { httpSource, type LoggedRecord, type RecordSource } from '../../packages/stack/src/operations/recompute/records.ts';
import { policyText, proposal } from '../bench/load.ts';
import { TestStack } from '../harness/stack.ts';

const count = 600;
/** They lack what the rules test, so that the policy cannot classify them: these fail closed, a few with a draw that would hide. */
const unclassifiable = { from: 100, to: 120 } as const;
/** Of the example policy. */
const hiddenShare = 0.5;
const slow = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'countersign-recompute-'));
let stack: TestStack;
let log: LoggedRecord[] = [];

beforeAll(async () => {
  stack = await TestStack.prepare();
  // Fixed keys: the draws of these decisions are the same in every run, and hold both kinds of selection.
  writeFileSync(stack.settings.samplingKeysFile, JSON.stringify({ keys: [
    { version: 'k1', validFrom: '1970-01-01T00:00:00Z', keyBase64: Buffer.alloc(32, 5).toString('base64') }, { version: 'k2', validFrom: '2200-01-01T00:00:00Z', keyBase64: Buffer.alloc(32, 6).toString('base64') },
  ] }));
  await stack.start();
  await stack.activatePolicy(policyText);
  await stack.producer.send(Array.from({ length: count }, (_, index) => {
    const value = { ...proposal(`c-${index}`), confidence: index % 3 === 0 ? 0.7 : 0.985, ...(index === 0 ? { decisionType: 'nobody.knows' } : {}), ...(index >= unclassifiable.from && index < unclassifiable.to ? { attributes: {} } : {}) };
    return stack.publisher.record('decisions.proposed', 'DecisionProposed', value, decisionKey(value.system, value.decisionId));
  }));
  await stack.services?.drain(60_000);
  const exported = await stack.call('olga', 'auditor', 'GET', '/v1/audit/export?disclose=true&reason=Recomputing+the+draws');
  log = exported.text.trim().split('\n').map((line) => JSON.parse(line) as LoggedRecord);
}, 120_000);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await stack[Symbol.asyncDispose]();
}, 60_000);

/** A log that goes on for an hour, unless it says otherwise: nothing of it is still on its way. */
function sourceOf(records: readonly LoggedRecord[], endMs = Date.now() + 3_600_000): RecordSource {
  return { end: () => Promise.resolve(endMs * 1000), read: async function* (record) { for (const logged of records) if (logged.record === record) yield await Promise.resolve(logged); } };
}

async function recompute(records: readonly LoggedRecord[]): Promise<RecomputeReport> {
  return await recomputeDraws(sourceOf(records), readSamplingKeys(stack.settings.samplingKeysFile));
}

/** The log with one change, as somebody who doctors an export would make it. */
function planted(change: (copy: LoggedRecord[]) => LoggedRecord[]): LoggedRecord[] {
  return change(structuredClone(log));
}

function firstOf(records: LoggedRecord[], record: string, purpose?: string): LoggedRecord {
  const found = records.find((logged) => logged.record === record && (purpose === undefined || logged.event?.['purpose'] === purpose));
  if (found?.event === undefined || found.event === null) throw new Error(`The log holds no ${record}.`);
  return found;
}

const totals = ({ missing, unexpected, wrong, findings }: RecomputeReport) => ({ missing, unexpected, wrong, what: findings.map(({ what }) => what) });

test('the log as it is: every draw agrees, and both kinds select', async () => {
  const report = await recompute(log);
  expect(totals(report)).toEqual({ missing: 0, unexpected: 0, wrong: 0, what: [] });
  expect([report.decisions, report.draws.form.drawn, report.draws.form.matched]).toEqual([count, count, count]);
  expect(report.draws['spot-check'].drawn + report.draws['re-review'].drawn).toBe(count - 1);
  for (const purpose of ['spot-check', 're-review'] as const) expect([purpose, report.draws[purpose].selected > 0, report.draws[purpose].matched]).toEqual([purpose, true, report.draws[purpose].selected]);
});

test('what fails closed under a policy is shown whatever is drawn, and that is no finding', async () => {
  const closed = log.filter(({ record, kind, policyVersion }) => record === 'DecisionRouted' && kind === 'unclassified' && policyVersion !== 'fail-closed');
  expect(closed).toHaveLength(unclassifiable.to - unclassifiable.from);
  expect(closed.filter(({ event }) => Number(event?.['formDraw']) < hiddenShare).length).toBeGreaterThan(0);
  expect((await recompute(log)).findings).toEqual([]);
  const report = await recompute(planted((copy) => copy.map((logged) => (logged.eventId === closed[0]?.eventId ? { ...logged, event: { ...logged.event, form: 'hidden' } } : logged))));
  expect(totals(report)).toEqual({ missing: 0, unexpected: 0, wrong: 1, what: ['form'] });
});

test('over HTTP an auditor gets the same report, and no others do', async () => {
  const keys = readSamplingKeys(stack.settings.samplingKeysFile);
  const url = stack.services?.url ?? '';
  expect(await recomputeDraws(httpSource({ url, token: await stack.token('olga', 'auditor'), filter: { system: 'mailroom' } }), keys, { system: 'mailroom' })).toEqual(await recompute(log));
  await expect(recomputeDraws(httpSource({ url, token: await stack.token('rita', 'reviewer'), filter: {} }), keys)).rejects.toThrow('403');
});

describe('finds', () => {
  test.each(['spot-check', 're-review'] as const)('a dropped %s', async (purpose) => {
    const report = await recompute(planted((copy) => copy.filter((logged) => logged !== firstOf(copy, 'SpotCheckSelected', purpose))));
    expect(totals(report)).toEqual({ missing: 1, unexpected: 0, wrong: 0, what: [purpose] });
  });

  test('an invented selection', async () => {
    const report = await recompute(planted((copy) => {
      const selected = new Set(copy.filter(({ record }) => record === 'SpotCheckSelected').map(({ decisionId }) => decisionId));
      const victim = copy.find(({ record, kind, decisionId }) => record === 'DecisionRouted' && kind === 'auto-approved' && !selected.has(decisionId));
      const invented = structuredClone(firstOf(copy, 'SpotCheckSelected', 'spot-check'));
      const decisionId = victim?.decisionId ?? '';
      return [...copy, { ...invented, eventId: 'invented', decisionId, event: { ...invented.event, decisionId, acceptedAt: victim?.event?.['acceptedAt'] } }];
    }));
    expect(totals(report)).toEqual({ missing: 0, unexpected: 1, wrong: 0, what: ['spot-check'] });
  });

  test('a selection of a decision that never was, and one that came twice', async () => {
    const report = await recompute(planted((copy) => {
      const invented = structuredClone(firstOf(copy, 'SpotCheckSelected'));
      return [...copy, structuredClone(invented), { ...invented, decisionId: 'never', event: { ...invented.event, decisionId: 'never' } }];
    }));
    expect(totals(report)).toMatchObject({ missing: 0, unexpected: 2, wrong: 0 });
  });

  test.each([
    ['a changed rate', 'probability', 0.01], ['a wrong key version', 'keyVersion', 'k2'], ['another draw', 'draw', 0.000001], ['another stratum', 'stratum', 'mailroom/digits.routing/low'],
  ])('%s', async (_what, field, value) => {
    const report = await recompute(planted((copy) => {
      const target = firstOf(copy, 'SpotCheckSelected', 'spot-check');
      (target.event as Record<string, unknown>)[field] = value;
      return copy;
    }));
    expect(totals(report)).toEqual({ missing: 0, unexpected: 0, wrong: 1, what: ['spot-check'] });
    expect(report.findings[0]?.detail).toContain(String(value));
  });

  test.each([['form', 'hidden'], ['formKeyVersion', 'k2'], ['formDraw', 0.5]])('a form whose %s was changed', async (field, value) => {
    const report = await recompute(planted((copy) => {
      const target = copy.find(({ record, kind }) => record === 'DecisionRouted' && kind === 'auto-approved');
      (target?.event as Record<string, unknown>)[field] = value;
      return copy;
    }));
    expect(totals(report)).toEqual({ missing: 0, unexpected: 0, wrong: 1, what: ['form'] });
  });

  test('a policy whose rate was changed on the log: it is not the version it says', async () => {
    const report = await recompute(planted((copy) => {
      for (const { record, event } of copy) if (record.startsWith('Policy') && event !== null) event['text'] = String(event['text']).replace('spotCheckRate: 0.05', 'spotCheckRate: 0.02');
      return copy;
    }));
    expect(totals(report)).toEqual({ missing: 0, unexpected: 0, wrong: 1, what: ['policy'] });
  });

  test('a decision that never reached the draws', async () => {
    const report = await recompute(planted((copy) => {
      const routed = copy.find(({ record, decisionId }) => record === 'DecisionRouted' && decisionId === 'c-1');
      return copy.filter((logged) => logged !== routed && !(logged.record === 'SpotCheckSelected' && logged.decisionId === 'c-1'));
    }));
    expect(totals(report)).toEqual({ missing: 1, unexpected: 0, wrong: 0, what: ['routing'] });
  });

  test('another key under a version, a key nobody committed to, one the file lacks, and one committed to too late', async () => {
    const problems = async (change: (copy: LoggedRecord[]) => LoggedRecord[]) => (await recompute(planted(change))).findings.filter(({ what }) => what === 'key').map(({ detail }) => detail);
    const commitments = (copy: LoggedRecord[]) => copy.filter(({ record }) => record === 'SamplingKeyChanged');
    const k2 = (copy: LoggedRecord[]) => commitments(copy).find(({ event }) => event?.['keyVersion'] === 'k2');
    const edit = (changes: Record<string, unknown>) => (copy: LoggedRecord[]) => { Object.assign(k2(copy)?.event ?? {}, changes); return copy; };
    expect(await problems(edit({ commitment: '00' }))).toEqual(['Key k2: it is not the key that was committed to.']);
    expect(await problems(edit({ validFrom: 5 }))).toEqual(['Key k2: it starts at another time than was committed to.']);
    expect(await problems((copy) => copy.filter((logged) => logged !== k2(copy)))).toEqual(['Key k2: the log holds no commitment to it.']);
    expect(await problems(edit({ keyVersion: 'k9' }))).toEqual(['Key k2: the log holds no commitment to it.', 'Key k9: it was committed to, and the keys file lacks it.']);
    expect(await problems(edit({ occurredAt: Date.parse('2200-01-01T00:00:00Z') * 1000 - 599_000_000 }))).toEqual(['Key k2: it was committed to less than 10 minutes before its start.']);
  });
});

test('of the last ten minutes of a log nothing is missed: not what follows a decision, nor the decision before a selection', async () => {
  const keys = readSamplingKeys(stack.settings.samplingKeysFile);
  const selected = firstOf(log, 'SpotCheckSelected');
  const without = (record: string) => log.filter((logged) => !(logged.record === record && logged.decisionId === selected.decisionId));
  for (const [record, found] of [['SpotCheckSelected', { missing: 1, unexpected: 0 }], ['DecisionRouted', { missing: 1, unexpected: 1 }]] as const) {
    const recordedMs = Math.max(...log.map(({ recordedAt }) => Date.parse(recordedAt)));
    expect(totals(await recomputeDraws(sourceOf(without(record), recordedMs), keys))).toMatchObject({ missing: 0, unexpected: 0 });
    expect(totals(await recomputeDraws(sourceOf(without(record), recordedMs + 600_001), keys))).toMatchObject(found);
  }
});

test('erased content hides strata and forms, and no draw', async () => {
  const erase = (logged: LoggedRecord) => (logged.record === 'DecisionRouted' || logged.record === 'SpotCheckSelected' || logged.record === 'DecisionAccepted' ? { ...logged, event: null } : logged);
  const report = await recompute(planted((copy) => copy.map(erase)));
  expect([totals(report).what, report.erased, report.draws.form.drawn]).toEqual([[], count, 0]);
  const dropped = await recompute(planted((copy) => copy.map(erase).filter((logged) => !(logged.record === 'SpotCheckSelected' && logged.decisionId === firstOf(log, 'SpotCheckSelected').decisionId))));
  expect(totals(dropped)).toMatchObject({ missing: 1, unexpected: 0, wrong: 0 });
});

test('filters take decisions in and out whole', async () => {
  const keys = readSamplingKeys(stack.settings.samplingKeysFile);
  const times = log.filter(({ record }) => record === 'DecisionRouted').map(({ event }) => Number(event?.['acceptedAt'])).sort((a, b) => a - b);
  const middle = times[count / 2] ?? 0;
  const reports = await Promise.all([{ from: middle }, { to: middle }, { decisionType: 'nobody.knows' }, { system: 'elsewhere' }].map((filter) => recomputeDraws(sourceOf(log), keys, filter)));
  expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
  expect((reports[0]?.decisions ?? 0) + (reports[1]?.decisions ?? 0)).toBe(count);
  expect([reports[2]?.decisions, reports[3]?.decisions]).toEqual([1, 0]);
});

describe('the command', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, ['packages/stack/src/cli/main.ts', 'sampling', 'recompute', ...args], { encoding: 'utf8', cwd: join(import.meta.dirname, '../..') });
  const fileOf = (name: string, records: readonly LoggedRecord[]) => {
    const file = join(folder, name);
    const later = { ...log[0], record: 'AlertRaised', recordedAt: new Date(Date.now() + 3_600_000).toISOString() };
    writeFileSync(file, [...records, later].map((record) => `${JSON.stringify(record)}\n`).join(''));
    return file;
  };

  test('says that all is well with exit code 0', () => {
    const { status, stdout } = run('--keys', stack.settings.samplingKeysFile, '--log', fileOf('whole.jsonl', log));
    expect([status, stdout.includes('Every draw is as it should be.')]).toEqual([0, true]);
  }, slow);

  test('tells what is missing with exit code 1, also as JSON', () => {
    const file = fileOf('dropped.jsonl', planted((copy) => copy.filter((logged) => logged !== firstOf(copy, 'SpotCheckSelected'))));
    const { status, stdout } = run('--keys', stack.settings.samplingKeysFile, '--log', file, '--json');
    expect([status, totals(JSON.parse(stdout) as RecomputeReport).missing]).toEqual([1, 1]);
    expect(run('--keys', stack.settings.samplingKeysFile, '--log', file).stdout).toContain('1 missing, 0 unexpected, 0 wrong');
  }, slow);

  test('refuses a file that is no export, or cut off in the middle of a line', () => {
    const file = join(folder, 'cut.jsonl');
    writeFileSync(file, `${JSON.stringify(log[0])}\n${JSON.stringify(log[1]).slice(0, 40)}`);
    const { status, stderr } = run('--keys', stack.settings.samplingKeysFile, '--log', file);
    expect([status, stderr.includes('line 2 is no record')]).toEqual([1, true]);
  }, slow);
});
