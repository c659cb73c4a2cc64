import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parsePolicy } from '@countersign/core';
import { TestStack, until, type Answer } from '../../tests/harness/stack.ts';
import { readTopic } from '../../tests/harness/topics.ts';

const digits = readFileSync(join(import.meta.dirname, '../../examples/policies/digits.routing.yaml'), 'utf8');
let stack: TestStack;
let types = 0;

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start(['risk']);
}, 90_000);
afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

/** A sound policy of a decision type nobody else uses. */
const freshType = () => `test.type-${(types += 1)}`;
const policyOf = (decisionType: string, rate = '0.05') => digits.replace('decisionType: digits.routing', `decisionType: ${decisionType}`).replace('spotCheckRate: 0.05', `spotCheckRate: ${rate}`);

const ada = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => await stack.call('ada', 'policy-author', method, `/v1/policies${path}`, body, headers);
const ben = async (method: string, path: string, body?: unknown) => await stack.call('ben', 'policy-approver', method, `/v1/policies${path}`, body);

async function propose(text: string): Promise<string> {
  const answer = await ada('POST', '/versions', { text, note: 'first' });
  expect(answer.status).toBe(201);
  return String(answer.json['version']);
}

async function approved(text: string): Promise<string> {
  const version = await propose(text);
  expect((await ben('POST', `/versions/${version}/approval`, { note: 'read it' })).status).toBe(200);
  return version;
}

const inForce = async (decisionType: string) => ((await ada('GET', '')).json['policies'] as Array<{ decisionType: string; version: string }>).find((policy) => policy.decisionType === decisionType)?.version;
const codeOf = ({ status, json }: Answer) => [status, json['code']];

describe('a draft', () => {
  test('may have problems, is changed against its revision only, and is thrown away', async () => {
    const broken = policyOf(freshType()).replace('spotCheckRate: 0.05', 'spotCheckRate: 0');
    const created = await ada('POST', '/drafts', { text: broken });
    expect(created.status).toBe(201);
    expect(created.json['check']).toMatchObject([{ code: 'invalid', line: broken.split('\n').findIndex((line) => line.startsWith('spotCheckRate')) + 1 }]);
    const path = `/drafts/${String(created.json['draftId'])}`;
    const etag = created.headers.get('etag') ?? '';

    expect(codeOf(await ada('PUT', path, { text: policyOf('a.b') }))).toEqual([428, 'precondition-required']);
    const [one, two] = await Promise.all([1, 2].map((rate) => ada('PUT', path, { text: policyOf('a.b', `0.0${rate + 2}`) }, { 'if-match': etag })));
    expect([one?.status, two?.status].sort()).toEqual([200, 412]);
    for (const foreign of ['"99999999999"', '"mine"']) expect(codeOf(await ada('PUT', path, { text: policyOf('a.b') }, { 'if-match': foreign }))).toEqual([412, 'precondition-failed']);
    expect(codeOf(await ada('POST', '/drafts', { text: 'decisionType: a.b\u0000' }))).toEqual([400, 'invalid-request']);
    const winner = one?.status === 200 ? one : two;
    expect(winner?.json['check']).toEqual([]);
    expect((await ada('GET', path)).json['text']).toBe(winner?.json['text']);
    expect(((await ada('GET', '/drafts')).json['drafts'] as unknown[]).length).toBeGreaterThan(0);
    expect((await ada('DELETE', path)).status).toBe(204);
    expect(codeOf(await ada('GET', path))).toEqual([404, 'not-found']);
    expect(codeOf(await ada('GET', '/drafts/not-a-uuid'))).toEqual([404, 'not-found']);
  });
});

