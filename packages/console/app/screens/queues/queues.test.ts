import { describe, expect, test } from '@jest/globals';
import type { Finding, Queue, SupervisedTask } from '../../api/contract.ts';
import { coverageText, inNameOrder } from './calibration.ts';
import { actionsOf, bodyOf, isReversible, missingOf, settledText } from './findings.ts';
import { peopleToGive } from './people.ts';
import { readQueuesSearch } from './search.ts';
import { byPressure, clearanceText, mayMove, mayRelease, standingOf, totalsOf, totalsText, whereText } from './words.ts';

const now = Date.parse('2026-02-03T12:00:00Z');
const calm: Queue = { queue: 'a/standard', open: 3, claimed: 1, judged: 0, overdue: 0, oldestOpenedAt: null, oldestAgeMs: 1000, nextDueAt: null, forecast: { judgedLastHour: 4, clearedAt: '2026-02-03T13:00:00Z', breachesExpected: 0 }, qualified: { people: 2, available: 1 } };
const task: SupervisedTask = { taskId: 't', decisionType: 'a', queue: 'a/standard', severity: 'low', state: 'open', openedAt: '', dueAt: '', claimant: null, claimantName: null, claimExpiresAt: null, heldUntil: null, reservedFor: null, reservedForName: null };
const finding: Finding = { findingId: 'f', system: 's', decisionId: 'd', source: 'spot-check', openedAt: '', reversibleUntil: '2026-02-03T13:00:00Z', state: 'open', owner: null, ownerName: null, dueAt: null, disposition: null, note: null, disposedBy: null, disposedByName: null, disposedAt: null };

describe('a queue', () => {
  test('is told by its worst: late, unattended, about to be late, in time', () => {
    expect(standingOf(calm)).toEqual({ tone: 'good', text: 'On time' });
    const late = { ...calm, forecast: { judgedLastHour: 1, clearedAt: null, breachesExpected: 2 } };
    expect(standingOf(late).text).toBe('2 will be late');
    expect(standingOf({ ...late, forecast: { judgedLastHour: 0, clearedAt: null, breachesExpected: 2 } }).text).not.toContain('late');
    expect(standingOf({ ...late, qualified: { people: 2, available: 0 } }).text).toBe('Nobody available');
    expect(standingOf({ ...late, qualified: { people: 0, available: 0 } }).text).toBe('Nobody qualified');
    expect(standingOf({ ...late, qualified: { people: 2, available: 0 }, overdue: 1 })).toEqual({ tone: 'bad', text: '1 overdue' });
    expect(standingOf({ ...calm, open: 0, claimed: 0 }).text).toBe('Empty');
  });

  test('of a server that knows no forecast yet is still told', () => {
    const { forecast: _forecast, qualified: _qualified, ...bare } = calm;
    expect([standingOf(bare).text, clearanceText(bare, now)]).toEqual(['On time', 'Not known']);
  });

  test('says when it is done at the pace of the last hour', () => {
    expect(clearanceText(calm, now)).toBe('Done in 1 h at 4 an hour');
    expect(clearanceText({ ...calm, forecast: { judgedLastHour: 0, clearedAt: null, breachesExpected: 0 } }, now)).toBe('Nobody judged in the last hour');
    expect(clearanceText({ ...calm, open: 0, claimed: 0 }, now)).toBe('Nothing waits');
  });

  test('comes before others by what presses, and by name where nothing does', () => {
    const late = { ...calm, queue: 'late', overdue: 1 };
    const soon = { ...calm, queue: 'soon', forecast: { judgedLastHour: 1, clearedAt: null, breachesExpected: 5 } };
    const old = { ...calm, queue: 'old', oldestAgeMs: 9000 };
    const empty = { ...calm, queue: 'empty', oldestAgeMs: null };
    const other = { ...calm, queue: 'b/standard' };
    expect([empty, other, calm, old, soon, late].sort(byPressure).map(({ queue }) => queue)).toEqual(['late', 'soon', 'old', 'a/standard', 'b/standard', 'empty']);
  });

  test('and all others sum up to one sentence', () => {
    expect(totalsText(totalsOf([calm, { ...calm, overdue: 2, forecast: { judgedLastHour: 1, clearedAt: null, breachesExpected: 3 }, qualified: { people: 1, available: 0 } }]))).toBe('6 waiting, 2 in hand, 2 overdue, 3 expected to be late, 1 queue without anybody available.');
    expect(totalsText(totalsOf([]))).toBe('0 waiting, 0 in hand, none overdue.');
  });
});

describe('a task', () => {
  test('is with somebody, reserved, put aside, or anybody’s', () => {
    expect(whereText(task, now)).toBe('Anybody');
    expect(whereText({ ...task, reservedFor: 'rita', reservedForName: 'Rita' }, now)).toBe('Reserved for Rita');
    expect(whereText({ ...task, heldUntil: '2026-02-03T12:10:00Z' }, now)).toBe('Put aside for 10 min');
    expect(whereText({ ...task, heldUntil: '2026-02-03T11:00:00Z' }, now)).toBe('Anybody');
    expect(whereText({ ...task, state: 'claimed', claimant: 'rita', claimantName: 'Rita' }, now)).toBe('Rita');
    expect(whereText({ ...task, state: 'judged', claimant: 'rita' }, now)).toBe('rita, just judged');
  });

  test('can be moved until it is judged, and put back only where it is somebody’s', () => {
    expect([mayMove(task), mayRelease(task)]).toEqual([true, false]);
    expect(mayRelease({ ...task, reservedFor: 'rita' })).toBe(true);
    expect(mayRelease({ ...task, state: 'claimed' })).toBe(true);
    expect(mayMove({ ...task, state: 'judged' })).toBe(false);
  });
});

