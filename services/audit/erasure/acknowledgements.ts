import type { PoolClient } from 'pg';
import type { EventOf, TopicName, Views } from '@countersign/contracts';
import type { KeyPlace, Vault } from '@countersign/kit';
import { insertAcknowledgements } from './erasures-store.ts';

/** Drops the keys of what another instance erased, and notes which services are through with it. Most batches hold neither. */
export async function noteErasures<V extends Views>(vault: Vault, client: PoolClient, events: ReadonlyArray<EventOf<TopicName, V>>): Promise<void> {
  const erased: KeyPlace[] = [];
  const applied: Array<{ erasureId: string; service: string; decisionId: string }> = [];
  for (const { record, value } of events as ReadonlyArray<EventOf<TopicName>>) {
    if (record === 'DecisionErased') erased.push({ system: value.system ?? '', decisionId: value.decisionId ?? '' });
    if (record === 'ErasureApplied' && value.decisionId !== null) applied.push({ erasureId: value.erasureId, service: value.service, decisionId: value.decisionId });
  }
  vault.forget(erased);
  if (applied.length > 0) await insertAcknowledgements(client, applied);
}
