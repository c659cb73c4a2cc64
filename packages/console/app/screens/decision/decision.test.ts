import { describe, expect, test } from '@jest/globals';
import type { AuditEvent, Fields, ShownPresentation } from '../../api/audit-contract.ts';
import { stateOfPart } from '../review/case-part.ts';
import { proofOf, proofsText, proofText } from './proof.ts';
import { proposalOf, proposedCase } from './proposed.ts';
import { readDecisionSearch } from './search.ts';
import { chaptersOf } from './story.ts';
import { headlineOf, reasonLabels, taskTitle } from './words.ts';

let count = 0;
function event(record: string, said: Fields | null, change: Partial<AuditEvent> = {}): AuditEvent {
  count += 1;
  return {
    recordedAt: '', eventId: `e${count}`, topic: 't', partition: 0, offset: count, record, occurredAt: `2026-03-01T00:00:${String(count % 60).padStart(2, '0')}.000Z`, publishedAt: null, system: 'a', decisionId: '1', decisionType: null, actor: null,
    policyVersion: null, kind: null, reviewer: null, valueDigest: null, commitment: null, event: said, erased: said === null, logIndex: null, ...change,
  };
}
const shown = (digest: string, taskId: string, eventId: string): ShownPresentation => ({ digest, taskId, reviewer: 'rita', paintedAt: '', eventId, bytes: 1, state: 'whole' });

describe('the story of a decision', () => {
  const proposed = event('DecisionProposed', {});
  const accepted = event('DecisionAccepted', {});
  const routed = event('DecisionRouted', { route: 'dual' });
  const opened = [1, 2].map((seat) => event('TaskOpened', { taskId: `t${seat}`, seat }, { kind: 'dual' }));
  const painted = event('TaskPresented', { taskId: 't1' }, { actor: 'rita', reviewer: 'rita' });
  const judged = [event('JudgementSubmitted', { taskId: 't2', decision: 'reject', judgementId: 'j2' }, { reviewer: 'sofia' }), event('JudgementSubmitted', { taskId: 't1', decision: 'approve', judgementId: 'j1' }, { reviewer: 'rita' })];
  const kept = event('ContentRecorded', { digest: 'd1' }, { actor: 'rita' });
  const part = event('ContentRecorded', { digest: 'of a part' }, { actor: 'rita' });
  const resolved = event('DecisionResolved', { verdict: 'approved' });

  test('has what belongs to one task together, where the task began', () => {
    const chapters = chaptersOf([proposed, accepted, routed, ...opened, painted, kept, part, ...judged, resolved], [shown('d1', 't1', painted.eventId)]);
    expect(chapters.map(({ kind, taskId, events }) => [kind, taskId, events.length])).toEqual([['proposed', null, 1], ['accepted', null, 1], ['routed', null, 1], ['task', 't1', 5], ['task', 't2', 2], ['verdict', null, 1]]);
    expect(headlineOf(chapters[3]!)).toEqual({ title: 'Dual review, seat 1', detail: 'approved by rita · still open', tone: 'plain' });
  });

  test('loses no event, whatever comes in whatever order', () => {
    const events = [resolved, ...judged, event('Unheard', {}), kept, event('ContentRecorded', { digest: 'nobody knows' }), ...opened, event('AlertRaised', {}), proposed];
    expect(chaptersOf(events, []).flatMap((chapter) => chapter.events).map(({ eventId }) => eventId).sort()).toEqual(events.map(({ eventId }) => eventId).sort());
  });

  test('is still told once its content was erased, as far as it can be', () => {
    const events = [event('DecisionProposed', null), event('TaskOpened', null, { kind: 'standard' }), { ...painted, event: null, erased: true }, event('JudgementSubmitted', null, { reviewer: 'rita' }), event('DecisionErased', {})];
    const chapters = chaptersOf(events, [{ ...shown('', '', painted.eventId), digest: null, taskId: null, state: 'erased' }]);
    expect(chapters.map(({ kind, events: told }) => [kind, told.length])).toEqual([['proposed', 1], ['task', 3], ['erased', 1]]);
    expect(headlineOf(chapters[1]!)).toMatchObject({ title: 'Review', detail: 'its content was erased' });
  });

  test('does not count what was taken back', () => {
    const [chapter] = chaptersOf([opened[0]!, judged[1]!, event('JudgementWithdrawn', { taskId: 't1', judgementId: 'j1' })], []);
    expect(headlineOf(chapter!).detail).toBe('still open');
  });

  test('names tasks by what they are', () => {
    expect([taskTitle('dual', 2), taskTitle('standard', 1), taskTitle('re-review', null), taskTitle(null, null), taskTitle('new-kind', null)]).toEqual(['Dual review, seat 2', 'Review', 'Re-review', 'Review work', 'Review: new-kind']);
    expect(reasonLabels(['a', 'gone'], [{ code: 'a', label: 'Because' }])).toEqual(['Because', 'gone']);
  });
});

