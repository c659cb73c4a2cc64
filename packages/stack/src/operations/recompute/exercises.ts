import { derivedEventId, type EventTypes } from '@countersign/contracts';
import { exerciseRate, exerciseSeats, keyAt, uniformDraw, type CompiledPolicy, type ExerciseSeat, type SamplingKey } from '@countersign/core';
import { instantOf } from './log-facts.ts';
import type { LoggedRecord } from './records.ts';
import type { Counts, Verdict } from './report.ts';

/** Plans come this long after their work at the most. */
const lateUs = 3_600_000_000;

type Find = (verdict: Verdict, record: LoggedRecord, detail: string) => void;

/**
 * Draws of calibration exercises: beside which work, and by which number the case came into the pool. Which case of the pool was
 * taken depends on what was known when, so the log says it and nothing can recompute it; nor that there was none to take.
 */
export class ExerciseDraws {
  readonly #keys: readonly SamplingKey[];
  readonly #counts: Counts;
  readonly #find: Find;
  readonly #planned = new Map<string, LoggedRecord>();

  constructor(keys: readonly SamplingKey[], counts: Counts, find: Find) {
    this.#keys = keys;
    this.#counts = counts;
    this.#find = find;
  }

  /** An exercise on the log. One that was erased says no longer what it was planned beside. */
  add(record: LoggedRecord): void {
    const planned = plannedOf(record);
    if (planned === null) return;
    const name = nameOf(planned.system, planned.triggerDecisionId, planned.purpose);
    if (this.#planned.has(name)) this.#find('unexpected', record, 'Two exercises were planned beside the same work.');
    else this.#planned.set(name, record);
  }

  /** Checks what was planned beside a routed decision. */
  check(routed: LoggedRecord, policy: CompiledPolicy | null, key: SamplingKey): void {
    const rate = policy === null || routed.kind === 'unclassified' ? 0 : exerciseRate(policy.document);
    // Of what was erased the route is not known: then any seat may have drawn one.
    const route = routed.event === null ? 'dual' : String(routed.event['route']);
    for (const seat of exerciseSeats(route)) this.#checkSeat(routed, seat, rate, key);
  }

  /** What is left was planned beside nothing; `from` is where the decisions begin that were looked at. */
  finish(from: number): void {
    for (const record of this.#planned.values()) {
      if (instantOf(record, 'occurredAt') >= from + lateUs) this.#find('unexpected', record, 'It was planned, and the log does not hold the work it was planned beside.');
    }
  }

  #checkSeat(routed: LoggedRecord, seat: ExerciseSeat, rate: number, key: SamplingKey): void {
    const name = nameOf(routed.system, routed.decisionId ?? '', seat.purpose);
    const record = this.#planned.get(name);
    this.#planned.delete(name);
    const draw = uniformDraw(key.key, seat.purpose, routed.system ?? '', routed.decisionId ?? '');
    if (rate > 0) this.#counts.drawn += 1;
    if (draw < rate) this.#counts.selected += 1;
    if (record === undefined) return;
    if (draw >= rate) return this.#find('unexpected', record, `It was planned although ${draw} is not below ${rate} under key ${key.version}.`);
    this.#compare(record, routed, { seat, draw, rate, key });
  }

  #compare(record: LoggedRecord, routed: LoggedRecord, { seat, draw, rate, key }: { seat: ExerciseSeat; draw: number; rate: number; key: SamplingKey }): void {
    const planned = plannedOf(record);
    if (planned === null) return;
    const own = keyAt(this.#keys, planned.acceptedAt);
    const pairs: Array<[name: string, found: unknown, wanted: unknown]> = [
      ['event id', record.eventId, derivedEventId(routed.system ?? '', routed.decisionId ?? '', seat.purpose)], ['rate', planned.probability, rate], ['draw', planned.draw, draw], ['key', planned.keyVersion, key.version],
      ['pool key', planned.poolKeyVersion, own?.version], ['pool draw', planned.poolDraw, own === undefined ? null : uniformDraw(own.key, 'calibration', planned.system ?? '', planned.decisionId ?? '')],
    ];
    const faults = pairs.filter(([, found, wanted]) => found !== wanted).map(([name, found, wanted]) => `${name} ${String(found)} instead of ${String(wanted)}`);
    if (faults.length === 0) this.#counts.matched += 1;
    else this.#find('wrong', record, `The exercise has ${faults.join(', ')}.`);
  }
}

function plannedOf({ event }: LoggedRecord): EventTypes['CalibrationPlanned'] | null {
  return event as unknown as EventTypes['CalibrationPlanned'] | null;
}

function nameOf(system: string | null, decisionId: string, purpose: string): string {
  return `${system}\n${decisionId}\n${purpose}`;
}
