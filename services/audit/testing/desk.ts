import { createHash } from 'node:crypto';
import { proposal, proposed } from '../../../tests/harness/proposal.ts';
import { until, type TestStack } from '../../../tests/harness/stack.ts';

export type Shown = { taskId: string; bytes: Buffer; digest: string };
export type Opinion = { decision: 'approve' | 'reject' } | { decision: 'modify'; output: { label: string } } | { answer: string };

/** Proposes a letter and waits until as many tasks of it are open. */
export async function openLetter(stack: TestStack, decisionId: string, decisionType: string, tasks: number, change: Parameters<typeof proposal>[1] = {}): Promise<void> {
  await stack.producer.send([proposed(stack, proposal(decisionId, { decisionType, output: { label: 'north', content: null, mediaType: null }, alternatives: [], attributes: { pages: 1 }, ...change }))]);
  await until(`${decisionId} is open`, async () => ((await stack.query('select 1 from review.tasks where decision_id = $1', [decisionId])).length === tasks ? true : undefined));
}

/** A person claims what comes next, looks at it and judges it. Answers what they were sent, byte for byte, and how it was named. */
export async function judgeNext(stack: TestStack, person: string, opinion: (shown: { form: string; stage?: string }) => Opinion, words: string): Promise<Shown[]> {
  const claimed = await stack.call(person, 'senior', 'POST', '/v1/reviews/claims', {});
  if (claimed.json['outcome'] !== 'claimed') throw new Error(claimed.text);
  return await lookAndJudge(stack, person, claimed.json['claim'] as { taskId: string; etag: string }, opinion, words);
}

async function lookAndJudge(stack: TestStack, person: string, { taskId, etag }: { taskId: string; etag: string }, opinion: (shown: { form: string; stage?: string }) => Opinion, words: string): Promise<Shown[]> {
  const task = `/v1/reviews/tasks/${taskId}`;
  const response = await fetch(`${stack.services?.url ?? ''}${task}/presentation`, { headers: { authorization: `Bearer ${await stack.token(person, 'senior')}`, 'if-match': etag } });
  const bytes = Buffer.from(await response.arrayBuffer());
  const digest = createHash('sha256').update(bytes).digest('hex');
  const painted = await stack.call(person, 'senior', 'POST', `${task}/painted`, { presentationDigest: digest }, { 'if-match': etag });
  if (painted.status !== 204) throw new Error(painted.text);
  const shown = JSON.parse(bytes.toString()) as { form: string; stage?: string };
  const given = opinion(shown);
  const code = 'decision' in given ? { approve: 'addressed', reject: 'unreadable', modify: 'other-office' }[given.decision] : 'addressed';
  const judged = await stack.call(person, 'senior', 'POST', `${task}/judgement`, { ...given, reasonCodes: [code], reasoning: `${words} (${shown.stage ?? 'only'})`, presentationDigest: digest, activeMs: 1000 }, { 'if-match': etag });
  if (judged.status !== 202) throw new Error(judged.text);
  if (judged.json['revealed'] !== true) return [{ taskId, bytes, digest }];
  return [{ taskId, bytes, digest }, ...(await lookAndJudge(stack, person, { taskId, etag: String(judged.json['etag']) }, opinion, words))];
}
