import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inOrderOfCause } from './timeline.ts';

type Placed = Parameters<typeof inOrderOfCause>[0];

let offset = 0;
const event = (topic: string, record: string, change: Partial<Placed> = {}): Placed => ({ topic, record, kind: null, actor: null, partition: 3, offset: (offset += 1), occurredAt: 1000, recordedAt: '2026-02-03T09:00:00.000001Z', ...change });
const accepted = [event('decisions.proposed', 'DecisionProposed'), event('decisions.accepted', 'DecisionAccepted'), event('decisions.routed', 'DecisionRouted')];

/** Whatever the order of recording: the services write beside each other. */
function expectOrder(events: readonly Placed[]): void {
  fc.assert(fc.property(fc.shuffledSubarray([...events], { minLength: events.length }), (shuffled) => {
    expect(shuffled.sort(inOrderOfCause).map(({ record, kind }) => [record, kind])).toEqual(events.map(({ record, kind }) => [record, kind]));
  }));
}

describe('what bears one instant stands in the order of its causes', () => {
  test('an automatic decision, and its spot check', () => {
    expectOrder([
      ...accepted, event('decisions.resolved', 'DecisionResolved', { actor: 'routing', kind: 'auto-approved' }), event('spotchecks.selected', 'SpotCheckSelected', { kind: 'spot-check' }),
      event('reviews.changed', 'TaskOpened', { kind: 'spot-check' }),
    ]);
  });

  test('a decision of people: the work, then the verdict, then what the verdict opens', () => {
    expectOrder([
      ...accepted, event('reviews.changed', 'TaskOpened', { kind: 'standard' }), event('reviews.changed', 'JudgementFinalised', { kind: 'standard' }), event('reviews.changed', 'TaskClosed', { kind: 'standard' }),
      event('decisions.resolved', 'DecisionResolved', { actor: 'rita', kind: 'standard' }), event('decisions.reversed', 'DecisionReversed'), event('reviews.changed', 'TaskOpened', { kind: 're-review' }), event('alerts.raised', 'AlertRaised'),
    ]);
  });

  test('a disagreement opens the adjudication', () => {
    expectOrder([event('reviews.changed', 'JudgementFinalised', { kind: 'dual' }), event('reviews.changed', 'TaskClosed', { kind: 'dual' }), event('reviews.changed', 'TaskOpened', { kind: 'adjudication' })]);
  });

  test('time comes first, to the microsecond; what is alike in all goes by its recording', () => {
    expectOrder([event('decisions.resolved', 'DecisionResolved', { occurredAt: 999 }), event('decisions.accepted', 'DecisionAccepted')]);
    expectOrder([event('governance.recorded', 'AccessDenied', { recordedAt: '2026-02-03T09:00:00.000001Z' }), event('alerts.raised', 'AlertRaised', { recordedAt: '2026-02-03T09:00:00.000002Z' })]);
  });
});
