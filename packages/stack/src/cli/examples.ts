import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { callApi, RefusedCall } from './api.ts';
import { repositoryFile } from './home.ts';

const author = { name: 'ada', role: 'policy-author' };
const approver = { name: 'ben', role: 'policy-approver' };
const pipeline = { name: 'example-pipeline', role: 'pipeline' };
const parallel = 8;

/**
 * Puts the example policies in force: two people, as in production. A decision type that has a version in force keeps it, since people may have put their own
 * there; so does an example that people withdrew. Answers the types that follow their example from now on.
 */
export async function activateExamplePolicies(http: string): Promise<string[]> {
  const { policies } = await callApi<{ policies: Array<{ decisionType: string }> }>(http, author, 'GET', '/v1/policies');
  const taken = new Set(policies.map(({ decisionType }) => decisionType));
  const types: string[] = [];
  for (const file of (await readdir(repositoryFile('examples', 'policies'))).filter((name) => name.endsWith('.yaml')).sort()) {
    const text = await readFile(repositoryFile('examples', 'policies', file), 'utf8');
    const { decisionType } = await callApi<{ decisionType: string }>(http, author, 'POST', '/v1/policies/check', { text });
    if (!taken.has(decisionType) && (await activate(http, text))) types.push(decisionType);
  }
  // The outbox and the feed are behind the table by a fraction of a second: a decision that comes before an instance read the activation would be pinned to fail-closed.
  if (types.length > 0) await wait(1000);
  return types;
}

async function activate(http: string, text: string): Promise<boolean> {
  const { version, withdrawnAt } = await callApi<{ version: string; withdrawnAt: string | null }>(http, author, 'POST', '/v1/policies/versions', { text, note: 'Example policy' });
  if (withdrawnAt !== null) return false;
  await callApi(http, approver, 'POST', `/v1/policies/versions/${version}/approval`, { note: 'Read against the recorded decisions' });
  await callApi(http, approver, 'POST', `/v1/policies/versions/${version}/activation`, {});
  return true;
}

type RecordedOutcome = { system: string; decisionId: string; observedAt: string };

/** What is past when the rest comes: of it the truth is known, so exercises can be made of it. */
const pastShare = 0.4;
/** Until the pool has heard of the past, by Kafka. */
const hearsayMs = 1000;

/**
 * Proposes the recorded decisions, and says of the first part what turned out to be true before the rest comes: otherwise nobody would meet a
 * calibration exercise. Doing it again changes nothing, also where a decision was erased meanwhile, or stands there with the content of another release.
 */
export async function streamExamples(http: string, onProgress: (sent: number, total: number) => void): Promise<number> {
  const files = (await readdir(repositoryFile('examples', 'recorded'))).filter((name) => name.endsWith('.jsonl') && !name.includes('outcomes')).sort();
  const recorded = await Promise.all(files.map(async (file) => ({ decisions: await readLines<object>(file), outcomes: await readLines<RecordedOutcome>(file.replace('.jsonl', '.outcomes.jsonl')) })));
  const total = recorded.reduce((sum, { decisions }) => sum + decisions.length, 0);
  let sent = 0;
  const propose = async (decision: object) => {
    // Proposed now, whatever the year of the recording: intake refuses what is long past or still to come.
    await unlessKnown(callApi(http, pipeline, 'POST', '/v1/decisions', { ...decision, proposedAt: new Date().toISOString() }));
    sent += 1;
    if (sent % 50 === 0 || sent === total) onProgress(sent, total);
  };
  // Known now, since the decisions are of now: nobody knows how a decision turned out before it is proposed. The key makes it one report for ever.
  const report = async ({ observedAt: _observedAt, ...outcome }: RecordedOutcome) => await unlessKnown(callApi(http, pipeline, 'POST', '/v1/outcomes', outcome, `example-outcome ${outcome.system} ${outcome.decisionId}`));
  const pastOf = <T>(lines: readonly T[]) => lines.slice(0, Math.floor(lines.length * pastShare));
  await eachOf(recorded.flatMap(({ decisions }) => pastOf(decisions)), propose);
  await eachOf(recorded.flatMap(({ outcomes }) => pastOf(outcomes)), report);
  await wait(hearsayMs);
  await eachOf(recorded.flatMap(({ decisions }) => decisions.slice(pastOf(decisions).length)), propose);
  return sent;
}

async function unlessKnown(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof RefusedCall) || error.code !== 'conflict') throw error;
  });
}

async function readLines<T>(file: string): Promise<T[]> {
  const lines: T[] = [];
  for await (const line of createInterface({ input: createReadStream(repositoryFile('examples', 'recorded', file)) })) if (line !== '') lines.push(JSON.parse(line) as T);
  return lines;
}

async function eachOf<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(Array.from({ length: parallel }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item);
  }));
}
