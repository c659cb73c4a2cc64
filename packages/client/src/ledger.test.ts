import { describe, expect, test } from '@jest/globals';
import { RefusedError, VerdictTimeoutError } from './errors.ts';
import { VerdictLedger } from './ledger.ts';
import { digestOverHttp, digestOverKafka, proposalEvent, type Proposal } from './proposal.ts';
import type { Verdict } from './types.ts';

const decision = { system: 'mailroom', decisionId: 'form-1' };
const verdict: Verdict = {
  ...decision, eventId: 'e', verdict: 'approved', outputLabel: '7', modifiedOutput: null, resolvedBy: 'routing', basis: 'auto', reason: 'Sure.', resolvedAt: new Date(0), contentDigest: null,
};
const conflict = new RefusedError('conflict', 'Other content.', 'decisionId');
const seven = { content: 'seven', label: '7' };
const surer = { content: 'surer', label: '7' };

async function given(...steps: Array<(ledger: VerdictLedger) => void>): Promise<Verdict> {
  const ledger = new VerdictLedger(10);
  for (const step of steps) step(ledger);
  return await ledger.wait({ ...decision, timeoutMs: 1 });
}
const sent = (bytes: string, content: typeof seven) => (ledger: VerdictLedger) => ledger.sent(decision, bytes, content);
const resolved = (ledger: VerdictLedger) => ledger.resolved(verdict);
const refused = (bytes: string, error = conflict) => (ledger: VerdictLedger) => ledger.refused(bytes, error);

describe('a verdict that says which content it is on', () => {
  const onSeven = { ...verdict, contentDigest: 'seven' };
  const told = (ledger: VerdictLedger) => ledger.resolved(onSeven);
  const other = { refusal: 'conflict', field: 'decisionId' };

  test('is given for that content at once, whatever else stands under the id', async () => {
    expect(await given(told, sent('a', seven))).toBe(onSeven);
    expect(await given(sent('a', surer), sent('b', seven), told)).toBe(onSeven);
    expect(await given(sent('a', seven), sent('b', surer), sent('c', seven), refused('b'), told)).toBe(onSeven);
  });

  test('is refused for other content at once, also after a restart and with the same label', async () => {
    await expect(given(told, sent('a', surer))).rejects.toMatchObject(other);
    await expect(given(sent('a', seven), told, sent('b', surer))).rejects.toMatchObject(other);
    await expect(given(told, sent('a', surer), refused('a'))).rejects.toBe(conflict);
  });

  test('is given to the receipt of its content, and to no other, whoever proposed what', async () => {
    const ledger = new VerdictLedger(10);
    sent('a', surer)(ledger);
    const waiting = [ledger.wait({ ...decision, timeoutMs: 60_000, contentDigest: 'seven' }), ledger.wait({ ...decision, timeoutMs: 60_000, contentDigest: 'surer' }), ledger.wait({ ...decision, timeoutMs: 60_000 })];
    told(ledger);
    const [first, second, third] = await Promise.allSettled(waiting);
    expect([first?.status === 'fulfilled' && first.value, second?.status, third?.status]).toEqual([onSeven, 'rejected', 'rejected']);
    await expect(ledger.wait({ ...decision, timeoutMs: 1, contentDigest: 'surer' })).rejects.toMatchObject(other);
  });
});