describe('how far it is proven', () => {
  test('is not said to be more than it is', () => {
    expect([proofOf({ logIndex: null }, { size: 9 }), proofOf({ logIndex: 9 }, { size: 9 }), proofOf({ logIndex: 8 }, { size: 9 }), proofOf({ logIndex: 8 }, { size: null })]).toEqual(['pending', 'sequenced', 'covered', 'placed']);
    expect([proofText({ logIndex: 8 }, { size: 9 }), proofText({ logIndex: 8 }, { size: null }), proofsText([{ logIndex: 8 }], { size: null })]).toEqual(['Log index 8, covered by checkpoint 9', 'Log index 8', '1 event, log index 8']);
  });

  test('is said of several by the least proven', () => {
    const at = (...indices: Array<number | null>) => proofsText(indices.map((logIndex) => ({ logIndex })), { size: 9 });
    expect([at(null, null), at(3), at(5, 3), at(3, null), at(3, 9)]).toEqual([
      '2 events, not yet on the log', '1 event, log index 3, covered by checkpoint 9', '2 events, log 3 to 5, covered by checkpoint 9', '2 events, log index 3, 1 not yet on the log', '2 events, log 3 to 9, 1 not yet under a checkpoint',
    ]);
  });
});

describe('a proposal on record', () => {
  test('is read into what the desk draws', () => {
    const event = {
      system: 'a', input: { parts: [{ name: 'scan', mediaType: 'image/png', content: { base64: 'iVBORw0KGgo=' }, uri: null }, { name: 'far', mediaType: 'text/plain', content: null, uri: 'https://a.example/x', sha256: 'ab' }] },
      output: { label: '7', content: null, mediaType: null }, reasoning: { summary: 'One stroke.', factors: [{ name: 'ink', value: 0.3, weight: null }] }, confidence: 0.8, uncertainty: { lower: 0.7, upper: null, statement: '' },
      attributes: { pages: 2, urgent: true, odd: {} }, action: { description: 'Sort it', reversalDeadline: 1_795_721_530_709_509 },
    };
    expect(proposedCase(event).parts).toEqual([{ name: 'scan', mediaType: 'image/png', content: 'iVBORw0KGgo=', encoding: 'base64' }, { name: 'far', mediaType: 'text/plain', uri: 'https://a.example/x', sha256: 'ab' }]);
    // What is only linked says where and which bytes, and is not drawn as if it were empty.
    expect(proposedCase(event).parts.map(stateOfPart)).toEqual([{ state: 'content' }, { state: 'linked', uri: 'https://a.example/x', sha256: 'ab' }]);
    expect(proposalOf(event)).toMatchObject({ output: { label: '7', content: '', encoding: 'text' }, confidence: 0.8, uncertainty: { lower: 0.7, upper: null, statement: null }, attributes: { pages: 2, urgent: true }, action: { reversalDeadline: '2026-11-26T19:32:10.709Z' } });
  });

  test('that lacks everything is drawn all the same', () => {
    expect(proposalOf({ output: 7, reasoning: null, alternatives: 'x', provenance: [], attributes: null })).toMatchObject({ output: { label: '' }, alternatives: [], attributes: {}, confidence: null, uncertainty: null });
    expect(proposedCase({})).toEqual({ parts: [] });
  });
});

test('a decision is named by an address, also by ids of digits', () => {
  expect([readDecisionSearch({ system: 'a', id: 42 }), readDecisionSearch({ system: {}, id: null })]).toEqual([{ system: 'a', id: '42' }, {}]);
});
