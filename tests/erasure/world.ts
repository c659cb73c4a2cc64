/** Somebody with decisions in every state that review knows, each field of which says whose it is. */

import { decisionKey, derivedEventId, type DecisionProposed } from '@countersign/contracts';
import { proposal } from '../harness/proposal.ts';
import { until, type TestStack } from '../harness/stack.ts';

/** `cases` begins the ids of their decisions, which stay when they are erased. */
export type Person = { id: string; mark: string; cases: string };

/** Everything that a pipeline can say of somebody. */
export function proposalAbout({ id, mark }: Person, decisionId: string, confidence: number | null, label = '7'): DecisionProposed {
  return proposal(decisionId, {
    confidence, subject: { kind: 'writer', id },
    input: { parts: [{ name: `${mark}-part`, mediaType: 'text/plain', content: Buffer.from(`Dear ${mark}-case of ${id}`), uri: null, sha256: null }] },
    output: { label, content: Buffer.from(`${mark}-output`), mediaType: 'text/plain' },
    reasoning: { summary: `${mark}-summary`, factors: [{ name: `${mark}-factor`, value: `${mark}-value`, weight: 1 }] },
    uncertainty: { lower: 0.1, upper: 0.9, statement: `${mark}-uncertain` },
    alternatives: [{ label: '1', content: Buffer.from(`${mark}-alternative`), probability: 0.1 }],
    provenance: { model: { name: 'reader', version: '1' }, trainingDomain: '', sources: [{ title: `${mark}-source`, uri: `https://example.test/${mark}`, excerpt: `${mark}-excerpt`, score: 0.5 }] },
    attributes: { inkShare: 0.3, margin: 0.8, touchesEdge: false, runnerUp: `${mark}-attribute` },
    action: { description: `${mark}-action`, reversalDeadline: null, expectedDurationMs: null },
  });
}

export async function propose(stack: TestStack, proposals: readonly DecisionProposed[]): Promise<void> {
  await stack.producer.send(proposals.map((value) => stack.publisher.record('decisions.proposed', 'DecisionProposed', value, decisionKey(value.system, value.decisionId))));
}

export async function reportOutcome(stack: TestStack, decisionId: string, { mark }: Person): Promise<void> {
  const at = Date.now() * 1000;
  const value = { eventId: derivedEventId('outcome', decisionId), occurredAt: at, system: 'mailroom', decisionId, actor: 'archive', policyVersion: null, outcome: `${mark}-truth`, observedAt: at, source: `${mark}-archive`, decisionType: 'digits.routing' };
  await stack.producer.send([stack.publisher.record('outcomes.recorded', 'OutcomeRecorded', value, decisionKey('mailroom', decisionId))]);
}

type Claim = { taskId: string; etag: string };
type Presentation = { form: string; stage?: string; reasonCodes: Array<{ code: string; for: string }> };

/** What a reviewer leaves behind of a task. */
export const endings = ['escalated', 'escalated', 'draft', 'approved', 'modified', 'painted', 'released', 'prefetched'] as const;
export type Ending = (typeof endings)[number];

/** Takes the next task and leaves it as told, in words that say whose case it was. Answers false where nothing waits. */
export async function work(stack: TestStack, person: string, ending: Ending, mark: string): Promise<boolean> {
  const role = ending === 'escalated' ? 'reviewer' : 'senior';
  const { json } = await stack.call(person, role, 'POST', '/v1/reviews/claims', ending === 'prefetched' ? { prefetch: true } : {});
  if (json['outcome'] !== 'claimed') return false;
  await leave(stack, person, role, json['claim'] as Claim, ending, mark);
  return true;
}

async function leave(stack: TestStack, person: string, role: string, claim: Claim, ending: Ending, mark: string): Promise<void> {
  const path = `/v1/reviews/tasks/${claim.taskId}`;
  const fenced = { 'if-match': claim.etag };
  const shown = await stack.call(person, role, 'GET', `${path}/presentation`, undefined, fenced);
  const presentation = JSON.parse(shown.text) as Presentation;
  const presentationDigest = shown.headers.get('x-presentation-digest') ?? '';
  if (ending === 'prefetched') return;
  await stack.call(person, role, 'POST', `${path}/painted`, { presentationDigest }, fenced);
  const reasoning = `${mark}-judgement ${claim.taskId}: the stroke has a bar and leans to the left, so it is what it is.`;
  if (ending === 'draft') await stack.call(person, role, 'PUT', `${path}/draft`, { draft: { reasoning: `${mark}-draft` } }, fenced);
  if (ending === 'escalated') await stack.call(person, role, 'POST', `${path}/escalate`, { note: `${mark}-note, the second page contradicts the first.` }, fenced);
  if (ending === 'released') await stack.call(person, role, 'POST', `${path}/release`, { reason: `${mark}-release` }, fenced);
  if (ending !== 'approved' && ending !== 'modified') return;
  const hidden = presentation.form === 'hidden' || presentation.stage === 'first';
  const modified = ending === 'modified' && !hidden;
  const code = (presentation.reasonCodes.find((reason) => reason.for === (modified ? 'modify' : 'approve')) ?? presentation.reasonCodes[0])?.code ?? '';
  const opinion = hidden ? { answer: ending === 'modified' ? '3' : '7' } : modified ? { decision: 'modify', output: { label: '3', content: `${mark}-changed`, mediaType: 'text/plain' } } : { decision: 'approve' };
  const given = await stack.call(person, role, 'POST', `${path}/judgement`, { ...opinion, reasonCodes: [code], reasoning, presentationDigest, activeMs: 1000 }, fenced);
  if (given.status !== 202) throw new Error(`${given.status} ${given.text}`);
  if (given.json['revealed'] === true) await leave(stack, person, role, { taskId: claim.taskId, etag: String(given.json['etag']) }, ending, mark);
}

/** Asked for by one, approved by another. */
export async function erase(stack: TestStack, request: object): Promise<string> {
  const asked = await stack.call('priya', 'privacy-officer', 'POST', '/v1/erasures', { reason: 'Letter of 3 February', ...request });
  if (asked.status !== 201) throw new Error(asked.text);
  const erasureId = String(asked.json['erasureId']);
  const approved = await stack.call('pavel', 'privacy-officer', 'POST', `/v1/erasures/${erasureId}/approve`);
  if (approved.status !== 200) throw new Error(approved.text);
  return erasureId;
}

export async function completed(stack: TestStack, erasureId: string): Promise<Record<string, unknown>> {
  return await until(`the erasure ${erasureId} is completed`, async () => {
    const { json } = await stack.call('priya', 'privacy-officer', 'GET', `/v1/erasures/${erasureId}`);
    return json['state'] === 'completed' ? json : undefined;
  }, 60_000).catch(async (error: unknown) => {
    const { text } = await stack.call('priya', 'privacy-officer', 'GET', `/v1/erasures/${erasureId}`);
    throw new Error(text, { cause: error });
  });
}
