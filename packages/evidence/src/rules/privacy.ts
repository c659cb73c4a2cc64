import type { CanonicalRecord } from '../record.ts';
import { recordPlace } from '../verify/rows.ts';
import type { Place } from '../verify/report.ts';
import type { Event } from './events.ts';
import type { World } from './world.ts';

const dayUs = 86_400_000_000;

/** What may be taken out of the log: content by erasure, rows by the end of their retention. Both need two people, and are on the log. */
export class Privacy {
  readonly #world: World;
  readonly #requests = new Map<unknown, string | null>();
  readonly #approved = new Set<unknown>();
  readonly #erased = new Map<unknown, { place: Place; recordedAt: number }>();
  readonly #retained: Array<{ first: number; last: number; day: number }> = [];
  #ruled = false;

  constructor(world: World) {
    this.#world = world;
  }

  add(index: number, record: CanonicalRecord, event: Event): void {
    const place = recordPlace(index, record);
    switch (record.record) {
      case 'ErasureRequested': this.#requests.set(event['erasureId'], record.actor); return;
      case 'ErasureApproved': return this.#approve(record, event, place);
      case 'DecisionErased': if (!this.#erased.has(event['erasureId'])) this.#erased.set(event['erasureId'], { place, recordedAt: record.recordedAt }); return;
      case 'LegalHoldLifted': return this.#byTwo(record.actor, event['askedBy'], place, 'legal holds lifted, each by two people');
      case 'RetentionRuleChanged': this.#ruled = true; return this.#byTwo(record.actor, event['askedBy'], place, 'retention rules, each by two people');
      case 'RetentionApplied': return this.#retain(record, event, place);
      default:
    }
  }

  retained(index: number, recordedAt: number | undefined): boolean {
    return this.#retained.some(({ first, last, day }) => index >= first && index <= last && (recordedAt === undefined || Math.floor(recordedAt / dayUs) === day));
  }

  finish(): void {
    for (const [erasureId, { place, recordedAt }] of this.#erased) {
      this.#world.found.check('erasures, each approved by a second person');
      if (!this.#approved.has(erasureId)) this.#world.absent('rule-erasure', place, recordedAt, `an approval of the erasure ${String(erasureId)}`, 'none');
    }
  }

  #approve({ actor, recordedAt }: CanonicalRecord, event: Event, place: Place): void {
    const { erasureId, requestedBy } = event;
    this.#approved.add(erasureId);
    this.#byTwo(actor, requestedBy, place, 'approvals of erasures, each by a second person');
    if (this.#requests.get(erasureId) !== requestedBy) this.#world.absent('rule-erasure', place, recordedAt, `a request of the erasure ${String(erasureId)} by ${String(requestedBy)}`, 'none');
  }

  #byTwo(actor: string | null, other: unknown, place: Place, what: string): void {
    this.#world.found.check(what);
    if (actor === null || typeof other !== 'string' || actor === other) this.#world.found.find('rule-erasure', place, 'two people', `${actor} and ${String(other)}`);
  }

  /** Only what a rule of two people allows counts, and only once the time is over. */
  #retain({ occurredAt, recordedAt }: CanonicalRecord, event: Event, place: Place): void {
    const { day, firstIndex, lastIndex, ruleDays } = event;
    const since = Date.parse(String(day)) * 1000;
    this.#world.found.check('ends of retention');
    if (!this.#ruled) this.#world.absent('rule-erasure', place, recordedAt, 'a rule by two people that retention follows', 'none');
    if (!(since + (Number(ruleDays) + 1) * dayUs <= occurredAt)) return this.#world.found.find('rule-erasure', place, `records of ${String(day)} for ${String(ruleDays)} days`, 'their end before');
    if (typeof firstIndex === 'number' && typeof lastIndex === 'number') this.#retained.push({ first: firstIndex, last: lastIndex, day: Math.floor(since / dayUs) });
  }
}
