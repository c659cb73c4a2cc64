import { hash, randomUUID } from 'node:crypto';
import { SpanKind } from '@opentelemetry/api';
import { decisionKey, EventCodec, SchemaRegistry } from '@countersign/contracts';
import { connectProducer, readWholeTopic, RecordTooLargeError, type ConsumedRecord, type KafkaConnection, type KafkaLogger, type RecordProducer, type WholeTopicReader } from '@countersign/kafka';
import type { CountersignKafkaClient, Receipt, Verdict, VerdictsWanted, WantedVerdict } from './types.ts';
import { CountersignClientError, orUnavailable, RefusedError, VerdictTimeoutError } from './errors.ts';
import { VerdictLedger } from './ledger.ts';
import { digestOverKafka, proposalEvent, type Proposal } from './proposal.ts';
import { answerBy, backOff } from './retry.ts';
import { inSpan, type TraceHeaders } from './trace.ts';
import { verdictOfEvent } from './verdict-event.ts';
import { readVerdicts } from './verdicts.ts';

export type KafkaOptions = {
  brokers: readonly string[];
  /** The Confluent-compatible schema registry. */
  registryUrl: string;
  /** Default `countersign.`. */
  topicPrefix?: string;
  /** Names this pipeline in the broker's logs; default `countersign-client`. */
  clientId?: string;
  tls?: KafkaConnection['tls'];
  sasl?: KafkaConnection['sasl'];
  logger?: KafkaLogger;
  /** How long `propose` tries before it gives up; default 30,000. */
  proposeTimeoutMs?: number;
  /** How many verdicts are kept in memory for `verdict`; default 100,000. */
  rememberedMax?: number;
};

const ignore = () => undefined;
const silent: KafkaLogger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Connects over Kafka. Verdicts are followed from the first call of `propose` or `verdict` on. */
export async function createKafkaClient(options: KafkaOptions): Promise<CountersignKafkaClient> {
  const codec = await orUnavailable(EventCodec.connect(new SchemaRegistry(options.registryUrl), options.topicPrefix ?? 'countersign.', ['decisions.proposed', 'decisions.resolved', 'decisions.refused']));
  const connection: KafkaConnection = {
    brokers: options.brokers, clientId: options.clientId ?? 'countersign-client', logger: options.logger ?? silent,
    ...(options.tls === undefined ? {} : { tls: options.tls }), ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
  };
  return new KafkaClient(options, connection, codec, await orUnavailable(connectProducer(connection)));
}

class KafkaClient implements CountersignKafkaClient {
  readonly #options: KafkaOptions;
  readonly #connection: KafkaConnection;
  readonly #codec: EventCodec;
  readonly #producer: RecordProducer;
  readonly #ledger: VerdictLedger;
  readonly #closing = new AbortController();
  #follower: Promise<WholeTopicReader> | undefined;

  constructor(options: KafkaOptions, connection: KafkaConnection, codec: EventCodec, producer: RecordProducer) {
    this.#options = options;
    this.#connection = connection;
    this.#codec = codec;
    this.#producer = producer;
    this.#ledger = new VerdictLedger(options.rememberedMax ?? 100_000);
  }

