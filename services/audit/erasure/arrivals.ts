/** Decisions of an erased subject that were on their way when it was erased: their keys are never made, and whoever has rows of them is told. */

import type { PoolClient } from 'pg';
import { decisionKey, derivedEventId } from '@countersign/contracts';
import { enqueue, type ServiceContext, type Vault } from '@countersign/kit';
import { hexOf } from './context.ts';
import * as store from './erasures-store.ts';

/** `datedAt`: when it was accepted, or published where nobody accepted it yet; microseconds. */
export type Arrival = { system: string; decisionId: string; subjectKind: string; subjectId: string; datedAt: number };

/**
 * Announces what came too late to be listed. An erasure that is not through with its list may announce it, too: a repeat does no harm, and
 * one that nobody announced would wait for ever.
 */
export async function announceArrivals(deps: { context: Pick<ServiceContext<'audit'>, 'publisher'>; vault: Pick<Vault, 'refOf'> }, client: PoolClient, arrivals: readonly Arrival[]): Promise<void> {
  for (const { system, decisionId, datedAt, ...subject } of arrivals) {
    const subjectRef = deps.vault.refOf({ system, ...subject });
    const erasure = await store.erasureOf(client, system, subjectRef, datedAt);
    if (erasure === null) continue;
    await store.insertErasureDecisions(client, erasure.erasureId, [{ decisionId, heldBy: null }]);
    const erasedAt = erasure.decidedAt;
    await enqueue(client, [deps.context.publisher.record('decisions.erased', 'DecisionErased', {
      eventId: derivedEventId('erased-late', erasure.erasureId, system, decisionId), occurredAt: erasedAt, system, decisionId, actor: erasure.decidedBy, policyVersion: null, erasureId: erasure.erasureId, subjectRef: hexOf(subjectRef), erasedAt,
    }, decisionKey(system, decisionId))]);
  }
}
