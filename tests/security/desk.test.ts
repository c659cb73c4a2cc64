/** What is another's: claims, queues, signatures, drafts, hidden fields. Every route of a task, as the API's own document lists them, tried by whoever it is not for. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { policyOf } from '../browser/policies.ts';
import { proposal, proposed } from '../harness/proposal.ts';
import { TestStack, until, type Answer } from '../harness/stack.ts';

type Media = { schema?: { examples?: unknown[]; example?: unknown }; example?: unknown; examples?: Record<string, { value: unknown }> };
type Operation = { requestBody?: { content: Record<string, Media> } };
type Route = { method: string; path: string; body: object | undefined };
type Claimed = { taskId: string; etag: string };

const words = 'Her own words: the address names the office in the north, in print.';
const nobodysTask = '00000000-0000-4000-8000-000000000000';

let stack: TestStack;
let routes: Route[];
let ids = 0;

beforeAll(async () => {
  stack = await TestStack.prepare();
  const { url } = await stack.start(undefined, { COUNTERSIGN_REVIEW_OPEN_QUALIFICATIONS: 'false', COUNTERSIGN_REVIEW_UNDO_MS: '600000' });
  for (const type of ['letters.shown', 'letters.dual'] as const) await stack.activatePolicy(policyOf(type));
  for (const [person, roles, queues] of [['ann', ['reviewer'], ['letters.shown', 'letters.dual']], ['bob', ['reviewer'], ['letters.shown', 'letters.dual']], ['sam', ['reviewer', 'senior'], ['letters.shown', 'letters.dual']], ['far', ['reviewer', 'senior'], ['other.type']], ['sue', ['supervisor'], []], ['root', ['admin'], []]] as const) {
    expect((await stack.call('root', 'admin', 'PUT', `/v1/people/${person}`, { name: person, roles, queues })).status).toBe(200);
  }
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, Record<string, Operation>> };
  routes = Object.entries(paths).filter(([path]) => path.startsWith('/v1/reviews/tasks/{taskId}/')).flatMap(([path, methods]) => Object.entries(methods).map(([method, { requestBody }]) => ({
    method: method.toUpperCase(), path, body: exampleOf(requestBody?.content['application/json']),
  })));
}, 120_000);
afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

/** Wherever OpenAPI lets it stand. */
function exampleOf(media: Media | undefined): object | undefined {
  return [media?.example, ...Object.values(media?.examples ?? {}).map(({ value }) => value), media?.schema?.example, ...(media?.schema?.examples ?? [])].find((example) => example !== undefined) as object | undefined;
}

async function open(decisionType: string, count: number, change = {}): Promise<string> {
  const decisionId = `letter-${(ids += 1)}`;
  await stack.producer.send([proposed(stack, proposal(decisionId, { decisionType, output: { label: 'north', content: null, mediaType: null }, alternatives: [], attributes: { pages: 1 }, ...change }))]);
  await until(`${decisionId} is open`, async () => ((await stack.query('select 1 from review.tasks where decision_id = $1', [decisionId])).length === count ? true : undefined));
  return decisionId;
}

async function claim(person: string, role: string): Promise<Claimed> {
  const answer = await stack.call(person, role, 'POST', '/v1/reviews/claims', {});
  expect(answer.json).toMatchObject({ outcome: 'claimed' });
  return answer.json['claim'] as Claimed;
}

async function paint(person: string, role: string, { taskId, etag }: Claimed): Promise<Answer & { digest: string }> {
  const shown = await stack.call(person, role, 'GET', `/v1/reviews/tasks/${taskId}/presentation`, undefined, { 'if-match': etag });
  const digest = shown.headers.get('x-presentation-digest') ?? '';
  expect((await stack.call(person, role, 'POST', `/v1/reviews/tasks/${taskId}/painted`, { presentationDigest: digest }, { 'if-match': etag })).status).toBe(204);
  return { ...shown, digest };
}

/** Every route of a task, with a body that is in order and the fence of whoever holds it. */
async function tryAll(person: string, role: string, taskId: string, etag: string): Promise<Array<{ route: string; status: number; refusal: unknown; detail: unknown; text: string }>> {
  const tried = [];
  for (const { method, path, body } of routes) {
    const { status, json, text } = await stack.call(person, role, method, path.replace('{taskId}', taskId), body, { 'if-match': etag });
    tried.push({ route: `${method} ${path}`, status, refusal: json['refusal'], detail: json['detail'], text });
  }
  return tried;
}

/** All that is kept of a task, its holder and what they wrote. */
async function stateOf(taskId: string): Promise<unknown> {
  return [
    await stack.query('select * from review.tasks where task_id = $1', [taskId]), await stack.query('select * from review.judgements where task_id = $1', [taskId]),
    await stack.query('select person_id, sealed_draft from review.drafts where task_id = $1', [taskId]), await stack.query('select person_id from review.presentations where task_id = $1', [taskId]),
  ];
}

test('there are routes to try', () => {
  expect(routes.map(({ path }) => path.split('/').at(-1))).toEqual(expect.arrayContaining(['presentation', 'painted', 'heartbeat', 'judgement', 'undo', 'release', 'hold', 'escalate', 'hand-over', 'draft', 'colleagues', 'reassign']));
});

