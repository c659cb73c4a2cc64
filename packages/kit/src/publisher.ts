import type { EventCodec, EventTypes, RecordsOf, ServiceName, TopicName, topology } from '@countersign/contracts';
import type { OutgoingRecord, RecordHeaders } from '@countersign/kafka';
import { activeTrace, copyTrace } from './trace-context.ts';

/** The topics a service is declared to write. */
export type TopicsWrittenBy<S extends ServiceName> = { [T in TopicName]: S extends (typeof topology)[T]['writers'][number] ? T : never }[TopicName];

/** Turns events of one service into Kafka records; a topic the topology does not give it does not compile. */
export class Publisher<S extends ServiceName> {
  readonly #codec: EventCodec;
  readonly #source: string;

  constructor(service: S, codec: EventCodec) {
    this.#codec = codec;
    this.#source = `/countersign/${service}`;
  }

  /** A record with CloudEvents headers (binary mode, Kafka protocol binding 1.0.2) and the trace it belongs to: that of `trace`, or of the active span. */
  record<T extends TopicsWrittenBy<S>, R extends RecordsOf<T>>(topic: T, record: R, value: EventTypes[R], key: string | null, trace?: RecordHeaders): OutgoingRecord {
    const headers: Record<string, string | Buffer> = {
      ce_specversion: '1.0',
      ce_type: `io.countersign.${record}`,
      ce_source: this.#source,
      ce_id: 'eventId' in value ? value.eventId : `${(value).system}/${(value).decisionId}`,
      'content-type': 'application/vnd.confluent.avro',
    };
    const parent = trace ?? activeTrace();
    if (parent !== undefined) copyTrace(parent, headers);
    return { topic: this.#codec.topicName(topic), key, value: this.#codec.encode(topic, record, value), headers };
  }
}
