import { lineFields, type Aside, type Examined } from '../verify/examine.ts';
import { groupedBy } from '../verify/grouped-by.ts';
import type { Spool, Spooled } from '../verify/spool.ts';
import { checkDecision } from './decision.ts';
import { decisionKey, factOf, factParts } from './fact.ts';
import { fieldsOf } from './events.ts';
import { Presentations } from './presentations.ts';
import type { World } from './world.ts';

/** Takes everything that was examined once, in the order of the log: what rules need to know beyond one decision, and what only that order shows. */
export class Rules {
  readonly #world: World;
  readonly #facts: Spool;
  readonly #presentations: Presentations;
  readonly #offsets = new Map<string, number>();

  /** `facts`: what was shown in several records, and is whole, is put aside there. */
  constructor(world: World, facts: Spool) {
    [this.#world, this.#facts, this.#presentations] = [world, facts, new Presentations(world.found)];
  }

  add({ lines, partitions, world, shown, unread }: Examined): void {
    if (unread) this.#world.unread = true;
    for (const each of world) this.#world.add(each);
    for (const { index, system, decisionId, event } of shown) {
      if (!this.#presentations.add(index, event)) continue;
      const row = { record: 'ContentRecorded', occurredAt: 0, recordedAt: 0, reviewer: null, policyVersion: null, system, decisionId };
      this.#facts.add(decisionKey(row), factParts(index, row, fieldsOf('ContentRecorded').map((name) => (name === 'kind' || name === 'digest' ? event[name] : null))));
    }
    const offsets = partitions.map((partition) => this.#offsets.get(partition) ?? -1);
    for (let at = 0; at < lines.length; at += lineFields) this.#checkOffset(lines[at] ?? 0, lines[at + 2] ?? NaN, lines[at + 3] ?? NaN, offsets, partitions);
    for (const [number, partition] of partitions.entries()) this.#offsets.set(partition, offsets[number] ?? -1);
  }

  /** On one partition of Kafka events have an order, and each stands once. */
  #checkOffset(index: number, offset: number, partition: number, offsets: number[], names: readonly string[]): void {
    const before = offsets[partition];
    if (before === undefined) return;
    if (offset <= before) this.#world.found.find('rule-offset-order', index, `an offset after ${before} of ${names[partition]}`, String(offset));
    else offsets[partition] = offset;
  }
}

/** What several threads put aside. */
export type AllAside = { facts: readonly Spooled[]; ids: readonly Spooled[] };

/** The rules are held in so many shares. */
export const shareCount = 64;
/**
 * Into how many parts is sorted what is put aside. Of ten million records a part of facts has some hundred kilobytes: what becomes of them is gone before V8 takes
 * it for something that stays.
 */
export const partCounts = { facts: 64 * shareCount, ids: shareCount } as const;

/**
 * Goes through one share of the decisions. The time that a decision takes, and how its events are strewn over the log, make no difference. Gives the marks that
 * several event ids have: they may be the same.
 */
export function checkShare(share: number, aside: Aside, all: AllAside, world: World): number[] {
  for (let part = share; part < partCounts.facts; part += shareCount) {
    const facts = aside.facts.part(part, all.facts).map(factOf).sort((a, b) => a.index - b.index);
    for (const decision of groupedBy(facts, decisionKey).values()) checkDecision(decision, world);
  }
  const marks = aside.ids.marks(share, all.ids);
  world.found.check('event ids, all different', marks.length);
  return [...new Set(marks.filter((mark, at) => mark === marks[at - 1]))];
}
