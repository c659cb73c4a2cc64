import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { EventTypes, RecordsOf } from '@countersign/contracts';
import { enqueue, type ServiceContext, type Vault } from '@countersign/kit';

/** What erasing is given. */
export type ErasureDeps = { context: Pick<ServiceContext<'audit'>, 'publisher' | 'log'>; pool: Pool; vault: Vault };

type Governed = RecordsOf<'governance.recorded'>;
type Envelope = 'eventId' | 'occurredAt' | 'system' | 'decisionId' | 'actor' | 'policyVersion';

/** Puts on record what a person, or the service in their name, did; in the transaction that did it. */
export async function recordAct<R extends Governed>(deps: ErasureDeps, client: PoolClient, record: R, who: { actor: string; system: string | null; now: number }, facts: Omit<EventTypes[R], Envelope>): Promise<void> {
  const envelope = { eventId: randomUUID(), occurredAt: who.now, system: who.system, decisionId: null, actor: who.actor, policyVersion: null };
  // The facts and the envelope are the event by the signature; a union of records cannot be built generically.
  await enqueue(client, [deps.context.publisher.record('governance.recorded', record, { ...envelope, ...facts } as unknown as EventTypes[R], null)]);
}

/** Where the subject of an erasure stands sealed until it is over: a place of its own, that no decision has. */
export function subjectPlace(erasureId: string): { system: string; decisionId: string } {
  return { system: '', decisionId: `erasure/${erasureId}` };
}

export function hexOf(bytes: Buffer | null): string | null {
  return bytes?.toString('hex') ?? null;
}