  async propose(proposal: Proposal): Promise<Receipt> {
    this.#refuseClosed();
    const topic = this.#codec.topicName('decisions.proposed');
    const key = decisionKey(proposal.system, proposal.decisionId);
    const attributes = {
      'messaging.system': 'kafka', 'messaging.operation.name': 'send', 'messaging.operation.type': 'send', 'messaging.destination.name': topic,
      'messaging.client.id': this.#connection.clientId, 'kafka.message.key': key,
    };
    return await inSpan(`send ${topic}`, SpanKind.PRODUCER, attributes, async (trace) => await this.#send(topic, key, proposal, trace));
  }

  async #send(topic: string, key: string, proposal: Proposal, trace: TraceHeaders): Promise<Receipt> {
    const { system, decisionId } = proposal;
    const event = proposalEvent(proposal, Date.now());
    const contentDigest = digestOverKafka(event);
    const value = this.#codec.encode('decisions.proposed', 'DecisionProposed', event);
    const valueSha256 = hash('sha256', value);
    const headers = {
      ce_specversion: '1.0', ce_type: 'io.countersign.DecisionProposed', ce_source: `/clients/${this.#connection.clientId}`, ce_id: randomUUID(),
      'content-type': 'application/vnd.confluent.avro', ...trace,
    };
    const record = { topic, key, value, headers };
    this.#ledger.sent({ system, decisionId }, valueSha256, { content: contentDigest, label: proposal.output.label });
    const deadlineMs = Date.now() + (this.#options.proposeTimeoutMs ?? 30_000);
    const late = () => new Error('Kafka gave no answer in time.');
    for (let tries = 0; ; tries += 1) {
      this.#refuseClosed();
      try {
        await answerBy(deadlineMs, this.#follow(), late);
        await answerBy(deadlineMs, this.#producer.send([record]), late);
        return { system, decisionId, traceparent: trace.traceparent, contentDigest };
      } catch (error) {
        if (error instanceof RecordTooLargeError) {
          const refusal = new RefusedError('too-large', error.message, null);
          this.#ledger.refused(valueSha256, refusal);
          throw refusal;
        }
        if (Date.now() >= deadlineMs) throw new CountersignClientError('unavailable', 'Kafka acknowledged no proposal in time: it may or may not have it. Propose again.', error);
        await backOff(tries, deadlineMs, this.#closing.signal);
      }
    }
  }

  async verdict(wanted: WantedVerdict): Promise<Verdict> {
    const { system, decisionId, timeoutMs } = wanted;
    const deadlineMs = Date.now() + timeoutMs;
    const late = () => new VerdictTimeoutError(system, decisionId, timeoutMs);
    for (let tries = 0; ; tries += 1) {
      try {
        await answerBy(deadlineMs, this.#follow(), late);
        return await this.#ledger.wait(wanted, deadlineMs);
      } catch (error) {
        // Kafka cannot be read: the caller said for how long that may be so.
        if (!(error instanceof CountersignClientError) || error.code !== 'unavailable') throw error;
        if (Date.now() >= deadlineMs) throw late();
        await backOff(tries, deadlineMs, this.#closing.signal);
      }
    }
  }

  verdicts(wanted: VerdictsWanted): AsyncIterableIterator<Verdict> {
    this.#refuseClosed();
    return readVerdicts(this.#connection, this.#codec, wanted, this.#closing.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#ledger.fail(new CountersignClientError('closed', 'This client is closed.'));
    await (await this.#follower?.catch(() => undefined))?.[Symbol.asyncDispose]();
    await this.#producer[Symbol.asyncDispose]();
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw new CountersignClientError('closed', 'This client is closed.');
  }

  /** Starts to follow verdicts and refusals, once; again after its reader gave up for good. */
  async #follow(): Promise<void> {
    this.#refuseClosed();
    this.#follower ??= readWholeTopic(this.#connection, {
      topics: [this.#codec.topicName('decisions.resolved'), this.#codec.topicName('decisions.refused')],
      onRecord: (record) => this.#learn(record),
      onCrash: () => {
        const crashed = this.#follower;
        this.#follower = undefined;
        crashed?.then((reader) => reader[Symbol.asyncDispose]()).catch(ignore);
        // Who waits is served by the next reader, which reads everything again.
        if (!this.#closing.signal.aborted) backOff(4, Infinity, this.#closing.signal).then(() => this.#follow()).catch(ignore);
      },
    });
    const started = this.#follower;
    await started.catch((error: unknown) => {
      if (this.#follower === started) this.#follower = undefined;
      throw new CountersignClientError('unavailable', 'Kafka cannot be read.', error);
    });
  }

  async #learn(record: ConsumedRecord): Promise<void> {
    if (record.topic === this.#codec.topicName('decisions.refused')) {
      const [refused] = await this.#codec.decode('decisions.refused', [record.value]);
      if (refused === undefined || 'undecodable' in refused) return;
      const { valueSha256, code, message, field } = refused.value;
      this.#ledger.refused(valueSha256, new RefusedError(code, message, field));
      return;
    }
    const [resolved] = await this.#codec.decode('decisions.resolved', [record.value]);
    const verdict = resolved === undefined || 'undecodable' in resolved ? null : verdictOfEvent(resolved);
    if (verdict !== null) this.#ledger.resolved(verdict);
  }
}