describe('a verdict that does not say is given where it can be on nothing else', () => {
  test('of a decision that somebody else proposed, or that was proposed again', async () => {
    expect(await given(resolved)).toBe(verdict);
    expect(await given(sent('a', seven), resolved, sent('b', seven))).toBe(verdict);
  });

  test('other content under the same id waits for its refusal, though a verdict is known', async () => {
    await expect(given(sent('a', seven), resolved, sent('b', surer))).rejects.toThrow(VerdictTimeoutError);
    await expect(given(sent('a', seven), resolved, sent('b', surer), refused('b'))).rejects.toBe(conflict);
  });

  test('the original again has its verdict', async () => {
    expect(await given(sent('a', seven), resolved, sent('b', surer), refused('b'), sent('c', seven))).toBe(verdict);
  });

  test('what was repaired before the refusal of the first came has its own answer', async () => {
    const outOfRange = new RefusedError('number-out-of-range', 'No.', 'confidence');
    expect(await given(sent('a', seven), sent('b', surer), refused('a', outOfRange), resolved)).toBe(verdict);
    expect(await given(sent('a', seven), sent('b', surer), resolved, refused('a', outOfRange))).toBe(verdict);
  });

  test('an approval of another label, of an earlier run, is none of this one', async () => {
    await expect(given(resolved, sent('a', { content: 'three', label: '3' }))).rejects.toThrow(VerdictTimeoutError);
    await expect(given(resolved, sent('a', { content: 'three', label: '3' }), refused('a'))).rejects.toBe(conflict);
  });

  test('whoever waits is told when it shows', async () => {
    const ledger = new VerdictLedger(10);
    sent('a', seven)(ledger);
    sent('b', surer)(ledger);
    const waiting = ledger.wait({ ...decision, timeoutMs: 60_000 });
    resolved(ledger);
    refused('a')(ledger);
    expect(await waiting).toBe(verdict);
  });

  test('refusals of what others sent are theirs, and the oldest decision is forgotten', async () => {
    expect(await given(refused('theirs'), resolved)).toBe(verdict);
    await expect(given(resolved, ...Array.from({ length: 10 }, (_, index) => (ledger: VerdictLedger) => ledger.resolved({ ...verdict, decisionId: `form-${index + 2}` })))).rejects.toThrow(VerdictTimeoutError);
  });
});

test('decisions whose parts make the same key are two', async () => {
  const ledger = new VerdictLedger(10);
  ledger.resolved({ ...verdict, system: 'mail', decisionId: 'room/form-1' });
  await expect(ledger.wait({ system: 'mail/room', decisionId: 'form-1', timeoutMs: 1 })).rejects.toThrow(VerdictTimeoutError);
});

test.each([Infinity, 30 * 86_400_000])('a verdict may be waited for longer than a timer of the platform lasts: %d ms', async (timeoutMs) => {
  const ledger = new VerdictLedger(10);
  const waiting = ledger.wait({ ...decision, timeoutMs });
  // Whose time is over first.
  await expect(ledger.wait({ ...decision, timeoutMs: 50 })).rejects.toThrow(VerdictTimeoutError);
  resolved(ledger);
  expect(await waiting).toBe(verdict);
});

test('content is the same whatever its date and the order of its attributes', () => {
  const proposal: Proposal = {
    ...decision, decisionType: 'digits.routing', input: { parts: [{ name: 'scan', mediaType: 'image/png', content: new Uint8Array([137]) }] }, output: { label: '7' },
    reasoning: { summary: 'Read as 7.' }, confidence: 0.9, provenance: { model: { name: 'm', version: '1' } }, attributes: { a: 1, b: 'x' }, action: { description: 'Sort' },
  };
  const digest = (change: Partial<Proposal>, nowMs = 0) => digestOverKafka(proposalEvent({ ...proposal, ...change }, nowMs));
  expect(digest({ attributes: { b: 'x', a: 1 } }, 5000)).toBe(digest({}));
  for (const change of [{ confidence: 0.91 }, { attributes: { a: 2, b: 'x' } }, { input: { parts: [{ name: 'scan', mediaType: 'image/png', content: new Uint8Array([138]) }] } }]) expect(digest(change)).not.toBe(digest({}));
});

test('content is the same over both transports, save text that is no UTF-8, which JSON cannot carry', () => {
  const of = (content: Uint8Array) => proposalEvent({
    ...decision, decisionType: 'digits.routing', input: { parts: [{ name: 'page', mediaType: 'text/plain', content }] }, output: { label: '7', content, mediaType: 'text/plain' }, alternatives: [{ label: '1', content }],
    reasoning: { summary: 'Read as 7.' }, provenance: { model: { name: 'm', version: '1' } }, action: { description: 'Sort' },
  }, 0);
  expect(digestOverHttp(of(Buffer.from('Grüße')))).toBe(digestOverKafka(of(Buffer.from('Grüße'))));
  expect(digestOverHttp(of(Buffer.from([0xff, 65])))).toBe(digestOverKafka(of(Buffer.from('\ufffdA'))));
});

test('what fits no schema has no digest', () => {
  const event = proposalEvent({ ...decision, decisionType: 7 as unknown as string, input: { parts: [] }, output: { label: '7' }, reasoning: { summary: '' }, provenance: { model: { name: 'm', version: '1' } }, action: { description: '' } }, 0);
  expect(() => digestOverKafka(event)).toThrow('field decisionType holds 7');
});
