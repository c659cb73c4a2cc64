import { createHash, randomUUID } from 'node:crypto';
import { decisionKey, EventCodec, SchemaRegistry, type EventOf, type EventTypes, type TopicName } from '@countersign/contracts';
import { connectProducer, readWholeTopic, type KafkaConnection, type OutgoingRecord, type RecordProducer } from '@countersign/kafka';
import { createLog, kafkaConnection, Publisher, type KafkaSettings } from '@countersign/kit';

export type DeadLetterFilter = { ids?: readonly string[]; topic?: string; reason?: string; service?: string; sinceMs?: number };
/** A dead letter; `value` apart, since a list of them should not hold all bytes. */
export type DeadLetterEntry = Omit<EventTypes['DeadLetter'], 'value' | 'system' | 'decisionId' | 'policyVersion' | 'actor'> & { bytes: number | null; replays: ReadonlyArray<{ by: string; at: number }>; erased: boolean };
export type ReplayResult = { entry: DeadLetterEntry; outcome: 'replayed' | 'would-replay' | 'replayed-before' | 'not-kept' | 'erased' };
type Letter = EventTypes['DeadLetter'];

/** So many letters of at most 2 MB are held at a time. */
const windowMax = 50;

/** What waits in `dead.letters` (seven days), and the way back to where it came from. */
export class DeadLetters implements AsyncDisposable {
  readonly #connection: KafkaConnection;
  readonly #codec: EventCodec;
  readonly #producer: RecordProducer;
  readonly #publisher: Publisher<'audit'>;

  private constructor(connection: KafkaConnection, codec: EventCodec, producer: RecordProducer) {
    this.#connection = connection;
    this.#codec = codec;
    this.#producer = producer;
    // Every service may write what is recorded there; the person is named as the actor.
    this.#publisher = new Publisher('audit', codec);
  }

  static async connect(settings: KafkaSettings): Promise<DeadLetters> {
    const connection = kafkaConnection(settings, 'countersign-cli', createLog('countersign-cli', 'silent'));
    const codec = await EventCodec.connect(new SchemaRegistry(settings.registryUrl), settings.topicPrefix, ['dead.letters', 'decisions.erased', 'governance.recorded']);
    return new DeadLetters(connection, codec, await connectProducer(connection));
  }

  /** In the order in which they died. */
  async list(filter: DeadLetterFilter): Promise<DeadLetterEntry[]> {
    const entries: DeadLetterEntry[] = [];
    await this.#scan(filter, (_letter, entry) => void entries.push(entry));
    return entries;
  }

  /** The entry and its bytes, without those where it was erased; `undefined` where there is none of this id. */
  async show(id: string): Promise<{ entry: DeadLetterEntry; value: Buffer | null } | undefined> {
    let found: { entry: DeadLetterEntry; value: Buffer | null } | undefined;
    await this.#scan({ ids: [id] }, (letter, entry) => void (found = { entry, value: entry.erased ? null : letter.value }));
    return found;
  }

