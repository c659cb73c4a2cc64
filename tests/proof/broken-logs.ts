import { readerType, schemas, topology, type RecordName, type TopicName } from '@countersign/contracts';
import type { BundledRecord, CanonicalRecord } from '@countersign/evidence';
import type { Random } from '../chaos/random.ts';
import type { Told } from './story.ts';
import type { LoggedRow } from './synthetic.ts';

type Fields = Record<string, unknown>;

const topicOf = new Map<RecordName, TopicName>((Object.keys(topology) as TopicName[]).flatMap((topic) => topology[topic].records.map((record): [RecordName, TopicName] => [record, topic])));
/** What rules look at. Put in where nothing led to it, it breaks some, or makes what follows sound. */
const put: readonly RecordName[] = [
  'TaskOpened', 'TaskClaimed', 'TaskReleased', 'TaskHeld', 'TaskReassigned', 'TaskEscalated', 'TaskPresented', 'TaskClosed', 'FirstJudgementSubmitted', 'JudgementSubmitted', 'JudgementWithdrawn', 'JudgementFinalised',
  'ContentRecorded', 'DecisionAccepted', 'DecisionRouted', 'DecisionResolved', 'DecisionErased', 'SpotCheckSelected', 'PersonChanged', 'PolicyProposed', 'PolicyApproved', 'PolicyActivated', 'SamplingKeyChanged',
  'ErasureRequested', 'ErasureApproved', 'LegalHoldLifted', 'RetentionRuleChanged', 'RetentionApplied',
];
/** Values that rules tell apart, by field. */
const words: Readonly<Record<string, readonly unknown[]>> = {
  form: ['shown', 'hidden', 'first-judge-then-see'], seat: [1, 2, 3], fence: [0, 1, 2], chunkCount: [1, 2], chunkIndex: [0, 1],
  kind: ['standard', 'senior', 'dual', 'adjudication', 'unclassified', 'spot-check', 're-review', 'calibration', 'auto-approved', 'presentation'],
  route: ['auto', 'standard', 'senior', 'dual'], point: ['before', 'hold', 'after'], policyVersion: ['fail-closed'], text: ['spotCheckRate: 0.1\nreReviewRate: 0.05\n', 'spotCheckRate: x\n', ''],
  basis: ['auto', 'human', 'expiry', 'veto-window', 'passive'], resolvedBy: ['routing', 'review'], verdictBy: ['routing', 'review'], verdict: ['approved', 'rejected', 'modified'],
  decision: ['approve', 'reject', 'modify', 'answer'], reasoning: ['ok', 'same same same same same same'], keyVersion: ['k1', 'k2'],
  erasureId: ['e1', 'e2'], requestedBy: ['pat', 'quin'], askedBy: ['pat', 'quin'], day: ['2026-02-28', '2026-03-01', 'no day'], ruleDays: [0, 1], firstIndex: [0, 40], lastIndex: [60, 90],
};

/** Changes events of a log at random: takes out, repeats, alters a field, puts in. Values come from what other events have in the same field, so that what comes of it is nearly right. */
export class Breaker {
  readonly #random: Random;
  readonly #rate: number;
  readonly #seen = new Map<string, unknown[]>();
  #count = 0;

