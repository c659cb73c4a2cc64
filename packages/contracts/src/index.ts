export * from './generated/types.ts';
export { schemas } from './generated/schemas.ts';
export { topology, serviceNames, type RecordName, type ServiceName, type TopicDefinition, type TopicName, type Party } from './topology.ts';
export { EventCodec, type EventOf, type RecordsOf, type Undecodable } from './codec.ts';
export { readerType, type ViewOf, type Views } from './view.ts';
export { SchemaRegistry, RegistryError } from './registry.ts';
export { frame, frameBytes, schemaIdOf } from './framing.ts';
export { decisionKey, derivedEventId, verdictEventId } from './event-id.ts';
