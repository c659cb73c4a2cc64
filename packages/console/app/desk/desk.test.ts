import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Call } from '../api/client.ts';
import type { Claim, Presentation } from '../api/contract.ts';
import { ProblemError, UnreachableError } from '../api/problem.ts';
import { Desk, isClaimLost } from './desk.ts';
import { answerOfDigit, answerWith, decide, draftOf, emptyForm, fittingCodes, formOf, submissionOf, toggleCode } from './judge-form.ts';

const codes = [{ code: 'clear', label: '', for: 'approve' }, { code: 'plausible', label: '', for: 'approve' }, { code: 'misread', label: '', for: 'modify' }, { code: 'illegible', label: '', for: 'reject' }] as const;
const shown: Presentation = {
  taskId: 't', form: 'shown', dueAt: '', decisionType: 'digits', question: '?', answers: ['3', '7'], case: { parts: [] }, reasonCodes: codes,
  proposal: { output: { label: '3', content: '3', encoding: 'text', mediaType: 'text/plain' } } as NonNullable<Presentation['proposal']>,
};
const { proposal: _proposal, ...rest } = shown;
const hidden: Presentation = { ...rest, form: 'hidden' };

describe('the form', () => {
  test('says decision and reason with one key, and keeps only reasons that fit', () => {
    const one = toggleCode(shown, emptyForm(shown), codes[0]);
    expect(one).toMatchObject({ decision: 'approve', reasonCodes: ['clear'] });
    expect(toggleCode(shown, one, codes[1]).reasonCodes).toEqual(['clear', 'plausible']);
    expect(toggleCode(shown, one, codes[0]).reasonCodes).toEqual([]);
    expect(toggleCode(shown, one, codes[3])).toMatchObject({ decision: 'reject', reasonCodes: ['illegible'] });
    expect(decide(shown, one, 'reject')).toMatchObject({ decision: 'reject', reasonCodes: ['illegible'] });
    expect(decide(shown, emptyForm(shown), 'approve').reasonCodes).toEqual([]);
  });

  test('of a hidden task answers, and its reasons tell nothing of the AI', () => {
    const answered = answerWith(hidden, emptyForm(hidden), '7');
    expect(fittingCodes(hidden, answered).map(({ code }) => code)).toEqual(['clear', 'plausible', 'misread']);
    expect(toggleCode(hidden, answered, codes[0])).toMatchObject({ answer: '7', decision: null, reasonCodes: ['clear'] });
    expect(decide(hidden, answered, 'reject')).toMatchObject({ answer: null, decision: 'reject' });
    expect(submissionOf(hidden, { ...answered, reasonCodes: ['clear'], reasoning: 'A bar and a stroke.' })).toEqual({ answer: '7', reasonCodes: ['clear'], reasoning: 'A bar and a stroke.' });
    const generated = { ...hidden, case: { parts: [{ name: 'content to judge', mediaType: 'text/plain' }] } };
    expect(fittingCodes(generated, answered)).toHaveLength(4);
  });

  test('names the first thing that is missing', () => {
    const empty = emptyForm(shown);
    expect(submissionOf(shown, empty)).toMatchObject({ field: 'decision' });
    expect(submissionOf(hidden, emptyForm(hidden))).toMatchObject({ field: 'answer' });
    expect(submissionOf(shown, decide(shown, empty, 'approve'))).toMatchObject({ field: 'reasonCodes' });
    expect(submissionOf(shown, { ...toggleCode(shown, empty, codes[0]), reasoning: ' \n' })).toMatchObject({ field: 'reasoning' });
    expect(submissionOf({ ...shown, reasonCodes: [] }, { ...decide(shown, empty, 'approve'), reasoning: 'x' })).toMatchObject({ decision: 'approve' });
  });

  test('sends a changed label alone, and changed content with it', () => {
    const modified = { ...toggleCode(shown, emptyForm(shown), codes[2]), label: '7', reasoning: 'x' };
    expect(submissionOf(shown, modified)).toMatchObject({ decision: 'modify', output: { label: '7' } });
    const text = { ...shown, proposal: { output: { label: 'reply', content: 'Dear customer', encoding: 'text' as const, mediaType: 'text/plain' } } as NonNullable<Presentation['proposal']> };
    const edited = { ...toggleCode(text, emptyForm(text), codes[2]), content: 'Dear Ms Reis', reasoning: 'x' };
    expect(submissionOf(text, edited)).toMatchObject({ output: { label: 'reply', content: 'Dear Ms Reis' } });
  });

  test('comes back from a draft as it was', () => {
    const form = { ...toggleCode(shown, emptyForm(shown), codes[2]), label: '7', reasoning: 'The bar' };
    expect(formOf(shown, draftOf(form))).toEqual(form);
    expect(formOf(shown, null)).toEqual(emptyForm(shown));
    expect(formOf(hidden, { answer: 'gone', reasonCodes: ['unknown'], reasoning: 'kept' })).toMatchObject({ answer: null, reasonCodes: [], reasoning: 'kept' });
  });

  test('takes a digit for the answer of that name, else for the one in that place', () => {
    expect([answerOfDigit(hidden, 7), answerOfDigit(hidden, 1)]).toEqual(['7', undefined]);
    // Of thirteen there is a list, and nothing says which a digit would take.
    expect([12, 13].map((count) => answerOfDigit({ ...hidden, answers: Array.from({ length: count }, (_, index) => `answer ${'x'.repeat(index)}`) }, 1))).toEqual(['answer ', undefined]);
    expect([answerOfDigit({ ...hidden, answers: ['malignant', 'benign'] }, 2), answerOfDigit({ ...hidden, answers: ['a'] }, 0)]).toEqual(['benign', undefined]);
  });
});