describe('a claim', () => {
  test('is its holder’s alone: nobody else sees or changes anything with it, fence and all', async () => {
    await open('letters.shown', 1);
    const held = await claim('ann', 'reviewer');
    await paint('ann', 'reviewer', held);
    const draft = { draft: { reasonCodes: [], reasoning: words } };
    expect((await stack.call('ann', 'reviewer', 'PUT', `/v1/reviews/tasks/${held.taskId}/draft`, draft, { 'if-match': held.etag })).status).toBe(204);
    const before = await stateOf(held.taskId);
    for (const [person, role] of [['bob', 'reviewer'], ['sam', 'senior'], ['far', 'senior']] as const) {
      const tried = await tryAll(person, role, held.taskId, held.etag);
      expect(tried.filter(({ status }) => ![403, 404, 409, 412].includes(status))).toEqual([]);
      expect(tried.map(({ text }) => text).join(' ')).not.toMatch(/ann|Her own words|A seven|Read as 7/);
      expect(await stateOf(held.taskId)).toEqual(before);
    }
    // Those who do not review have no business here at all, except a supervisor who gives it to somebody else.
    for (const [person, role] of [['sue', 'supervisor'], ['root', 'admin'], ['olga', 'auditor'], ['otto', 'ops'], ['ben', 'policy-approver'], ['pia', 'privacy-officer'], ['box', 'pipeline']] as const) {
      const tried = (await tryAll(person, role, held.taskId, held.etag)).filter(({ route }) => role !== 'supervisor' || !route.endsWith('/reassign'));
      expect(tried.filter(({ status }) => status !== 403)).toEqual([]);
    }
    // A supervisor's reassignment apart, it is as it was.
    expect((await stack.call('ann', 'reviewer', 'GET', `/v1/reviews/tasks/${held.taskId}/draft`)).json).toMatchObject(draft);
  });

  test('of another queue cannot be told from no task at all, except by whoever knows its fence', async () => {
    await open('letters.shown', 1);
    const held = await claim('ann', 'reviewer');
    const there = await tryAll('far', 'senior', held.taskId, held.etag);
    const nowhere = await tryAll('far', 'senior', nobodysTask, held.etag);
    expect(there.filter(({ status }) => ![403, 404, 409, 412].includes(status))).toEqual([]);
    const unfenced = (tried: typeof there) => tried.filter(({ route }) => /^GET .*\/(draft|colleagues)$/.test(route)).map(({ route, status, refusal, detail }) => ({ route, status, refusal, detail }));
    expect(unfenced(there)).toEqual(unfenced(nowhere));
    expect(unfenced(there).map(({ status }) => status)).toEqual([404, 404]);
    const named = await stack.call('far', 'senior', 'POST', '/v1/reviews/claims', { taskId: held.taskId });
    expect(named).toMatchObject({ status: 404, json: { refusal: 'task-not-found' } });
    expect((await stack.call('far', 'senior', 'POST', '/v1/reviews/claims', {})).json).toEqual({ outcome: 'empty' });
  });
});

describe('a first signature', () => {
  test('is in no answer that the second signer can get', async () => {
    const decisionId = await open('letters.dual', 2);
    const first = await claim('bob', 'reviewer');
    const { digest } = await paint('bob', 'reviewer', first);
    const judged = await stack.call('bob', 'reviewer', 'POST', `/v1/reviews/tasks/${first.taskId}/judgement`, { decision: 'reject', reasonCodes: ['unreadable'], reasoning: words, presentationDigest: digest, activeMs: 1000 }, { 'if-match': first.etag });
    expect(judged.status).toBe(202);
    const second = await claim('sam', 'senior');
    const shown = await paint('sam', 'senior', second);
    const heard: string[] = [shown.text];
    for (const path of ['/v1/reviews/claims', '/v1/reviews/me', '/v1/reviews/history', '/v1/reviews/drafts', `/v1/reviews/tasks/${second.taskId}/colleagues`, `/v1/reviews/tasks/${second.taskId}/draft`]) {
      const answer = await stack.call('sam', 'senior', 'GET', path, undefined, { 'if-match': second.etag });
      expect([path, answer.status]).toEqual([path, 200]);
      heard.push(answer.text);
    }
    const tried = await tryAll('sam', 'senior', first.taskId, first.etag);
    expect(tried.filter(({ status }) => ![403, 404, 409, 412].includes(status))).toEqual([]);
    for (const path of [`/v1/reviews/decisions/mailroom/${decisionId}`, `/v1/decisions/mailroom/${decisionId}`, '/v1/audit/events', `/v1/audit/decisions/mailroom/${decisionId}`, '/v1/metrics/oversight', '/v1/reviews/queues', '/v1/reviews/tasks', '/v1/reviews/findings', '/v1/metrics/calibration']) {
      const answer = await stack.call('sam', 'senior', 'GET', path);
      expect([path, answer.status]).toEqual([path, 403]);
      heard.push(answer.text);
    }
    const everything = [...heard, ...tried.map(({ text }) => text)].join(' ');
    expect(everything).toContain('a seven');
    expect(everything).not.toMatch(/Her own words|"decision":"reject"|"said":"reject"|"verdict":/);
  });
});
