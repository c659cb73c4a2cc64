import { decisionKey, derivedEventId, type EventTypes, type ServiceName } from '@countersign/contracts';
import type { OutgoingRecord } from '@countersign/kafka';
import type { Publisher } from './publisher.ts';

/**
 * Says that a service has taken the content of an erased decision out of its rows. MUST go through the outbox, in the transaction that
 * did it: by the key of the decision it then leaves behind everything of that decision which waits there, and says that this is gone, too.
 * Dated by the erasure, so that whoever handles it twice says the same.
 */
export function erasureApplied<S extends ServiceName>(publisher: Publisher<S>, service: S, { erasureId, erasedAt, system, decisionId }: EventTypes['DecisionErased']): OutgoingRecord {
  const value: EventTypes['ErasureApplied'] = {
    eventId: derivedEventId('erasure-applied', erasureId, service, system ?? '', decisionId ?? ''), occurredAt: erasedAt, system, decisionId, actor: service, policyVersion: null, erasureId, service,
  };
  // Every service may write what is recorded there.
  return (publisher as unknown as Publisher<'audit'>).record('governance.recorded', 'ErasureApplied', value, decisionKey(system ?? '', decisionId ?? ''));
}