  /**
   * Sends what the filter chooses to its topic again: the same partition, key, value and headers, to the byte. Each is
   * on record with the person's name, in the same call to Kafka. What was replayed before is left alone unless `again`, and what was
   * erased whatever is asked: its bytes stay on Kafka for as long as the topic keeps them, and no longer than that.
   */
  async replay(filter: DeadLetterFilter, options: { person: string; dryRun?: boolean; again?: boolean }): Promise<ReplayResult[]> {
    // Chosen first, sent afterwards: a reader that delivers again must not send again. Bytes are held for a window only.
    const results: ReplayResult[] = [];
    const ids = (await this.list(filter)).map(({ eventId }) => eventId);
    for (let at = 0; at < ids.length; at += windowMax) {
      const window: Array<{ letter: Letter; entry: DeadLetterEntry }> = [];
      await this.#scan({ ids: ids.slice(at, at + windowMax) }, (letter, entry) => void window.push({ letter, entry }));
      for (const { letter, entry } of window) results.push({ entry, outcome: await this.#replayOne(letter, entry, options) });
    }
    return results;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#producer[Symbol.asyncDispose]();
  }

  async #replayOne(letter: Letter, entry: DeadLetterEntry, { person, dryRun = false, again = false }: { person: string; dryRun?: boolean; again?: boolean }): Promise<ReplayResult['outcome']> {
    // A message without a value and one too large to keep look the same here; sending null in place of either would be wrong.
    if (letter.value === null) return 'not-kept';
    if (entry.erased) return 'erased';
    if (entry.replays.length > 0 && !again) return 'replayed-before';
    if (dryRun) return 'would-replay';
    const message: OutgoingRecord = { topic: letter.topic, partition: letter.partition, key: letter.key, value: letter.value, headers: letter.headers };
    const record = this.#publisher.record('governance.recorded', 'DeadLetterReplayed', {
      eventId: randomUUID(), occurredAt: Date.now() * 1000, system: letter.system, decisionId: letter.decisionId, actor: person, policyVersion: null,
      deadLetterId: letter.eventId, topic: letter.topic, partition: letter.partition, offset: letter.offset, valueSha256: createHash('sha256').update(letter.value).digest('hex'),
    }, null);
    await this.#producer.send([message, record]);
    return 'replayed';
  }

  /** Hands over each letter that the filter chooses, once, whatever was delivered twice. */
  async #scan(filter: DeadLetterFilter, take: (letter: Letter, entry: DeadLetterEntry) => void): Promise<void> {
    const replays = new Map<string, Array<{ by: string; at: number }>>();
    const erased = new Erased();
    await this.#read('decisions.erased', ({ value }) => erased.addDecision(value));
    await this.#read('governance.recorded', (event) => {
      if (event.record === 'ErasureCompleted') erased.addEvents(event.value.eventIds);
      if (event.record !== 'DeadLetterReplayed') return;
      const { deadLetterId, actor, occurredAt } = event.value;
      replays.set(deadLetterId, [...(replays.get(deadLetterId) ?? []), { by: actor ?? 'nobody', at: occurredAt }]);
    });
    const seen = new Set<string>();
    await this.#read('dead.letters', ({ value }) => {
      if (seen.has(value.eventId) || !chosen(value, filter)) return;
      seen.add(value.eventId);
      take(value, entryOf(value, replays.get(value.eventId) ?? [], erased.has(value)));
    });
  }

  /** Everything on a topic now. */
  async #read<T extends TopicName>(topic: T, take: (event: EventOf<T>) => void): Promise<void> {
    const crashed = Promise.withResolvers<never>();
    crashed.promise.catch(() => undefined);
    const reader = await readWholeTopic(this.#connection, {
      topics: [this.#codec.topicName(topic)], onCrash: crashed.reject,
      onRecord: async (record) => {
        const [event] = await this.#codec.decode(topic, [record.value]);
        if (event !== undefined && !('undecodable' in event)) take(event);
      },
    });
    try {
      await Promise.race([reader.caughtUp, crashed.promise]);
    } finally {
      await reader[Symbol.asyncDispose]();
    }
  }
}

/** What may not come back. A message is its decision's by its key, which our services and most pipelines write. */
class Erased {
  readonly #decisions = new Set<string>();
  readonly #events = new Set<string>();

  addDecision({ system, decisionId }: EventTypes['DecisionErased']): void {
    this.#decisions.add(decisionKey(system ?? '', decisionId ?? ''));
  }

  addEvents(eventIds: readonly string[]): void {
    for (const id of eventIds) this.#events.add(id);
  }

  has({ eventId, key }: Letter): boolean {
    return this.#events.has(eventId) || (key !== null && this.#decisions.has(key.toString('utf8')));
  }
}

function chosen(letter: Letter, { ids, topic, reason, service, sinceMs }: DeadLetterFilter): boolean {
  return (ids === undefined || ids.includes(letter.eventId)) && (topic === undefined || letter.topic === topic || letter.topic.includes(`.${topic}.`) || letter.topic.endsWith(`.${topic}`))
    && (reason === undefined || letter.reason === reason) && (service === undefined || letter.service === service) && (sinceMs === undefined || letter.occurredAt >= sinceMs * 1000);
}

function entryOf(letter: Letter, replays: DeadLetterEntry['replays'], erased: boolean): DeadLetterEntry {
  const { eventId, occurredAt, reason, service, topic, partition, offset, key, headers, error, value } = letter;
  return { eventId, occurredAt, reason, service, topic, partition, offset, key, headers, error, bytes: value === null ? null : value.length, replays, erased };
}
