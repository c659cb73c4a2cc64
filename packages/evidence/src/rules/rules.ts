import { hash } from 'node:crypto';
import type { CanonicalRecord } from '../record.ts';
import { recordPlace } from '../verify/rows.ts';
import { Spool } from '../verify/spool.ts';
import { checkDecision, type Fact } from './decision.ts';
import { envelope, factsOf, type Event, type EventReader } from './events.ts';
import { Presentations } from './presentations.ts';
import { reasoningProblem } from './reasoning.ts';
import type { World } from './world.ts';

/** Records that say something about a decision which a rule needs. */
const factual = /^(Decision(Accepted|Routed|Resolved|Erased)|SpotCheckSelected|ContentRecorded|Task(Opened|Claimed|Released|Held|Reassigned|Escalated|Presented|Closed)|FirstJudgementSubmitted|Judgement(Submitted|Withdrawn|Finalised))$/;
const factualNames = new Map<string, boolean>();

/**
 * Takes every record once, in the order of the log, and puts aside what the rules need of it; then goes through the decisions. The time that a
 * decision takes, and how its events are strewn over the log, make no difference.
 */
export class Rules implements Disposable {
  readonly #world: World;
  readonly #reader: EventReader;
  readonly #presentations: Presentations;
  readonly #facts = new Spool();
  readonly #ids = new Spool();
  readonly #offsets = new Map<string, number>();

  constructor(world: World, reader: EventReader) {
    [this.#world, this.#reader, this.#presentations] = [world, reader, new Presentations(world.found)];
  }

  /** `plain` is the payload in the clear, null where nobody can read it. */
  add(index: number, record: CanonicalRecord, plain: Buffer | null): void {
    this.#world.endAt = Math.max(this.#world.endAt, record.recordedAt);
    this.#ids.add(record.eventId, `${index} ${record.eventId.includes('\n') ? JSON.stringify(record.eventId) : record.eventId}`);
    this.#checkOffset(index, record);
    const event = plain === null ? null : this.#read(index, record, plain);
    if (event !== null) this.#world.add(index, record, event);
    if (isFactual(record.record)) this.#keep(index, record, event);
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

  /** The event of a payload, if it can be read and is what its row says. */
  #read(index: number, record: CanonicalRecord, plain: Buffer): Event | null {
    const read = this.#reader.read(record.record, plain);
    const { found } = this.#world;
    if (read.state === 'unknown') this.#world.unread = true;
    if (read.state === 'unknown') found.skip(`events ${record.record}`, 'the evidence has no schema of them that this verifier knows; a newer verifier may');
    if (read.state === 'wrong') found.find('rule-payload-unreadable', recordPlace(index, record), `an event ${record.record}`, read.problem);
    if (read.state !== 'read') return null;
    found.check('events, each against its row');
    for (const name of envelope) {
      const said = read.event[name];
      // The row may know more: who judged is the actor of some events, and a dead letter is about the decision that its message was.
      if (said === undefined || said === record[name] || (said === null && (name === 'reviewer' || record.record === 'DeadLetter'))) continue;
      found.find('rule-row-differs', recordPlace(index, record), `${name} ${JSON.stringify(said)}, as the event says`, JSON.stringify(record[name]));
    }
    return read.event;
  }

  /** On one partition of Kafka events have an order, and each stands once. */
  #checkOffset(index: number, record: CanonicalRecord): void {
    const partition = `${record.topic}/${record.partition}`;
    const before = this.#offsets.get(partition) ?? -1;
    if (record.offset <= before) this.#world.found.find('rule-offset-order', recordPlace(index, record), `an offset after ${before} of ${partition}`, String(record.offset));
    else this.#offsets.set(partition, record.offset);
  }

  #keep(index: number, record: CanonicalRecord, event: Event | null): void {
    const value = event === null ? null : this.#valueOf(index, record, event);
    const { record: name, eventId, occurredAt, recordedAt, reviewer, policyVersion, system, decisionId } = record;
    this.#facts.add(`${system}\n${decisionId}`, JSON.stringify([index, name, eventId, occurredAt, recordedAt, reviewer, policyVersion, system, decisionId, value]));
  }

  /** Without what people wrote and were shown: of that only whether it is as it should be. */
  #valueOf(index: number, row: CanonicalRecord, event: Event): Record<string, unknown> {
    const { record } = row;
    if (record === 'ContentRecorded') return this.#presentations.add(event, recordPlace(index, row)) ? { kind: event['kind'], digest: event['digest'] } : {};
    const value: Record<string, unknown> = { kind: event['kind'] };
    for (const name of factsOf(record)) value[name] = event[name];
    if (!('reasoning' in value)) return value;
    const { reasoning, modifiedOutput, answer, ...kept } = value;
    // Where an answer was given without the AI's output in sight, the answer is the output.
    return { ...kept, reasoningProblem: reasoningProblem(String(reasoning)), output: hash('sha256', JSON.stringify(modifiedOutput ?? answer ?? null)) };
  }

  #checkIds(part: readonly string[]): void {
    const first = new Map<string, string>();
    for (const line of part) {
      const space = line.indexOf(' ');
      const [index, id] = [line.slice(0, space), line.slice(space + 1)];
      const other = first.get(id);
      if (other === undefined) first.set(id, index);
      else this.#world.found.find('rule-event-repeated', { index: Number(index), eventId: id }, 'an event id that no other record has', `that of index ${other}`);
    }
    this.#world.found.check('event ids, all different', part.length);
  }
}

function isFactual(record: string): boolean {
  const known = factualNames.get(record) ?? factual.test(record);
  if (factualNames.size < 1000) factualNames.set(record, known);
  return known;
}

function factOf(line: string): Fact {
  const [index, record, eventId, at, recordedAt, reviewer, policyVersion, system, decisionId, value] = JSON.parse(line) as [number, string, string, number, number, string | null, string | null, string | null, string | null, Fact['value']];
  return { index, record, eventId, at, recordedAt, reviewer, policyVersion, system, decisionId, value };
}
