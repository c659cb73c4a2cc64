import type { WorldEvent } from '../verify/examine.ts';
import type { Collector, FindingCode } from '../verify/report.ts';

const dayUs = 86_400_000_000;

/** Where what is found is told; `absent`, of what may be missing because only a part of a log is there. */
type Findings = { found: Collector; absent(code: FindingCode, index: number, recordedAt: number, expected: string, found: string): void };

/** What may be taken out of the log: content by erasure, rows by the end of their retention. Both need two people, and are on the log. */
export class Privacy {
  readonly #world: Findings;
  readonly #requests = new Map<unknown, string | null>();
  readonly #approved = new Set<unknown>();
  readonly #erased = new Map<unknown, { index: number; recordedAt: number }>();
  readonly #retained: Array<{ first: number; last: number; day: number }> = [];
  /** What is told once everything was read: how near the end it stands is not known before. */
  readonly #missing: Array<() => void> = [];
  #ruled = false;

  constructor(world: Findings) {
    this.#world = world;
  }

  add(worldEvent: WorldEvent): void {
    const { record, actor, event, index, recordedAt } = worldEvent;
    switch (record) {
      case 'ErasureRequested': this.#requests.set(event['erasureId'], actor); return;
      case 'ErasureApproved': return this.#approve(worldEvent);
      case 'DecisionErased': if (!this.#erased.has(event['erasureId'])) this.#erased.set(event['erasureId'], { index, recordedAt }); return;
      case 'LegalHoldLifted': return this.#byTwo(actor, event['askedBy'], index, 'legal holds lifted, each by two people');
      case 'RetentionRuleChanged': this.#ruled = true; return this.#byTwo(actor, event['askedBy'], index, 'retention rules, each by two people');
      case 'RetentionApplied': return this.#retain(worldEvent);
      default:
    }
  }

  retained(index: number, recordedAt: number | undefined): boolean {
    return this.#retained.some(({ first, last, day }) => index >= first && index <= last && (recordedAt === undefined || Math.floor(recordedAt / dayUs) === day));
  }

  finish(): void {
    for (const tell of this.#missing) tell();
    for (const [erasureId, { index, recordedAt }] of this.#erased) {
      this.#world.found.check('erasures, each approved by a second person');
      if (!this.#approved.has(erasureId)) this.#world.absent('rule-erasure', index, recordedAt, `an approval of the erasure ${String(erasureId)}`, 'none');
    }
  }

  #approve({ index, actor, recordedAt, event }: WorldEvent): void {
    const { erasureId, requestedBy } = event;
    this.#approved.add(erasureId);
    this.#byTwo(actor, requestedBy, index, 'approvals of erasures, each by a second person');
    if (this.#requests.get(erasureId) !== requestedBy) this.#absent(index, recordedAt, `a request of the erasure ${String(erasureId)} by ${String(requestedBy)}`);
  }

  #absent(index: number, recordedAt: number, expected: string): void {
    this.#missing.push(() => this.#world.absent('rule-erasure', index, recordedAt, expected, 'none'));
  }

  #byTwo(actor: string | null, other: unknown, index: number, what: string): void {
    this.#world.found.check(what);
    if (actor === null || typeof other !== 'string' || actor === other) this.#world.found.find('rule-erasure', index, 'two people', `${actor} and ${String(other)}`);
  }

  /** Only what a rule of two people allows counts, and only once the time is over. */
  #retain({ index, occurredAt, recordedAt, event }: WorldEvent): void {
    const { day, firstIndex, lastIndex, ruleDays } = event;
    const since = Date.parse(String(day)) * 1000;
    this.#world.found.check('ends of retention');
    if (!this.#ruled) this.#absent(index, recordedAt, 'a rule by two people that retention follows');
    if (!(since + (Number(ruleDays) + 1) * dayUs <= occurredAt)) return this.#world.found.find('rule-erasure', index, `records of ${String(day)} for ${String(ruleDays)} days`, 'their end before');
    if (typeof firstIndex === 'number' && typeof lastIndex === 'number') this.#retained.push({ first: firstIndex, last: lastIndex, day: Math.floor(since / dayUs) });
  }
}
