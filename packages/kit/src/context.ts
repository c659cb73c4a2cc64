import { randomUUID } from 'node:crypto';
import { EventCodec, SchemaRegistry, topology, type ServiceName, type TopicName } from '@countersign/contracts';
import { connectAdmin, connectProducer, type KafkaAdmin, type KafkaConnection, type RecordProducer } from '@countersign/kafka';
import { kafkaConnection } from './kafka.ts';
import { createLog, type Log } from './log.ts';
import { Publisher } from './publisher.ts';
import type { CommonSettings } from './settings.ts';
import { startTracing, type Tracing } from './telemetry.ts';

/** What a service is handed: connections and codecs, nothing global. */
export type ServiceContext<S extends ServiceName = ServiceName> = AsyncDisposable & {
  name: S;
  instanceId: string;
  settings: CommonSettings;
  log: Log;
  connection: KafkaConnection;
  codec: EventCodec;
  producer: RecordProducer;
  publisher: Publisher<S>;
  tracing: Tracing;
  admin: KafkaAdmin;
  clusterId: string;
  /** The one consumer group of the service. */
  groupId: string;
  /** Ends the service loudly: a client that stopped must not look alive. */
  onCrash: (error: Error) => void;
};

/** Connects everything a service needs; `onCrash` is called once when a client stopped for good. */
export async function createContext<S extends ServiceName>(name: S, settings: CommonSettings, onCrash: (error: Error) => void, log: Log = createLog(name, settings.logLevel)): Promise<ServiceContext<S>> {
  const instanceId = randomUUID();
  const tracing = startTracing(name, settings, log, instanceId);
  const connection = kafkaConnection(settings, `countersign-${name}`, log);
  const used = (Object.keys(topology) as TopicName[]).filter((topic) => {
    const { writers, readers } = topology[topic] as { writers: readonly string[]; readers: readonly string[] };
    return writers.includes(name) || readers.includes(name);
  });
  const codec = await EventCodec.connect(new SchemaRegistry(settings.registryUrl), settings.topicPrefix, used);
  const [producer, admin] = await Promise.all([connectProducer(connection), connectAdmin(connection)]);
  return {
    name, settings, log, connection, codec, producer, admin, onCrash,
    instanceId, tracing,
    publisher: new Publisher(name, codec),
    clusterId: await admin.clusterId(),
    groupId: `${settings.topicPrefix}${name}`,
    async [Symbol.asyncDispose]() {
      await producer[Symbol.asyncDispose]();
      await admin[Symbol.asyncDispose]();
      await tracing[Symbol.asyncDispose]();
    },
  };
}
