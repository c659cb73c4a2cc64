import type { EventCodec, EventTypes } from '@countersign/contracts';
import { readWholeTopic, type ConsumedRecord, type ConsumerState, type KafkaConnection } from '@countersign/kafka';
import { consumerReasons } from './service.ts';

/** What a service knows of an API key: the last state of it that review published. Instants are microseconds. */
export type KnownApiKey = Readonly<Pick<EventTypes['ApiKeyChanged'], 'keyId' | 'version' | 'name' | 'systems' | 'state' | 'expiresAt' | 'replacedBy'>> & { readonly secretSha256: Buffer };

const topic = 'access.changed';
const keyPrefix = 'api-key/';

/** What `access.changed` is keyed by for an API key, so that compaction keeps the last state of each. */
export function accessKeyOf(keyId: string): string {
  return `${keyPrefix}${keyId}`;
}

/** Every API key there is, read whole, then followed. People are on the topic too; their roles come with their tokens. */
export class AccessFeed implements AsyncDisposable {
  readonly #codec: EventCodec;
  readonly #keys = new Map<string, KnownApiKey>();
  #reader: Awaited<ReturnType<typeof readWholeTopic>> | undefined;

  private constructor(codec: EventCodec) {
    this.#codec = codec;
  }

  /** Resolves once everything that was in `access.changed` is read. */
  static async open(connection: KafkaConnection, codec: EventCodec, onCrash: (error: Error) => void): Promise<AccessFeed> {
    const feed = new AccessFeed(codec);
    feed.#reader = await readWholeTopic(connection, { topics: [codec.topicName(topic)], onRecord: (record) => feed.#read(record), onCrash });
    await feed.#reader.caughtUp;
    return feed;
  }

  apiKey(keyId: string): KnownApiKey | undefined {
    return this.#keys.get(keyId);
  }

  state(): ConsumerState | undefined {
    return this.#reader?.state();
  }

  /** Why revocations may not reach this server; empty when they do. */
  reasons(): string[] {
    const state = this.state();
    return state === undefined ? [] : consumerReasons(topic, state);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader?.[Symbol.asyncDispose]();
  }

  async #read(record: ConsumedRecord): Promise<void> {
    const [event] = await this.#codec.decode(topic, [record.unreadable === undefined ? record.value : null]);
    if (event === undefined || 'undecodable' in event) return this.#forget(record.key?.toString() ?? '');
    if (event.record !== 'ApiKeyChanged') return;
    const { keyId, version, name, systems, state, expiresAt, replacedBy, secretSha256 } = event.value;
    // The outbox may repeat what it sent: a state from before a revocation must not bring the key to life again.
    if ((this.#keys.get(keyId)?.version ?? 0) > version) return;
    this.#keys.set(keyId, { keyId, version, name, systems, state, expiresAt, replacedBy, secretSha256: Buffer.from(secretSha256, 'hex') });
  }

  /** A state that cannot be read may be a revocation: the key is refused until one that can be read comes. */
  #forget(key: string): void {
    if (key.startsWith(keyPrefix)) this.#keys.delete(key.slice(keyPrefix.length));
  }
}
