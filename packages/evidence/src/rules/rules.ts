import { factParts, lineFields, type Examined } from '../verify/examine.ts';
import { Sorter, Spool } from '../verify/spool.ts';
import { checkDecision } from './decision.ts';
import { factOf } from './fact.ts';
import { fieldsOf } from './events.ts';
import { Presentations } from './presentations.ts';
import type { World } from './world.ts';

/**
 * Takes everything that was examined once, in the order of the log, and puts aside what the rules need of it; then goes through the decisions. The time that a
 * decision takes, and how its events are strewn over the log, make no difference.
 */
export class Rules implements Disposable {
  readonly #world: World;
  readonly #presentations: Presentations;
  readonly #facts = new Spool();
  readonly #ids = new Spool();
  readonly #offsets = new Map<string, number>();

  constructor(world: World) {
    [this.#world, this.#presentations] = [world, new Presentations(world.found)];
  }

  add({ lines, partitions, world, shown, facts, ids, unread }: Examined): void {
    if (unread) this.#world.unread = true;
    for (const each of world) this.#world.add(each);
    this.#facts.add(facts);
    this.#ids.add(ids);
    const whole = new Sorter();
    for (const { index, system, decisionId, event } of shown) {
      if (!this.#presentations.add(index, event)) continue;
      whole.add(`${system}\n${decisionId}`, factParts(index, { record: 'ContentRecorded', occurredAt: 0, recordedAt: 0, reviewer: null, policyVersion: null, system, decisionId }, fieldsOf('ContentRecorded').map((name) => (name === 'kind' || name === 'digest' ? event[name] : null))));
    }
    if (shown.length > 0) this.#facts.add(whole.take());
    const offsets = partitions.map((partition) => this.#offsets.get(partition) ?? -1);
    for (let at = 0; at < lines.length; at += lineFields) this.#checkOffset(lines[at] ?? 0, lines[at + 2] ?? NaN, lines[at + 3] ?? NaN, offsets, partitions);
    for (const [number, partition] of partitions.entries()) this.#offsets.set(partition, offsets[number] ?? -1);
  }

  finish(): void {
    for (const part of this.#ids.parts()) this.#checkIds(part);
    this.#world.finish();
    for (const part of this.#facts.parts()) {
      const decisions = Map.groupBy(part.map(factOf), ({ system, decisionId }) => `${system}\n${decisionId}`);
      for (const facts of decisions.values()) checkDecision(facts, this.#world);
    }
  }

  [Symbol.dispose](): void {
    this.#facts[Symbol.dispose]();
    this.#ids[Symbol.dispose]();
  }

  /** On one partition of Kafka events have an order, and each stands once. */
  #checkOffset(index: number, offset: number, partition: number, offsets: number[], names: readonly string[]): void {
    const before = offsets[partition];
    if (before === undefined) return;
    if (offset <= before) this.#world.found.find('rule-offset-order', index, `an offset after ${before} of ${names[partition]}`, String(offset));
    else offsets[partition] = offset;
  }

  /** Index and id in turn. */
  #checkIds(part: readonly unknown[]): void {
    const first = new Map<unknown, number>();
    for (let at = 0; at < part.length; at += 2) {
      const [index, id] = [Number(part[at]), part[at + 1]];
      const other = first.get(id);
      if (other === undefined) first.set(id, index);
      else this.#world.found.find('rule-event-repeated', index, 'an event id that no other record has', `that of index ${other}`);
    }
    this.#world.found.check('event ids, all different', part.length / 2);
  }
}
