import type { TestStack } from '../harness/stack.ts';

/** Whoever calls the API as a person: services of a test, or a deployment. */
type Caller = Pick<TestStack, 'call'>;

type Presentation = { form: string; stage?: string; answers: Array<string | { label: string }>; reasonCodes: Array<{ code: string; for: string }>; proposal?: { output: { label: string } } };

/** Words that are never the same twice, so that nothing is flagged as repeated. */
let judged = 0;
function reasoning(): string {
  judged += 1;
  return `Looked at case number ${judged} from top to bottom; what it shows supports exactly this decision and no other.`;
}

/** A person who claims, looks, and judges by the book: approves what is shown, answers the first answer where it is not. */
export async function judgeOne(stack: Caller, person: string): Promise<'judged' | 'nothing'> {
  const role = 'senior';
  const claimed = await stack.call(person, role, 'POST', '/v1/reviews/claims', {});
  if (claimed.json['outcome'] !== 'claimed') return 'nothing';
  const claim = claimed.json['claim'] as { taskId: string; etag: string };
  await lookAndJudge(stack, person, claim);
  return 'judged';
}

async function lookAndJudge(stack: Caller, person: string, { taskId, etag }: { taskId: string; etag: string }): Promise<void> {
  const role = 'senior';
  const fenced = { 'if-match': etag };
  const task = `/v1/reviews/tasks/${taskId}`;
  const shown = await stack.call(person, role, 'GET', `${task}/presentation`, undefined, fenced);
  const presentationDigest = shown.headers.get('x-presentation-digest') ?? '';
  const painted = await stack.call(person, role, 'POST', `${task}/painted`, { presentationDigest }, fenced);
  if (painted.status !== 204) throw new Error(painted.text);
  const presentation = JSON.parse(shown.text) as Presentation;
  const code = presentation.reasonCodes.find((reason) => reason.for === 'approve')?.code ?? '';
  const first = presentation.answers[0];
  const answer = typeof first === 'string' ? first : (first?.label ?? '');
  const judgement = presentation.form === 'hidden' || presentation.stage === 'first' ? { answer } : { decision: 'approve' };
  const given = await stack.call(person, role, 'POST', `${task}/judgement`, { ...judgement, reasonCodes: [code], reasoning: reasoning(), presentationDigest, activeMs: 1000 }, fenced);
  if (given.status !== 202) throw new Error(`${given.status} ${given.text} for ${JSON.stringify(judgement)}`);
  // A first answer reveals the rest, and that is to be judged.
  if (given.json['revealed'] === true) await lookAndJudge(stack, person, { taskId, etag: String(given.json['etag']) });
}
