import { failClosedVersion, parsePolicy, type CompiledPolicy } from '@countersign/core';
import type { EventCodec } from '@countersign/contracts';
import { readWholeTopic, type ConsumedRecord, type ConsumerState, type KafkaConnection } from '@countersign/kafka';

/** The version is not read yet: pause and try again, never fall back to another. */
export class PolicyNotReadYetError extends Error {
  override name = 'PolicyNotReadYetError';
}

type Activation = { eventId: string; version: string; from: number };

/** Every policy version that was ever proposed, and what was active when; read whole, then followed. */
export class PolicyFeed implements AsyncDisposable {
  readonly #codec: EventCodec;
  readonly #versions = new Map<string, CompiledPolicy>();
  readonly #activations = new Map<string, Activation[]>();
  #reader: Awaited<ReturnType<typeof readWholeTopic>> | undefined;

  private constructor(codec: EventCodec) {
    this.#codec = codec;
  }

  /** Resolves once everything that was in `policies.changed` is read. */
  static async open(connection: KafkaConnection, codec: EventCodec, onCrash: (error: Error) => void): Promise<PolicyFeed> {
    const feed = new PolicyFeed(codec);
    feed.#reader = await readWholeTopic(connection, { topics: [codec.topicName('policies.changed')], onRecord: (record) => feed.#read(record), onCrash });
    await feed.#reader.caughtUp;
    return feed;
  }

  /** The policy of a pinned version; `null` for the built-in fail-closed one. */
  byVersion(version: string): CompiledPolicy | null {
    if (version === failClosedVersion) return null;
    const policy = this.#versions.get(version);
    if (policy === undefined) throw new PolicyNotReadYetError(`The policy version ${version} is not read yet.`);
    return policy;
  }

  /** The version in force at an instant (microseconds), or `fail-closed`. */
  activeVersion(decisionType: string, instant: number): string {
    return this.#activations.get(decisionType)?.findLast(({ from }) => from <= instant)?.version ?? failClosedVersion;
  }

  /** Every decision type that a policy was ever in force for. */
  decisionTypes(): readonly string[] {
    return [...this.#activations.keys()];
  }

  state(): ConsumerState | undefined {
    return this.#reader?.state();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader?.[Symbol.asyncDispose]();
  }

  async #read(record: ConsumedRecord): Promise<void> {
    if (record.value === null) return;
    const [event] = await this.#codec.decode('policies.changed', [record.value]);
    if (event === undefined || 'undecodable' in event || event.record === 'PolicyWithdrawn') return;
    const { text, version, decisionType } = event.value;
    if (!this.#versions.has(version)) {
      const parsed = parsePolicy(text, { recorded: true });
      if (parsed.ok) this.#versions.set(version, parsed.policy);
    }
    if (event.record !== 'PolicyActivated') return;
    const activations = this.#activations.get(decisionType) ?? [];
    // By event id: two activations may carry one instant, and the later one counts (the sort keeps their order).
    if (!activations.some(({ eventId }) => eventId === event.value.eventId)) activations.push({ eventId: event.value.eventId, version, from: event.value.occurredAt });
    this.#activations.set(decisionType, activations.sort((a, b) => a.from - b.from));
  }
}
