import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pressingAt, severityBonusMaxUs, severityBonusUs } from './queue-order.ts';
import { severities, type Severity } from './vocabulary.ts';

const hourUs = 3_600_000_000;
const severity = fc.constantFrom(...severities);
/** Up to thirty days, to the second. */
const spanUs = fc.integer({ min: 0, max: 30 * 24 * 3600 }).map((seconds) => seconds * 1_000_000);

type Work = { openedAt: number; dueAt: number; severity: Severity };
const work = fc.record({ waitUs: fc.integer({ min: 0, max: hourUs }), spanUs, severity });

/** Work that arrives one after the other, each after some time and with some time left. */
function streamOf(arrivals: ReadonlyArray<{ waitUs: number; spanUs: number; severity: Severity }>): Work[] {
  let now = 0;
  return arrivals.map((arrival) => {
    now += arrival.waitUs;
    return { openedAt: now, dueAt: now + arrival.spanUs, severity: arrival.severity };
  });
}

describe('where work stands in its queue', () => {
  test('of what is due together the graver goes first; of equal harm what is due first', () => {
    expect(severities.map((word) => pressingAt(100 * hourUs, word))).toEqual([...severities].reverse().map((word) => pressingAt(100 * hourUs, word)).sort((a, b) => b - a));
    fc.assert(fc.property(severity, spanUs, spanUs, (word, one, other) => Math.sign(pressingAt(one, word) - pressingAt(other, word)) === Math.sign(one - other)));
  });

  test('harm outweighs its bonus of time and no more', () => {
    fc.assert(fc.property(severity, severity, spanUs, spanUs, (word, otherWord, due, otherDue) => {
      const first = pressingAt(due, word) < pressingAt(otherDue, otherWord);
      return first === (due - otherDue < severityBonusUs[word] - severityBonusUs[otherWord]);
    }));
  });

  test('postponing postpones by as much', () => {
    fc.assert(fc.property(severity, spanUs, spanUs, (word, due, later) => pressingAt(due + later, word) - pressingAt(due, word) === later));
  });
});

describe('nothing waits for ever', () => {
  test('whatever arrives, nothing that was opened after its instant and the largest bonus goes before it', () => {
    fc.assert(fc.property(fc.array(work, { minLength: 2, maxLength: 60 }), (arrivals) => {
      const stream = streamOf(arrivals);
      for (const waiting of stream) {
        const own = pressingAt(waiting.dueAt, waiting.severity);
        for (const other of stream) {
          if (other.openedAt > own + severityBonusMaxUs) expect(pressingAt(other.dueAt, other.severity)).toBeGreaterThan(own);
        }
      }
    }));
  });

  test('one person who keeps taking the most pressing serves everything, though the gravest work never stops coming', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), severity, spanUs, (perHour, word, span) => {
      const waiting = { openedAt: 0, dueAt: span, severity: word };
      const own = pressingAt(waiting.dueAt, waiting.severity);
      // As much arrives as is done, all of it catastrophic and due at once, so that the queue never empties.
      const everyUs = Math.floor(hourUs / perHour);
      const doneBy = own + severityBonusMaxUs + everyUs;
      for (let now = 0; now <= doneBy; now += everyUs) if (pressingAt(now, 'catastrophic') > own) return true;
      return false;
    }));
  });
});