  /** `rate`: of events that something is done to. */
  constructor(random: Random, rate: number) {
    [this.#random, this.#rate] = [random, rate];
  }

  readonly change = (told: Told): Told[] => {
    for (const [name, value] of Object.entries(told.value as unknown as Fields)) this.#seen.set(name, [...(this.#seen.get(name) ?? []), value].slice(-60));
    if (!this.#random.chance(this.#rate)) return [told];
    switch (this.#random.between(0, 4)) {
      case 0: return [];
      case 1: return [told, this.#sound({ ...told, value: { ...told.value, ...('eventId' in told.value ? { eventId: this.#id() } : {}) } } as Told, told)];
      case 2: return [told, this.#made(this.#random.pick(put), told)];
      default: return [this.#altered(told)];
    }
  };

  #altered(told: Told): Told {
    const fields = fieldsOf(told.record);
    const { name, type } = this.#random.pick(fields);
    return this.#sound({ ...told, value: { ...told.value, [name]: this.#valueOf(type, name) } } as Told, told);
  }

  /** An event about the decision, or the task, of the one before it. */
  #made(record: RecordName, near: Told): Told {
    const before = near.value as unknown as Fields;
    const value = Object.fromEntries(fieldsOf(record).map(({ name, type }) => [name, name in before && this.#random.chance(0.8) ? before[name] : this.#valueOf(type, name)]));
    return this.#sound({ topic: topicOf.get(record), record, value: { ...value, eventId: this.#id(), occurredAt: before['occurredAt'] ?? 1 } } as unknown as Told, near);
  }

  /** What cannot be encoded was never sent. */
  #sound(told: Told, otherwise: Told): Told {
    return readerType(told.record).isValid(told.value) ? told : otherwise;
  }

  #id(): string {
    this.#count += 1;
    return `made-${this.#count}`;
  }

  #valueOf(schema: unknown, name: string): unknown {
    const seen = this.#seen.get(name);
    if (seen !== undefined && this.#random.chance(0.8)) return this.#random.pick(seen);
    if (Object.hasOwn(words, name)) return this.#random.pick(words[name] ?? []);
    if (Array.isArray(schema)) return this.#valueOf(this.#random.pick(schema), name);
    const { type, fields, items } = (typeof schema === 'object' ? schema : { type: schema }) as { type: unknown; fields?: ReadonlyArray<{ name: string; type: unknown }>; items?: unknown };
    switch (type) {
      case 'record': return Object.fromEntries((fields ?? []).map((field) => [field.name, this.#valueOf(field.type, field.name)]));
      case 'array': return Array.from({ length: this.#random.between(0, 2) }, () => this.#valueOf(items, ''));
      case 'map': return {};
      case 'null': return null;
      case 'boolean': return this.#random.chance(0.5);
      case 'int': case 'long': return this.#random.between(-1, 2_000_000);
      case 'double': return this.#random.next();
      case 'bytes': return Buffer.from(this.#id());
      default: return this.#id();
    }
  }
}

function fieldsOf(record: RecordName): ReadonlyArray<{ name: string; type: unknown }> {
  return (schemas[record] as { fields: ReadonlyArray<{ name: string; type: unknown }> }).fields;
}

/** Changes rows at random before their leaves are made: what they say was signed, and is not what their events say. */
export function breakRows(rows: readonly LoggedRow[], random: Random, times: number): LoggedRow[] {
  const broken = [...rows];
  for (let time = 0; time < times; time += 1) {
    const at = random.between(0, rows.length - 1);
    const row = broken[at];
    const change = random.pick<Partial<CanonicalRecord>>([
      { actor: 'mallory' }, { offset: 1 }, { record: 'TaskOpened' }, { record: 'Nothing' }, { reviewer: 'mallory' }, { kind: 'standard' }, { occurredAt: 7 }, { payload: 'erased' }, { payload: 'plain' }, { valueDigest: '00' },
      { policyVersion: 'other' }, { decisionId: 'other' }, { recordedAt: (row?.record.recordedAt ?? 0) - 3_600_000_000 },
    ]);
    if (row !== undefined) broken[at] = { ...row, record: { ...row.record, ...change } };
  }
  return broken;
}

/** Changes lines of a bundle at random, as a superuser would rows: takes out, alters with and without the original beside it, puts one in the place of another, spoils payloads, keys and leaves. */
export function breakLines(records: readonly BundledRecord[], random: Random, times: number): BundledRecord[] {
  const lines = [...records];
  const alter = (at: number, change: (line: BundledRecord) => Partial<BundledRecord>) => {
    const line = lines[at];
    if (line !== undefined) lines[at] = { ...line, ...change(line) };
  };
  const withField = (bytes: Uint8Array | null, name: string, value: unknown) => Buffer.from(JSON.stringify({ ...(JSON.parse(Buffer.from(bytes ?? []).toString() || '{}') as object), [name]: value }));
  for (let time = 0; time < times; time += 1) {
    const [at, other] = [random.between(0, lines.length - 1), random.between(0, lines.length - 1)];
    const [was, there] = [lines[at]?.record ?? null, lines[other]?.record ?? null];
    const [name, value] = random.pick([['recordedAt', 1], ['actor', 'mallory'], ['payloadSha256', '00'], ['valueDigest', '11'], ['occurredAt', 5], ['partition', 77]] as const);
    if (was === null || there === null) continue;
    switch (random.between(0, 8)) {
      case 0: {
        const [isKept, end] = [random.chance(0.5), Math.min(at + random.between(1, 30), lines.length)];
        for (let each = at; each < end; each += 1) alter(each, ({ record }) => ({ record: null, payload: null, ...(record !== null && isKept ? { logged: record } : {}) }));
        break;
      }
      case 1: for (let each = Math.max(0, lines.length - random.between(1, 30)); each < lines.length; each += 1) alter(each, () => ({ record: null, payload: null })); break;
      case 2: alter(at, () => ({ record: withField(was, name, value) })); break;
      case 3: alter(at, () => ({ record: withField(was, name, value), logged: was })); break;
      case 4: alter(at, () => ({ record: there })); break;
      case 5: alter(at, () => ({ record: there })); alter(other, () => ({ record: was })); break;
      case 6: alter(at, () => ({ payload: random.pick([null, Buffer.from('x'), Buffer.alloc(100, 3)]) })); break;
      case 7: alter(at, () => ({ key: random.pick([null, Buffer.alloc(32, 1), Buffer.alloc(5)]) })); break;
      default: alter(at, () => ({ leaf: Buffer.alloc(32, 9) }));
    }
  }
  return lines;
}
