import { describe, expect, test } from '@jest/globals';
import type { Erasure, LegalHold } from '../../api/audit-contract.ts';
import { readPrivacySearch } from './search.ts';
import { erasureBody, holdBody, missingOf, noTarget } from './target.ts';
import { missingOf as missingOfTime } from './retention-time.ts';
import { erasureWhat, extentText, holdWhat, idsOf, isRunning, isSecond, keptText, recordsText, typeText } from './words.ts';

const erasure: Erasure = {
  erasureId: 'e', kind: 'subject', system: 'mailroom', subject: { subjectKind: 'person', subjectId: 'reis' }, decisionIds: [], eventIds: [], reason: 'r', state: 'requested', requestedBy: 'priya', requestedAt: '', decidedBy: null, decidedAt: null,
  refusal: null, destroyedAt: null, completedAt: null, decisions: 0, held: 0, progress: [],
};
const hold: LegalHold = {
  holdId: 'h', system: 'mailroom', subjectRef: null, decisionIds: ['1'], decisionType: null, from: null, to: null, reason: 'r', state: 'standing', placedBy: 'priya', placedAt: '', liftAskedBy: null, liftReason: null, liftedBy: null, liftedAt: null,
};

describe('what is erased or held', () => {
  test('is named, as far as a name is kept', () => {
    expect(erasureWhat(erasure)).toBe('Person reis of mailroom');
    // A name that is read from the right keeps its own order to itself.
    expect(erasureWhat({ ...erasure, subject: { subjectKind: 'person', subjectId: 'محمد-1' } })).toBe('Person \u2068محمد-1\u2069 of mailroom');
    expect([{ state: 'kept' as const, records: 0 }, { state: 'applied' as const, records: 1200 }].map(recordsText)).toEqual(['–', '1,200']);
    expect(erasureWhat({ ...erasure, subject: null })).toBe('A subject of mailroom, whose name is not kept');
    expect(erasureWhat({ ...erasure, kind: 'decisions', subject: null, decisions: 1, decisionIds: ['1'] })).toBe('Decision 1 of mailroom');
    expect(erasureWhat({ ...erasure, kind: 'decisions', subject: null, decisions: 4, decisionIds: ['1', '2', '3', '4'] })).toBe('4 decisions of mailroom: 1, 2, 3, …');
    // A list names none of them.
    expect(erasureWhat({ ...erasure, kind: 'decisions', subject: null, decisions: 1 })).toBe('1 decision of mailroom');
    expect(erasureWhat({ ...erasure, kind: 'events', system: null, subject: null, eventIds: ['a', 'b'] })).toBe('2 dead letters');
    expect([holdWhat(hold), holdWhat({ ...hold, decisionIds: [], decisionType: 'letters' }), holdWhat({ ...hold, decisionIds: [], subjectRef: '5f1d0c2b7a5a9e3c4d1e' })]).toEqual(['Decision 1 of mailroom', 'Every decision of type letters of mailroom', 'A subject of mailroom, on record as 5f1d0c2b7a5a']);
  });

  test('is counted, with what a hold keeps, and not before anybody can count it', () => {
    expect([extentText(erasure), extentText({ ...erasure, state: 'completed', decisions: 1200, held: 1 }), extentText({ ...erasure, kind: 'events', eventIds: ['a'] })]).toEqual(['every decision until it is approved', '1,200 decisions, 1 kept by a legal hold', '1 event']);
    const states = ['requested', 'refused', 'approved', 'entombed', 'listed', 'destroyed', 'announced', 'completed'] as const;
    expect(states.filter((state) => isRunning({ state }))).toEqual(['approved', 'entombed', 'listed', 'destroyed', 'announced']);
  });

  test('is asked for only once it is wholly named', () => {
    const person = { ...noTarget, system: 'mailroom', subjectKind: 'person', subjectId: ' reis ' };
    const missing = [noTarget, person, { ...person, subjectKind: '' }, { ...person, subjectId: ' ' }, { ...noTarget, of: 'decisions' as const, system: 'a', ids: ' ,\n' }, { ...person, of: 'type' as const }, { ...noTarget, of: 'events' as const }, { ...noTarget, of: 'events' as const, ids: 'e' }].map(missingOf);
    expect(missing).toEqual(['Name the system.', null, 'Say what kind of subject it is.', 'Name the subject.', 'Name at least one decision.', 'Name the decision type.', 'Name at least one event.', null]);
    expect(erasureBody(person, 'why')).toEqual({ system: 'mailroom', subjectKind: 'person', subjectId: 'reis', reason: 'why' });
    // What was typed under another choice is not sent along.
    expect(erasureBody({ ...person, of: 'events', ids: 'e1, e2\ne1' }, 'why')).toEqual({ eventIds: ['e1', 'e2'], reason: 'why' });
    expect(holdBody({ ...person, of: 'type', decisionType: 'letters', from: '2026-03-01' }, 'why')).toEqual({ system: 'mailroom', decisionType: 'letters', from: new Date('2026-03-01T00:00:00').toISOString(), reason: 'why' });
  });

  test('takes a second person', () => {
    expect([isSecond('priya', 'priya'), isSecond('priya', 'pavel'), isSecond(null, 'pavel')]).toEqual([false, true, false]);
  });
});

test('a time to keep records is asked for once it is whole', () => {
  const asked = { decisionType: 'letters', days: 30, reason: 'why' };
  expect([asked, { ...asked, days: null }, { ...asked, decisionType: ' ' }, { ...asked, days: NaN }, { ...asked, days: 36_501 }, { ...asked, reason: ' ' }].map(missingOfTime)).toEqual([
    null, null, 'Name a decision type.', 'Say for how many days: between 1 and 36,500.', 'Say for how many days: between 1 and 36,500.', 'Say why.',
  ]);
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