test('whoever could be given a task comes by presence and name; the holder is none, the absent cannot be chosen', () => {
  const people = [['zoe', true], ['ada', false], ['ben', true], ['rita', true]].map(([personId, available]) => ({ personId: String(personId), name: String(personId), available: available === true, claims: 1, lastSeenAt: null }));
  expect(peopleToGive(people, 'rita').map(({ value, disabled }) => [value, disabled])).toEqual([['ben', false], ['zoe', false], ['ada', true]]);
});

describe('a finding', () => {
  test('can be reversed inside its window only', () => {
    expect(isReversible(finding, now)).toBe(true);
    expect(isReversible(finding, Date.parse('2026-02-03T13:00:00Z'))).toBe(false);
    expect(isReversible({ ...finding, reversibleUntil: null }, now)).toBe(false);
  });

  test('as an incident needs an owner, a day and what is to be done', () => {
    const settling = { action: 'incident' as const, note: 'late', owner: '', dueOn: '', disposition: '' };
    expect(missingOf({ ...settling, note: ' ' })).toBe('Say why.');
    expect(missingOf(settling)).toBe('Name somebody who sees to it.');
    expect(missingOf({ ...settling, owner: 'rita' })).toBe('Say by when.');
    expect(missingOf({ ...settling, owner: 'rita', dueOn: '2026-02-10' })).toBe('Say what is to be done.');
    const whole = { ...settling, owner: ' rita ', dueOn: '2026-02-10', disposition: 'call' };
    expect(missingOf(whole)).toBeNull();
    expect(bodyOf(whole)).toEqual({ action: 'incident', note: 'late', owner: 'rita', dueAt: new Date('2026-02-10T23:59:59').toISOString(), disposition: 'call' });
  });

  test('otherwise sends only why', () => {
    expect(bodyOf({ action: 'dismiss', note: ' fine ', owner: 'x', dueOn: '2026-02-10', disposition: 'y' })).toEqual({ action: 'dismiss', note: 'fine' });
    expect(missingOf({ action: 'reverse', note: 'x', owner: '', dueOn: '', disposition: '' })).toBeNull();
  });

  test('is settled once; an incident can be closed, and nothing else', () => {
    expect(actionsOf(finding)).toEqual(['reverse', 'incident', 'dismiss']);
    expect(actionsOf({ ...finding, state: 'incident' })).toEqual(['close']);
    for (const state of ['reversed', 'dismissed', 'closed'] as const) expect(actionsOf({ ...finding, state })).toEqual([]);
  });

  test('says how it was settled and by whom', () => {
    expect(settledText(finding)).toBe('–');
    expect(settledText({ ...finding, state: 'reversed', note: 'back', disposedBy: 'sue', disposedByName: 'Sue Okafor' })).toBe('back · Sue Okafor');
    expect(settledText({ ...finding, state: 'incident', owner: 'rita', dueAt: '2026-02-10T12:00:00Z', disposition: 'call', disposedBy: 'sue' })).toBe('call (rita, by 2026-02-10) · sue');
    // A day that ends at its local midnight is that day to whoever reads it, wherever they are.
    expect(settledText({ ...finding, state: 'incident', owner: 'rita', dueAt: new Date('2026-02-10T23:59:59').toISOString(), disposition: 'call' })).toBe('call (rita, by 2026-02-10)');
    expect(settledText({ ...finding, state: 'dismissed', note: 'fine', disposedBy: null })).toBe('fine');
  });
});

describe('calibration results', () => {
  test('come by name and type, never by how well', () => {
    const none = { share: null, interval: null };
    const row = { exercises: 1, right: 1, ...none, aiRight: { exercises: 1, right: 1, ...none }, aiWrong: { exercises: 0, right: 0, ...none }, live: { judgements: 0, agreed: 0, ...none } };
    const people = [{ reviewer: 'x', decisionType: 'b', ...row }, { reviewer: 'y', decisionType: 'a', ...row, right: 0 }, { reviewer: 'x', decisionType: 'a', ...row }];
    const names = new Map([['x', 'Zoe'], ['y', 'Ada']]);
    expect(inNameOrder(people, (id) => names.get(id) ?? id).map(({ name, decisionType }) => `${name} ${decisionType}`)).toEqual(['Ada a', 'Zoe a', 'Zoe b']);
  });

  test('say what was not judged', () => {
    expect(coverageText({ decisionType: 'a', opened: 42, scored: 40, missing: 1 })).toBe('40 of 42 judged, 1 still open, 1 closed without a judgement');
    expect(coverageText({ decisionType: 'a', opened: 2, scored: 2, missing: 0 })).toBe('2 of 2 judged');
  });
});

test('an address is read, and what it does not mean is left out', () => {
  expect(readQueuesSearch({ view: 'findings', found: 'all', system: 's', id: 42, days: '90' })).toEqual({ view: 'findings', found: 'all', system: 's', id: '42', days: 90 });
  expect(readQueuesSearch({ view: 'x', state: 'y', found: 'z', queue: 7, id: null, days: 31 })).toEqual({});
});
