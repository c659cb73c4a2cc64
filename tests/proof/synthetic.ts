import { hash, randomFillSync } from 'node:crypto';
import { frame, readerType, topology } from '@countersign/contracts';
import { encodeRecord, type BundledRecord, type CanonicalRecord } from '@countersign/evidence';
import { contentKeyOf, keyedDigest, sealContent, type ContentKey } from '@countersign/kit';
import { hashLeaf } from '@countersign/merkle';
import { Random } from '../chaos/random.ts';
import { beginning, decision, type Told } from './story.ts';

/** `decisions`: how many, about 7 events each. `spacingUs`: time between two records. */
export type LogPlan = {
  seed: number; decisions: number; startAt?: number; spacingUs?: number;
  /** What comes instead of an event: to break rules with. */
  change?: (told: Told) => readonly Told[];
};
/** A row with what stands behind it. */
export type LoggedRow = { record: CanonicalRecord; payload: Buffer; key: Buffer };

const atOnce = 24;
const partitions = 12;
const accepted = new Set(['DecisionRouted', 'SpotCheckSelected', 'CalibrationPlanned']);

/** A log as the audit service keeps it, of people and pipelines at work: decisions interleave, each topic in its order. */
export class SyntheticLog {
  readonly #random: Random;
  readonly #plan: Required<LogPlan>;
  readonly #keys = new Map<string, ContentKey>();
  readonly #offsets = new Map<string, number>();
  #now: number;

  constructor(plan: LogPlan) {
    this.#random = new Random(plan.seed);
    this.#plan = { startAt: Date.UTC(2026, 2, 1, 9) * 1000, spacingUs: 2_000_000, change: (told) => [told], ...plan };
    this.#now = this.#plan.startAt;
  }

  *rows(): Generator<LoggedRow> {
    for (const told of beginning(this.#random, this.#now)) yield* this.#recordAll(told);
    const running: Array<{ events: Generator<Told>; key: string }> = [];
    let begun = 0;
    while (begun < this.#plan.decisions || running.length > 0) {
      if (begun < this.#plan.decisions && running.length < atOnce) {
        const key = `d${this.#plan.seed}-${begun}`;
        running.push({ events: decision(this.#random, key, this.#now + 1), key });
        begun += 1;
      }
      const at = this.#random.between(0, running.length - 1);
      const next = running[at]?.events.next();
      if (next?.done === false) yield* this.#recordAll(next.value);
      else this.#keys.delete(running.splice(at, 1)[0]?.key ?? '');
    }
  }

  *#recordAll(told: Told): Generator<LoggedRow> {
    for (const each of this.#plan.change(told)) yield this.#record(each);
  }

  #record({ topic, record, value }: Told): LoggedRow {
    this.#now += this.#plan.spacingUs;
    const fields = value as unknown as Record<string, unknown>;
    const textOf = (name: string) => (typeof fields[name] === 'string' ? fields[name] : null);
    const decisionId = textOf('decisionId');
    const partition = topology[topic].partitions === 1 || decisionId === null ? 0 : Number.parseInt(hash('sha256', decisionId).slice(0, 4), 16) % partitions;
    const offset = (this.#offsets.get(`${topic}/${partition}`) ?? 0) + this.#random.between(1, 2);
    this.#offsets.set(`${topic}/${partition}`, offset);
    const whole = frame(7, readerType(record).toBuffer(value));
    const plain = accepted.has(record) ? frame(7, readerType(record).toBuffer({ ...fields, accepted: Buffer.alloc(0) })) : whole;
    const content = topology[topic].content ? this.#keyOf(decisionId ?? '') : null;
    const payload = content === null ? plain : sealContent(content, plain, randomFillSync(Buffer.allocUnsafe(24)));
    const reviewer = textOf('reviewer') ?? (/^(Judgement|Task)/.test(record) ? textOf('actor') : null);
    return {
      payload, key: content?.key ?? Buffer.alloc(0),
      record: {
        actor: textOf('actor'), decisionId, decisionType: textOf('decisionType'), eventId: textOf('eventId') ?? `proposed-${partition}-${offset}`, kind: textOf('kind'), occurredAt: typeof fields['occurredAt'] === 'number' ? fields['occurredAt'] : this.#now - 2000,
        offset, partition, payload: content === null ? 'plain' : 'sealed', payloadSha256: hash('sha256', payload), policyVersion: textOf('policyVersion'), publishedAt: this.#now - 2000, record, recordedAt: this.#now, reviewer, system: textOf('system'),
        topic: `countersign.${topic}.v1`, valueDigest: content === null ? hash('sha256', whole) : keyedDigest(content, whole).toString('hex'),
      },
    };
  }

  #keyOf(decisionId: string): ContentKey {
    const key = this.#keys.get(decisionId) ?? contentKeyOf(randomFillSync(Buffer.alloc(32)));
    this.#keys.set(decisionId, key);
    return key;
  }
}

/** A row as it stands in a bundle. */
export function bundled({ record, payload, key }: LoggedRow, index: number): BundledRecord {
  const bytes = encodeRecord(record);
  return { index, leaf: hashLeaf(bytes), record: bytes, payload, key: key.length === 0 ? null : key };
}
