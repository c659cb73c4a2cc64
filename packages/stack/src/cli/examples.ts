import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { callApi } from './api.ts';
import { repositoryFile } from './home.ts';

const author = { name: 'ada', role: 'policy-author' };
const approver = { name: 'ben', role: 'policy-approver' };
const pipeline = { name: 'example-pipeline', role: 'pipeline' };
const parallel = 8;

/** Puts the example policies in force: two people, as in production. Does nothing for what is in force already. */
export async function activateExamplePolicies(http: string): Promise<string[]> {
  const types: string[] = [];
  for (const file of (await readdir(repositoryFile('examples', 'policies'))).filter((name) => name.endsWith('.yaml')).sort()) {
    const text = await readFile(repositoryFile('examples', 'policies', file), 'utf8');
    const { version, decisionType } = await callApi<{ version: string; decisionType: string }>(http, author, 'POST', '/v1/policies/versions', { text, note: 'Example policy' });
    await callApi(http, approver, 'POST', `/v1/policies/versions/${version}/approval`, { note: 'Read against the recorded decisions' });
    await callApi(http, approver, 'POST', `/v1/policies/versions/${version}/activation`, {});
    types.push(decisionType);
  }
  await untilInForce(http, types);
  return types;
}

/** Every instance follows `policies.changed`; a decision proposed before it has read the activation would be pinned to fail-closed. */
async function untilInForce(http: string, types: readonly string[]): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const { policies } = await callApi<{ policies: Array<{ decisionType: string }> }>(http, author, 'GET', '/v1/policies');
    if (types.every((type) => policies.some((policy) => policy.decisionType === type))) break;
    if (Date.now() > deadline) throw new Error('The example policies are not in force after 10 s.');
    await wait(100);
  }
  // The outbox and the feed are behind the table by a fraction of a second.
  await wait(1000);
}

type RecordedOutcome = { system: string; decisionId: string; observedAt: string };

/** What is past when the rest comes: of it the truth is known, so exercises can be made of it. */
const pastShare = 0.4;
/** Until the pool has heard of the past, by Kafka. */
const hearsayMs = 1000;

/**
 * Proposes the recorded decisions, and says of the first part what turned out to be true before the rest comes: otherwise nobody would meet a
 * calibration exercise. Doing it again changes nothing.
 */
export async function streamExamples(http: string, onProgress: (sent: number, total: number) => void): Promise<number> {
  const files = (await readdir(repositoryFile('examples', 'recorded'))).filter((name) => name.endsWith('.jsonl') && !name.includes('outcomes')).sort();
  const recorded = await Promise.all(files.map(async (file) => ({ decisions: await readLines<object>(file), outcomes: await readLines<RecordedOutcome>(file.replace('.jsonl', '.outcomes.jsonl')) })));
  const total = recorded.reduce((sum, { decisions }) => sum + decisions.length, 0);
  let sent = 0;
  const propose = async (decision: object) => {
    // Proposed now, whatever the year of the recording: intake refuses what is long past or still to come.
    await callApi(http, pipeline, 'POST', '/v1/decisions', { ...decision, proposedAt: new Date().toISOString() });
    sent += 1;
    if (sent % 50 === 0 || sent === total) onProgress(sent, total);
  };
  // Known now, since the decisions are of now: nobody knows how a decision turned out before it is proposed. The key makes it one report for ever.
  const report = async ({ observedAt: _observedAt, ...outcome }: RecordedOutcome) => void (await callApi(http, pipeline, 'POST', '/v1/outcomes', outcome, `example-outcome ${outcome.system} ${outcome.decisionId}`));
  const pastOf = <T>(lines: readonly T[]) => lines.slice(0, Math.floor(lines.length * pastShare));
  await eachOf(recorded.flatMap(({ decisions }) => pastOf(decisions)), propose);
  await eachOf(recorded.flatMap(({ outcomes }) => pastOf(outcomes)), report);
  await wait(hearsayMs);
  await eachOf(recorded.flatMap(({ decisions }) => decisions.slice(pastOf(decisions).length)), propose);
  return sent;
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