describe('a check', () => {
  test('stores nothing and says line, column and remedy of every problem, and of what can hardly be meant', async () => {
    const decisionType = freshType();
    const sound = policyOf(decisionType);
    expect((await ada('POST', '/check', { text: sound })).json).toMatchObject({ ok: true, decisionType, warnings: [] });
    const odd = sound.replace('when: touchesEdge', 'when: output.label == "sven"');
    const line = odd.split('\n').findIndex((text) => text.includes('sven')) + 1;
    expect((await ada('POST', '/check', { text: odd })).json).toMatchObject({ ok: true, decisionType, warnings: [{ code: 'unknown-answer', line, column: expect.any(Number), remedy: expect.any(String) }] });
    expect((await ada('POST', '/drafts', { text: odd })).json).toMatchObject({ check: [], warnings: [{ code: 'unknown-answer' }] });
    const broken = sound.replace('when: touchesEdge', 'when: touchesEge').replace('from: 0.75', 'from: 0.80');
    const answer = await ada('POST', '/check', { text: broken });
    const problems = answer.json['problems'] as Array<{ line: number; column: number; code: string; remedy: string }>;
    expect(answer.json['ok']).toBe(false);
    expect(problems.map(({ code }) => code)).toEqual(['tier-gap', 'expression']);
    for (const { line, column, code } of problems) {
      const mark = code === 'expression' ? 'touchesEge' : '0.80';
      expect(broken.split('\n')[line - 1]?.slice(column - 1)).toMatch(new RegExp(`^${mark}`));
    }
    expect((await ada('GET', `/history/${decisionType}`)).json['versions']).toEqual([]);
  });

  test('a text with problems cannot be proposed, and the answer names them all', async () => {
    const answer = await ada('POST', '/versions', { text: policyOf(freshType()).replace('spotCheckRate: 0.05', 'spotCheckRate: 0').replace('hiddenShare: 0.5', 'hiddenShare: 0') });
    expect(codeOf(answer)).toEqual([422, 'policy-invalid']);
    expect(answer.json['problems']).toMatchObject([{ line: expect.any(Number), column: expect.any(Number), remedy: expect.any(String) }, { code: 'invalid' }]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('a version', () => {
  test('goes from proposal over a second person into force, and every step is on the record', async () => {
    const decisionType = freshType();
    const text = policyOf(decisionType);
    const version = await propose(text);
    expect(version).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await propose(`# other words, same content\n${text}`)).toBe(version);

    expect(codeOf(await ben('POST', `/versions/${version}/activation`, {}))).toEqual([409, 'state-conflict']);
    expect(await inForce(decisionType)).toBeUndefined();
    await ben('POST', `/versions/${version}/approval`, { note: 'read it' });
    const activated = await ben('POST', `/versions/${version}/activation`, {});
    expect(activated.json).toMatchObject({ version, proposedBy: 'ada', approvedBy: 'ben', activatedBy: 'ben', withdrawnAt: null });
    expect(await inForce(decisionType)).toBe(version);
    expect((await ada('GET', `/versions/${version}`)).json).toMatchObject({ version, text });

    const steps = await until('all steps are published', async () => {
      await stack.services?.services.get('risk')?.drain(20_000);
      const records = await recordsAbout(version);
      return records.length >= 3 ? records : undefined;
    });
    expect(steps.map(({ record }) => record)).toEqual(['PolicyProposed', 'PolicyApproved', 'PolicyActivated']);
    for (const { value } of steps) expect(value['text']).toBe(text);
  });

  test('is not approved by who proposed it, not even past the code: the database refuses', async () => {
    const version = await propose(policyOf(freshType()));
    const both = await stack.call('ada', 'policy-approver', 'POST', `/v1/policies/versions/${version}/approval`, { note: 'my own' });
    expect(codeOf(both)).toEqual([403, 'forbidden']);
    await expect(stack.query("insert into risk.approvals (version, proposed_by, approved_by, note) values ($1, 'ada', 'ada', '')", [version])).rejects.toThrow('approval_by_a_second_person');
    expect(codeOf(await ada('POST', `/versions/${version}/approval`, {}))).toEqual([403, 'forbidden']);
  });

  test('and what was done to it is never changed, not even by the owner of the tables', async () => {
    const version = await approved(policyOf(freshType()));
    await ben('POST', `/versions/${version}/activation`, {});
    for (const statement of ['update risk.versions set policy_text = policy_text', 'delete from risk.approvals', 'truncate risk.activations', 'update risk.withdrawals set note = note']) {
      await expect(stack.query(statement)).rejects.toThrow('policy history only grows');
    }
  });

  test('unknown ones are not found, wherever they are named', async () => {
    const nowhere = `sha256:${'0'.repeat(64)}`;
    for (const [method, path] of [['GET', `/versions/${nowhere}`], ['GET', `/diff?from=${nowhere}&to=${nowhere}`], ['POST', `/versions/${nowhere}/approval`], ['POST', `/versions/${nowhere}/activation`], ['POST', `/versions/${nowhere}/withdrawal`]] as const) {
      expect(codeOf(await ben(method, path, method === 'POST' ? {} : undefined))).toEqual([404, 'not-found']);
    }
  });

  test('withdrawn is out of use for ever; the one in force cannot be withdrawn', async () => {
    const decisionType = freshType();
    const [first, second] = [await approved(policyOf(decisionType, '0.03')), await approved(policyOf(decisionType, '0.04'))];
    await ben('POST', `/versions/${first}/activation`, {});
    expect(codeOf(await ben('POST', `/versions/${first}/withdrawal`, { note: 'no' }))).toEqual([409, 'state-conflict']);
    expect((await ben('POST', `/versions/${second}/withdrawal`, { note: 'wrong rate' })).json).toMatchObject({ withdrawnBy: 'ben' });
    expect(codeOf(await ben('POST', `/versions/${second}/activation`, {}))).toEqual([409, 'state-conflict']);
    expect(await inForce(decisionType)).toBe(first);
    const third = await propose(policyOf(decisionType, '0.045'));
    await ben('POST', `/versions/${third}/withdrawal`, { note: 'never mind' });
    expect(codeOf(await ben('POST', `/versions/${third}/approval`, {}))).toEqual([409, 'state-conflict']);
  });

  test('history is newest first, and the difference of two is a patch of their texts', async () => {
    const decisionType = freshType();
    const versions = [];
    for (const rate of ['0.03', '0.04', '0.05']) versions.push(await propose(policyOf(decisionType, rate)));
    const history = (await ada('GET', `/history/${decisionType}`)).json['versions'] as Array<{ version: string }>;
    expect(history.map(({ version }) => version)).toEqual([...versions].reverse());
    const { patch } = (await ada('GET', `/diff?from=${versions[0]}&to=${versions[1]}`)).json as { patch: string };
    expect(patch.split('\n').filter((line) => /^[-+][^-+]/.test(line))).toEqual(['-spotCheckRate: 0.03', '+spotCheckRate: 0.04']);
  });

  test('history says which version was in force since when and why, also of one that came back', async () => {
    const decisionType = freshType();
    const [first = '', second = ''] = [await propose(policyOf(decisionType, '0.03')), await propose(policyOf(decisionType, '0.04'))];
    for (const version of [first, second]) await ben('POST', `/versions/${version}/approval`);
    const steps = [[first, 'To begin with'], [second, 'More spot checks'], [first, 'Back: too many']] as const;
    for (const [version, note] of steps) await ben('POST', `/versions/${version}/activation`, { note });
    const { activations } = (await ada('GET', `/history/${decisionType}`)).json as { activations: Array<{ version: string; note: string; activatedBy: string }> };
    expect(activations.map(({ version, note, activatedBy }) => [version, note, activatedBy])).toEqual(steps.map((step) => [...step, 'ben']).reverse());
  });

  test('texts with nothing in common are not compared for minutes', async () => {
    const decisionType = freshType();
    const lines = (word: string) => Array.from({ length: 4000 }, (_, index) => `# ${word} ${index}\n`).join('');
    const [from = '', to = ''] = [await propose(lines('a') + policyOf(decisionType, '0.03')), await propose(lines('b') + policyOf(decisionType, '0.04'))];
    expect(await ada('GET', `/diff?from=${from}&to=${to}`)).toMatchObject({ status: 422, json: { code: 'unprocessable', detail: expect.stringContaining('too little in common') } });
  });
});

describe('people who act at once', () => {
  test('approve one version: one approval, one event', async () => {
    const version = await propose(policyOf(freshType()));
    const answers = await Promise.all(['ben', 'cleo', 'dan'].map((name) => stack.call(name, 'policy-approver', 'POST', `/v1/policies/versions/${version}/approval`, { note: name })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ json }) => json['approvedBy'])).size).toBe(1);
    await stack.services?.services.get('risk')?.drain(20_000);
    expect((await recordsAbout(version)).filter(({ record }) => record === 'PolicyApproved').length).toBe(1);
  });

  test('activate different versions: one is in force, and the feed of every service agrees with the table', async () => {
    const decisionType = freshType();
    const versions = [];
    for (const rate of ['0.02', '0.025', '0.03', '0.035', '0.04', '0.045']) versions.push(await approved(policyOf(decisionType, rate)));
    const answers = await Promise.all([...versions, ...versions].map((version) => ben('POST', `/versions/${version}/activation`, {})));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    await stack.services?.services.get('risk')?.drain(20_000);
    const activated = (await allRecords()).filter(({ record, value }) => record === 'PolicyActivated' && value['decisionType'] === decisionType);
    const last = activated.toSorted((a, b) => Number(a.value['activationId']) - Number(b.value['activationId'])).at(-1);
    expect(last?.value['version']).toBe(await inForce(decisionType));
    expect(activated.map(({ value }) => value['activationId'])).toEqual(activated.map(({ value }) => Number(value['activationId'])).sort((a, b) => a - b).map(String));
    expect(new Set(activated.map(({ value }) => value['eventId'])).size).toBe(activated.length);
  });

  test('withdraw and activate: never both', async () => {
    const decisionType = freshType();
    for (const rate of ['0.021', '0.022', '0.023', '0.024']) {
      const version = await approved(policyOf(decisionType, rate));
      const [activation, withdrawal] = await Promise.all([ben('POST', `/versions/${version}/activation`, {}), ben('POST', `/versions/${version}/withdrawal`, { note: 'x' })]);
      expect([activation.status, withdrawal.status].sort()).toEqual([200, 409]);
    }
  });

  test('withdraw and approve: what is withdrawn stays unapproved', async () => {
    const decisionType = freshType();
    for (const rate of ['0.031', '0.032', '0.033', '0.034']) {
      const version = await propose(policyOf(decisionType, rate));
      const [approval, withdrawal] = await Promise.all([ben('POST', `/versions/${version}/approval`, {}), ben('POST', `/versions/${version}/withdrawal`, { note: 'x' })]);
      expect(withdrawal.status).toBe(200);
      const row = (await ada('GET', `/versions/${version}`)).json as { approvedAt: string | null; withdrawnAt: string };
      if (approval.status === 200) expect(Date.parse(row.approvedAt ?? '')).toBeLessThanOrEqual(Date.parse(row.withdrawnAt));
      else expect([approval.status, row.approvedAt]).toEqual([409, null]);
    }
  });
});

test('who may not, may not', async () => {
  const version = await propose(policyOf(freshType()));
  const attempts: Array<[string, string, string]> = [
    ['policy-author', 'POST', `/versions/${version}/approval`], ['policy-author', 'POST', `/versions/${version}/withdrawal`], ['policy-approver', 'POST', '/versions'], ['policy-approver', 'POST', '/drafts'],
    ['reviewer', 'POST', `/versions/${version}/activation`], ['pipeline', 'GET', ''], ['watcher', 'GET', '/drafts'],
  ];
  for (const [role, method, path] of attempts) {
    expect(codeOf(await stack.call('eve', role, method, `/v1/policies${path}`, method === 'POST' ? {} : undefined))).toEqual([403, 'forbidden']);
  }
});

test('the published schema is the one of the editor, and needs no token', async () => {
  const { url } = stack.services ?? { url: '' };
  const response = await fetch(`${url}/v1/policies/schema`);
  expect(await response.json()).toEqual(JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/policy.schema.json'), 'utf8')));
  expect(parsePolicy(digits).ok).toBe(true);
});

type Step = { record: string; value: Record<string, unknown> };

async function allRecords(): Promise<Step[]> {
  return (await readTopic(stack, 'policies.changed')).map(({ event }) => ({ record: event.record, value: { ...event.value } }));
}

async function recordsAbout(version: string): Promise<Step[]> {
  return (await allRecords()).filter(({ value }) => value['version'] === version);
}
