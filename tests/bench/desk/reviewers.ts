/**
 * The load of the desk benchmark, in a process of its own: so many calls a second, each at its instant whether or not those before it were
 * answered. What is measured runs from that instant, so that a late start counts as waiting. Reads a `LoadOrder` from the standard input, writes a
 * `LoadResult` to the standard output.
 */
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

export type LoadOrder = { kind: 'desk' | 'baseline'; url: string; tokens: string[]; perSecond: number; warmUpSeconds: number; seconds: number };
/** Milliseconds from the instant a call was due to its answer. */
export type LoadResult = { claim: number[]; submit: number[]; presentation: number[]; painted: number[]; baseline: number[]; lateStartMs: number[]; problems: Record<string, number> };

type Answer = { status: number; text: string; headers: Record<string, string | string[] | undefined> };

/** From the claim to the submit: shorter than a person takes, so that fewer people hold as many tasks. */
const thinkMs = 1500;
const agent = new Agent({ keepAlive: true, maxSockets: 400 });

const order = JSON.parse(await text(process.stdin)) as LoadOrder;
const result: LoadResult = { claim: [], submit: [], presentation: [], painted: [], baseline: [], lateStartMs: [], problems: {} };
const originMs = performance.now() + 300;
const countedFromMs = originMs + order.warmUpSeconds * 1000;
const endMs = countedFromMs + order.seconds * 1000;

function call(method: string, path: string, token: string, body?: object, etag?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = { authorization: token, ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }), ...(etag === undefined ? {} : { 'if-match': etag }) };
    const sent = request(`${order.url}${path}`, { method, agent, headers }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, text: answer, headers: response.headers }), reject);
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}

async function at(dueMs: number): Promise<void> {
  const leftMs = dueMs - performance.now();
  if (leftMs > 0) await wait(leftMs);
  if (dueMs >= countedFromMs) result.lateStartMs.push(performance.now() - dueMs);
}

/** Counts the answer from the instant it was due; undefined when it was not as it must be. */
async function measured(into: number[], dueMs: number, wanted: number, answered: Promise<Answer>): Promise<Answer | undefined> {
  const answer = await answered;
  if (dueMs >= countedFromMs && dueMs < endMs) into.push(performance.now() - dueMs);
  if (answer.status === wanted) return answer;
  trouble(`${answer.status} ${answer.text.slice(0, 200)}`);
  return undefined;
}

function trouble(what: string): void {
  result.problems[what] = (result.problems[what] ?? 0) + 1;
}

let cases = 0;
function reasoning(): string {
  cases += 1;
  const words = Array.from({ length: 6 }, () => Math.floor(Math.random() * 36 ** 5).toString(36));
  return `Case ${cases}: the strokes at ${words.join(' ')} close, so the reading stands.`;
}

/** One case as a reviewer works it: claim, look, report painted, judge. */
async function review(token: string, claimDueMs: number): Promise<void> {
  await at(claimDueMs);
  const claimed = await measured(result.claim, claimDueMs, 200, call('POST', '/v1/reviews/claims', token, {}));
  if (claimed === undefined) return;
  const { claim, outcome } = JSON.parse(claimed.text) as { outcome: string; claim?: { taskId: string; etag: string } };
  if (claim === undefined) return trouble(outcome);
  const task = `/v1/reviews/tasks/${claim.taskId}`;
  const shownMs = performance.now();
  const shown = await measured(result.presentation, shownMs, 200, call('GET', `${task}/presentation`, token, undefined, claim.etag));
  const presentationDigest = shown?.headers['x-presentation-digest'];
  if (shown === undefined || typeof presentationDigest !== 'string') return;
  const paintedMs = performance.now();
  if ((await measured(result.painted, paintedMs, 204, call('POST', `${task}/painted`, token, { presentationDigest }, claim.etag))) === undefined) return;
  const submitDueMs = claimDueMs + thinkMs;
  await at(submitDueMs);
  await measured(result.submit, submitDueMs, 202, call('POST', `${task}/judgement`, token, { decision: 'approve', reasonCodes: ['clear'], reasoning: reasoning(), presentationDigest, activeMs: 1000 }, claim.etag));
}

async function touch(token: string, row: number, dueMs: number): Promise<void> {
  await at(dueMs);
  await measured(result.baseline, dueMs, 200, call('POST', `/v1/baseline/${row}`, token));
}

const calls = Math.floor((order.warmUpSeconds + order.seconds) * order.perSecond);
await Promise.all(Array.from({ length: calls }, async (_, index) => {
  const dueMs = originMs + (index * 1000) / order.perSecond;
  const person = index % order.tokens.length;
  const token = order.tokens[person] ?? '';
  await (order.kind === 'desk' ? review(token, dueMs) : touch(token, person, dueMs)).catch((error: unknown) => {
    trouble(error instanceof Error ? error.message : String(error));
  });
}));
process.stdout.write(JSON.stringify(result));
agent.destroy();
