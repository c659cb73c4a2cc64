import { describe, expect, test } from '@jest/globals';
import type { Concerned, Erasure, LegalHold } from '../../api/audit-contract.ts';
import { readPrivacySearch } from './search.ts';
import { erasureBody, holdBody, isNamed, noTarget } from './target.ts';
import { concernedText, erasureWhat, extentText, holdWhat, idsOf, isSecond, keptText, typeText } from './words.ts';

const nobody: Concerned = { system: 'mailroom', subjectKind: null, subjectId: null, decisionIds: [] };
const erasure: Erasure = { ...nobody, erasureId: 'e', eventIds: [], reason: 'r', state: 'requested', requestedBy: 'priya', requestedAt: '', decidedBy: null, decidedAt: null, refusal: null, decisions: 1, heldBack: 0, progress: [], completedAt: null };

describe('what is erased or held', () => {
  test('is named, as far as a name is kept', () => {
    expect(concernedText({ ...nobody, subjectKind: 'person', subjectId: 'reis' })).toBe('Person reis of mailroom');
    expect(concernedText({ ...nobody, subjectKind: 'person' })).toBe('Person (name not kept) of mailroom');
    expect(concernedText(nobody)).toBe('A subject of mailroom whose name is not kept');
    expect(concernedText({ ...nobody, decisionIds: ['1'] })).toBe('Decision 1 of mailroom');
    expect(concernedText({ ...nobody, decisionIds: ['1', '2', '3', '4'] })).toBe('4 decisions of mailroom: 1, 2, 3, …');
    expect(erasureWhat({ ...erasure, eventIds: ['a', 'b'] })).toBe('2 dead letters');
    expect(holdWhat({ ...nobody, decisionType: 'letters' } as LegalHold)).toBe('Every decision of type letters of mailroom');
  });

  test('is counted, with what a hold keeps', () => {
    expect([extentText(erasure), extentText({ ...erasure, decisions: 1200, heldBack: 1 }), extentText({ ...erasure, eventIds: ['a'] })]).toEqual(['1 decision', '1,200 decisions, 1 kept by a legal hold', '1 event']);
  });

  test('is asked for only once it is wholly named', () => {
    const person = { ...noTarget, system: 'mailroom', subjectKind: 'person', subjectId: ' reis ' };
    expect([isNamed(noTarget), isNamed(person), isNamed({ ...person, subjectId: ' ' }), isNamed({ ...noTarget, of: 'decisions', system: 'a', ids: ' ,\n' }), isNamed({ ...noTarget, of: 'events', ids: 'e' })]).toEqual([false, true, false, false, true]);
    expect(erasureBody(person, 'why')).toEqual({ system: 'mailroom', subjectKind: 'person', subjectId: 'reis', reason: 'why' });
    // What was typed under another choice is not sent along.
    expect(erasureBody({ ...person, of: 'events', ids: 'e1, e2\ne1' }, 'why')).toEqual({ eventIds: ['e1', 'e2'], reason: 'why' });
    expect(holdBody({ ...person, of: 'type', decisionType: 'letters', from: '2026-03-01' }, 'why')).toEqual({ system: 'mailroom', decisionType: 'letters', from: new Date('2026-03-01T00:00:00').toISOString(), reason: 'why' });
  });

  test('takes a second person', () => {
    expect([isSecond('priya', 'priya'), isSecond('priya', 'pavel'), isSecond(null, 'pavel')]).toEqual([false, true, false]);
  });
});

test('ids are read as they are pasted', () => {
  expect(idsOf('a, b\n\nc,a\r\n')).toEqual(['a', 'b', 'c']);
});

test('how long something is kept is said in years, too', () => {
  expect([keptText(null), keptText(1), keptText(30), keptText(365), keptText(3650), keptText(1000)]).toEqual(['for ever', '1 day', '30 days', '365 days (1 year)', '3,650 days (10 years)', '1,000 days (about 2.7 years)']);
  expect(typeText({ decisionType: '*' })).toBe('Everything else');
});

test('an old address opens the screen', () => {
  expect([readPrivacySearch({ view: 'holds' }), readPrivacySearch({ view: 'gone' })]).toEqual([{ view: 'holds' }, {}]);
});
