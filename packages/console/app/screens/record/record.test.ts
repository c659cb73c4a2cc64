import { describe, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../api/audit-contract.ts';
import { dayOf, daysOf, instantsOf } from '../../parts/day-range.ts';
import { instantOf, listOf, spaced, textsOf } from './fields.ts';
import { decisionOf, decisionsQuery, eventsQuery, filterOf, foundOf, isNarrowed, readRecordSearch, searchOf } from './search.ts';
import { peopleIn, tellEvent } from './telling.ts';

const event: AuditEvent = {
  recordedAt: '', eventId: 'e', topic: 'reviews.changed', partition: 0, offset: 1, record: 'JudgementSubmitted', occurredAt: '', publishedAt: null, system: 'mailroom', decisionId: '1', decisionType: null, actor: null, policyVersion: null, kind: null,
  reviewer: 'rita', valueDigest: null, commitment: null, event: { decision: 'answer', answer: '7', reasoning: 'A bar and a stroke.' }, erased: false, logIndex: null,
};

describe('an event is told', () => {
  test('in words', () => {
    expect(tellEvent(event)).toEqual({ title: 'Judged', detail: 'rita · answered 7 · A bar and a stroke.', tone: 'accent' });
    expect(tellEvent({ ...event, record: 'DecisionResolved', event: { verdict: 'rejected', reason: 'Late.', signers: ['a', 'b'] } })).toEqual({ title: 'Verdict: rejected', detail: 'Late. · signed by a and b', tone: 'bad' });
  });

  test('with people by their names, where those are told', () => {
    const names = new Map([['rita', 'Rita Moreno'], ['a', 'Ann']]);
    const nameOf = (id: string) => names.get(id) ?? id;
    expect(tellEvent(event, nameOf).detail).toBe('Rita Moreno · answered 7 · A bar and a stroke.');
    expect(tellEvent({ ...event, record: 'TaskReassigned', event: { to: 'a', reason: 'Away.' } }, nameOf).detail).toBe('to Ann · Away.');
    const resolved = { ...event, record: 'DecisionResolved', reviewer: null, actor: 'routing', event: { verdict: 'rejected', reason: 'Late.', signers: ['a', 'b'] } };
    expect(tellEvent(resolved, nameOf).detail).toBe('Late. · signed by Ann and b');
    expect(peopleIn(resolved)).toEqual(['routing', 'a', 'b']);
    expect(peopleIn({ ...event, event: null })).toEqual(['rita']);
  });

  test('where it is not known, lacks its fields, or was erased', () => {
    expect(tellEvent({ ...event, record: 'SomethingNew', actor: 'ada' })).toMatchObject({ title: 'Something new', detail: 'ada' });
    expect(tellEvent({ ...event, record: 'DecisionRouted', event: { reasons: 7, tier: null } })).toMatchObject({ title: 'Routed: ' });
    expect(tellEvent({ ...event, event: null, erased: true })).toMatchObject({ title: 'Judged', tone: 'plain' });
  });

  test('whatever stands in its fields', () => {
    expect([textsOf('a'), textsOf(['a', {}, 1]), listOf(null), listOf([{ a: 1 }, 'b'])]).toEqual([[], ['a', '1'], [], [{ a: 1 }, {}]]);
    expect([instantOf(1_795_721_530_709_509), instantOf('x'), instantOf(Infinity), instantOf(Number.MAX_VALUE)]).toEqual(['2026-11-26T19:32:10.709Z', null, null, null]);
    expect(spaced('VerdictConflict')).toBe('Verdict conflict');
  });
});

describe('the address of a search', () => {
  test('keeps what is understood, also ids of digits, and leaves the rest out', () => {
    expect(readRecordSearch({ system: ' mailroom ', id: 42, from: '2026-02-30x', to: '2026-03-01', order: 'newest', of: 'decisions', verdict: '', record: {} })).toEqual({ system: 'mailroom', id: '42', to: '2026-03-01' });
    expect(readRecordSearch({ of: 'events', order: 'oldest' })).toEqual({ of: 'events', order: 'oldest' });
  });

  test('that names one decision leads to its page, unless its events are asked for', () => {
    expect(decisionOf({ system: 'a', id: '1' })).toEqual({ system: 'a', id: '1' });
    for (const search of [{ system: 'a' }, { id: '1' }, { system: 'a', id: '1', of: 'events' as const }, { system: 'a', id: '1', kind: 'dual' }]) expect(decisionOf(search)).toBeNull();
  });

  test('with an id alone finds events: decisions of several systems may have it', () => {
    expect([foundOf({ id: '1' }), foundOf({ system: 'a' }), foundOf({ of: 'events' })]).toEqual(['events', 'decisions', 'events']);
  });

  test('is narrowed by what it looks for, not by how it shows it', () => {
    expect([isNarrowed({}), isNarrowed({ of: 'events', order: 'oldest' }), isNarrowed({ kind: 'dual' })]).toEqual([false, false, true]);
  });

  test('asks for whole local days', () => {
    const query = decisionsQuery({ from: '2026-03-01', to: '2026-03-01' });
    expect([query.from, query.to, query.order]).toEqual([new Date('2026-03-01T00:00:00').toISOString(), new Date('2026-03-02T00:00:00').toISOString(), 'newest']);
    expect(eventsQuery({ order: 'oldest' }).order).toBe('oldest');
  });
});

describe('a saved search', () => {
  test.each([
    [{ system: 'mailroom', type: 'letters', reviewer: 'rita', kind: 'dual', policy: 'sha256:a', verdict: 'rejected', from: '2026-03-01', to: '2026-03-28' }],
    [{ of: 'events' as const, id: '42', record: 'ExportMade', actor: 'olga', from: '2026-03-29' }],
  ])('is the search again: %o', (search) => {
    expect(searchOf({ of: foundOf(search), filter: filterOf(search) })).toEqual(search);
  });

  test('that a program made opens as far as an address goes', () => {
    expect(searchOf({ of: 'events', filter: { record: ['DecisionResolved', 'DecisionReversed'], other: 'x' } })).toEqual({ of: 'events', record: 'DecisionResolved' });
  });
});

test('days and instants lead to each other', () => {
  for (const range of [{}, { from: '2026-03-29' }, { to: '2026-10-25' }, { from: '2026-01-01', to: '2026-12-31' }]) expect(daysOf(instantsOf(range))).toEqual(range);
  expect(dayOf(new Date('2026-03-01T00:00:00'))).toBe('2026-03-01');
});