describe('the desk', () => {
  let nowMs: number;
  let calls: string[];
  let answers: Array<(call: Call) => unknown>;
  let due: Array<() => void>;
  let desk: Desk;
  const claim = (taskId: string, lifeMs = 60_000): Claim => ({ taskId, etag: `"${taskId}"`, expiresAt: new Date(nowMs + lifeMs).toISOString(), dueAt: '', decisionType: 'digits' });
  const claimed = (taskId: string, lifeMs?: number) => () => ({ outcome: 'claimed', claim: claim(taskId, lifeMs) });
  const problem = (refusal: string) => new ProblemError({ title: '', status: 409, detail: '', code: 'state-conflict', refusal, remedy: '' });

  beforeEach(() => {
    nowMs = Date.parse('2026-02-03T09:00:00Z');
    calls = [];
    answers = [];
    due = [];
    const send = async <T>(call: Call) => {
      calls.push(`${call.method} ${call.path.replace('/v1/reviews/', '')} ${call.etag ?? ''}${call.body === undefined ? '' : JSON.stringify(call.body)}`);
      if (call.path.endsWith('/presentation')) return { body: shown as T, etag: null, headers: new Headers({ 'x-presentation-digest': `digest of ${call.path.split('/')[4] ?? ''}` }) };
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`Nobody answers ${call.path}.`);
      const body = answer(call);
      if (body instanceof Error) throw body;
      return { body: body as T, etag: null, headers: new Headers() };
    };
    desk = new Desk({ api: { send, call: async <T>(call: Call) => (await send<T>(call)).body }, nowMs: () => nowMs, schedule: (run) => due.push(run) });
  });

  test('shows the task fetched ahead at once, and claims anew where its pre-claim is about to end', async () => {
    answers = [claimed('ahead')];
    await desk.prefetch();
    await desk.prefetch();
    expect(await desk.takeNext()).toMatchObject({ outcome: 'task', task: { digest: 'digest of ahead' } });
    expect(calls).toHaveLength(2);
    answers = [claimed('late', 10_000), claimed('fresh')];
    await desk.prefetch();
    nowMs += 9000;
    expect(await desk.takeNext()).toMatchObject({ task: { claim: { taskId: 'fresh' } } });
  });

  test('waits for a fetch ahead that is under way instead of claiming twice', async () => {
    answers = [claimed('ahead')];
    void desk.prefetch();
    expect(await desk.takeNext()).toMatchObject({ task: { claim: { taskId: 'ahead' } } });
    expect(calls.filter((call) => call.startsWith('POST claims'))).toHaveLength(1);
  });

  test('does not take the task that is coming to the screen for the next one', async () => {
    answers = [claimed('ahead')];
    await desk.prefetch();
    await desk.takeNext();
    // Not known there to be painted: the server names the same pre-claim again.
    answers = [claimed('ahead'), claimed('other')];
    await desk.prefetch();
    expect(await desk.takeNext()).toMatchObject({ task: { claim: { taskId: 'other' } } });
    // Given back and claimed ahead anew it may well be the next one.
    answers = [() => ({ outcome: 'claimed', claim: { ...claim('ahead'), etag: '"2"' } })];
    await desk.prefetch();
    expect(await desk.takeNext()).toMatchObject({ task: { claim: { taskId: 'ahead', etag: '"2"' } } });
  });

  test('goes on without fetching ahead where that is refused, and does not ask again at once', async () => {
    answers = [() => problem('too-many-claims'), claimed('plain')];
    await desk.prefetch();
    await desk.prefetch();
    expect(await desk.takeNext()).toMatchObject({ task: { claim: { taskId: 'plain' } } });
    expect(calls.filter((call) => call.includes('prefetch'))).toHaveLength(1);
  });

  test('tells nothing to do from all-claimed-until', async () => {
    answers = [() => ({ outcome: 'empty' }), () => ({ outcome: 'all-claimed', until: 'then' })];
    expect([await desk.takeNext(), await desk.takeNext()]).toEqual([{ outcome: 'empty' }, { outcome: 'all-claimed', until: 'then' }]);
  });

  test('judges the task and the digest that were shown, whatever was fetched meanwhile', async () => {
    answers = [claimed('one'), claimed('two'), () => ({ judgementId: 'j', finalAt: new Date(nowMs + 5000).toISOString() })];
    const taken = await desk.takeNext();
    await desk.prefetch();
    if (taken.outcome !== 'task') throw new Error('no task');
    await desk.submit(taken.task, { reasonCodes: [], reasoning: 'x', presentationDigest: taken.task.digest, activeMs: 1 }, 'Approved', { reasonCodes: [], reasoning: 'x' });
    expect(calls.at(-1)).toBe('POST tasks/one/judgement "one"{"reasonCodes":[],"reasoning":"x","presentationDigest":"digest of one","activeMs":1}');
    expect(desk.view().undoable).toMatchObject({ said: 'Approved', finalAtMs: nowMs + 5000 });
    for (const run of due) run();
    expect(desk.view().undoable).toBeNull();
  });

  test('gives back what was undone with its new claim and its words; too late is said, and offered no longer', async () => {
    const submit = async (id: string) => {
      answers = [claimed(id), () => ({ judgementId: 'j', finalAt: new Date(nowMs + 5000).toISOString() })];
      const taken = await desk.takeNext();
      if (taken.outcome === 'task') await desk.submit(taken.task, { reasonCodes: [], reasoning: 'mine', presentationDigest: '', activeMs: 0 }, 'Approved', { reasonCodes: [], reasoning: 'mine' });
    };
    await submit('one');
    answers = [() => ({ etag: '"9"', expiresAt: 'later' })];
    expect(await desk.undo()).toMatchObject({ draft: { reasoning: 'mine' }, task: { claim: { taskId: 'one', etag: '"9"' } } });
    expect(desk.loaded('one')?.claim.etag).toBe('"9"');
    await submit('two');
    answers = [() => problem('undo-too-late')];
    await expect(desk.undo()).rejects.toThrow(ProblemError);
    expect(desk.view().undoable).toBeNull();
    expect(await desk.undo()).toBeNull();
  });

  test('claims a lost task again with the words that stand on the screen, and hands them over once', async () => {
    const words = { reasonCodes: [], reasoning: 'not saved anywhere yet' };
    answers = [claimed('lost')];
    expect(await desk.claimAgain('lost', words)).toMatchObject({ outcome: 'task', task: { claim: { taskId: 'lost' } } });
    expect([desk.takeRestored('lost'), desk.takeRestored('lost')]).toEqual([words, null]);
    answers = [() => ({ outcome: 'empty' })];
    expect(await desk.claimAgain('gone', words)).toMatchObject({ outcome: 'empty' });
    expect(desk.takeRestored('gone')).toBeNull();
  });

  test('opens what is held without claiming it, and claims what is not', async () => {
    answers = [() => ({ claims: [{ ...claim('held'), judged: false }] }), () => ({ claims: [] }), claimed('other')];
    await desk.open('held');
    await desk.open('held');
    await desk.open('other');
    expect(calls.filter((call) => call.startsWith('POST'))).toEqual(['POST claims {"taskId":"other"}']);
    desk.forget('held');
    expect(desk.loaded('held')).toBeUndefined();
  });
});

test('a lost claim is told from other refusals', () => {
  const refused = (refusal: string) => new ProblemError({ title: '', status: 412, detail: '', code: 'precondition-failed', refusal, remedy: '' });
  expect([isClaimLost(refused('claim-lost')), isClaimLost(refused('reasoning-trivial')), isClaimLost(new UnreachableError('x'))]).toEqual([true, false, false]);
});
