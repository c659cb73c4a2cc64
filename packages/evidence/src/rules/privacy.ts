import type { WorldEvent } from '../verify/examine.ts';
import type { GoneRows, GoneRun } from '../verify/rows.ts';
import { Retention, type Findings, type Stretch } from './retention.ts';

/** What may be taken out of the log: content by erasure, rows by the end of their retention. Both need two people, and are on the log. */
export class Privacy {
  readonly #world: Findings;
  readonly #requests = new Map<unknown, string | null>();
  readonly #approved = new Set<unknown>();
  readonly #erased = new Map<unknown, { index: number; recordedAt: number }>();
  readonly #retention: Retention;
  /** What is told once everything was read: how near the end it stands is not known before. */
  readonly #missing: Array<() => void> = [];

  constructor(world: Findings) {
    this.#world = world;
    this.#retention = new Retention(world);
  }

  add(worldEvent: WorldEvent): void {
    const { record, actor, event, index, recordedAt } = worldEvent;
    switch (record) {
      case 'ErasureRequested': this.#requests.set(event['erasureId'], actor); return;
      case 'ErasureApproved': return this.#approve(worldEvent);
      case 'DecisionErased': if (!this.#erased.has(event['erasureId'])) this.#erased.set(event['erasureId'], { index, recordedAt }); return;
      case 'LegalHoldLifted': return this.#byTwo(actor, event['askedBy'], index, 'legal holds lifted, each by two people');
      case 'RetentionRuleChanged': this.#retention.addRule(worldEvent); return this.#byTwo(actor, event['askedBy'], index, 'retention rules, each by two people');
      case 'RetentionApplied': return this.#retention.addEnd(worldEvent);
      default:
    }
  }

  /** Of rows that are gone, those whose retention did not end. */
  unexplained(gone: GoneRows, evidence: Stretch): GoneRun[] {
    return this.#retention.unexplained(gone, evidence);
  }

  finish(): void {
    for (const tell of this.#missing) tell();
    this.#retention.checkRules();
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
}
