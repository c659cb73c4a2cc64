/**
 * Carries out approved erasures, step by step: tombstone, list, destroy, announce, complete. Each step is one row that changes after what it
 * did; a crash anywhere repeats the step, and every step may be repeated.
 */

import type { PoolClient } from 'pg';
import { decisionKey, derivedEventId, topology } from '@countersign/contracts';
import { enqueue, inTransaction, type KeyPlace, type Vault } from '@countersign/kit';
import { hexOf, recordAct, subjectPlace, type ErasureDeps } from './context.ts';
import * as store from './erasures-store.ts';
import type { ErasureRow } from './erasures-store.ts';
import { holdsOn, holdsOnEvents } from './holds.ts';
import { lockHolds } from './holds-store.ts';

/** Who keeps rows of decisions and must say that it took content out of them: who reads of erasures, but the log itself. */
export const scrubbingServices = topology['decisions.erased'].readers.filter((service) => service !== 'audit');

const pageMax = 500;

/** Takes every erasure under way as far as it goes. Answers how many are still waiting for services. */
export async function advanceErasures(deps: ErasureDeps): Promise<number> {
  let waiting = 0;
  for (const erasureId of await store.runningErasures(deps.pool)) {
    while (await advance(deps, erasureId)) continue;
    if ((await store.readErasure(deps.pool, erasureId))?.state === 'announced') waiting += 1;
  }
  return waiting;
}

/** One step; false where there is none to do now, or another instance does it. */
async function advance(deps: ErasureDeps, erasureId: string): Promise<boolean> {
  return await inTransaction(deps.pool, async (client) => {
    const erasure = await store.takeErasure(client, erasureId);
    if (erasure === null) return false;
    switch (erasure.state) {
      case 'approved': return await entomb(deps, client, erasure);
      case 'entombed': return await list(deps, client, erasure);
      case 'listed': return await destroy(deps, client, erasure);
      case 'destroyed': return await announce(deps, client, erasure);
      case 'announced': return await complete(deps, client, erasure);
      default: return false;
    }
  });
}

/** First the tombstone: what comes from now on finds it, and whoever was making a key has made it. */
async function entomb({ vault }: ErasureDeps, client: PoolClient, { erasureId, system, subjectRef, erasedThrough }: ErasureRow): Promise<boolean> {
  if (subjectRef !== null) await vault.entomb(system, subjectRef, erasedThrough ?? 0);
  await store.setState(client, erasureId, 'entombed');
  return true;
}

/** Then whatever there is, without what a hold keeps that was placed since the approval. */
async function list({ vault }: ErasureDeps, client: PoolClient, { erasureId, system, subjectRef, erasedThrough }: ErasureRow): Promise<boolean> {
  await lockHolds(client);
  for (let after = '', page: string[] = []; ; after = page.at(-1) ?? '') {
    page = subjectRef === null ? await store.pageOfDecisions(client, erasureId, after, pageMax, true) : await vault.decisionsOf(system, subjectRef, erasedThrough ?? 0, after, pageMax);
    const held = await holdsOn(vault, client, system, page);
    await store.insertErasureDecisions(client, erasureId, page.map((decisionId) => ({ decisionId, heldBy: held.get(decisionId) ?? null })));
    if (page.length < pageMax) break;
  }
  await store.setState(client, erasureId, 'listed');
  return true;
}

/** Holds are looked at again: this step may fail for as long as the vault does, and be repeated behind a hold that was placed meanwhile. */
async function destroy({ vault }: ErasureDeps, client: PoolClient, { erasureId, system, eventIds }: ErasureRow): Promise<boolean> {
  await lockHolds(client);
  const events = eventIds.map((id) => ({ id, places: system === '' ? [{ system, decisionId: id }] : [{ system, decisionId: id }, { system: '', decisionId: id }] }));
  await destroyUnheld(vault, client, erasureId, events, await holdsOnEvents(vault, client, system, eventIds));
  await eachPage(client, erasureId, async (page) => {
    // Bytes of the decision that nobody could process are sealed under its key on Kafka.
    const decisions = page.map((id) => ({ id, places: [{ system, decisionId: id }, { system: '', decisionId: decisionKey(system, id) }] }));
    await destroyUnheld(vault, client, erasureId, decisions, await holdsOn(vault, client, system, page));
  });
  await store.dropDisclosedExports(client);
  await store.setDestroyed(client, erasureId, await store.readNow(client));
  return true;
}

/** What is held and has no key any more was destroyed before its hold: there is nothing to keep, and whoever has rows of it must be told. */
async function destroyUnheld(vault: Vault, client: PoolClient, erasureId: string, wanted: ReadonlyArray<{ id: string; places: KeyPlace[] }>, held: ReadonlyMap<string, string>): Promise<void> {
  const kept = new Map<string, string>();
  for (const { id, places } of wanted) {
    const holdId = held.get(id);
    if (holdId === undefined) continue;
    vault.forget(places);
    if ((await vault.keysOf(places)).some((key) => key !== null)) kept.set(id, holdId);
  }
  await store.insertErasureDecisions(client, erasureId, [...kept].map(([decisionId, heldBy]) => ({ decisionId, heldBy })));
  await vault.destroy(wanted.filter(({ id }) => !kept.has(id)).flatMap(({ places }) => places));
}

/** One event a decision, its id derived: a repeat says the same. */
async function announce({ context }: ErasureDeps, client: PoolClient, { erasureId, system, subjectRef, decidedBy, destroyedAt }: ErasureRow): Promise<boolean> {
  const erasedAt = destroyedAt ?? 0;
  await eachPage(client, erasureId, async (page) => {
    await enqueue(client, page.map((decisionId) => context.publisher.record('decisions.erased', 'DecisionErased', {
      eventId: derivedEventId('erased', erasureId, system, decisionId), occurredAt: erasedAt, system, decisionId, actor: decidedBy, policyVersion: null, erasureId, subjectRef: hexOf(subjectRef), erasedAt,
    }, decisionKey(system, decisionId))));
  });
  await store.setState(client, erasureId, 'announced');
  return true;
}

/** Done when every service has said so of every decision. */
async function complete(deps: ErasureDeps, client: PoolClient, erasure: ErasureRow): Promise<boolean> {
  const { erasureId, system, subjectRef, requestedBy, decidedBy, eventIds } = erasure;
  const [counts] = await store.countDecisions(client, [erasureId]);
  const { decisions, held } = counts ?? { decisions: 0, held: 0 };
  const acknowledged = await store.countAcknowledgements(client, [erasureId]);
  if (!scrubbingServices.every((service) => (acknowledged.find((one) => one.service === service)?.decisions ?? 0) === decisions)) return false;
  await deps.vault.destroy([subjectPlace(erasureId)]);
  const now = await store.readNow(client);
  await store.setCompleted(client, erasureId, now);
  // Of events, only those stand there that a hold keeps.
  const kept = eventIds.length === 0 ? [] : await store.pageOfDecisions(client, erasureId, '', eventIds.length, true);
  await recordAct(deps, client, 'ErasureCompleted', { actor: decidedBy ?? '', system: system || null, now }, {
    erasureId, subjectRef: hexOf(subjectRef), requestedBy, approvedBy: decidedBy ?? '', decisions, heldBack: held, eventIds: eventIds.filter((id) => !kept.includes(id)),
  });
  return true;
}

async function eachPage(client: PoolClient, erasureId: string, take: (page: string[]) => Promise<void>): Promise<void> {
  for (let after = '', page: string[] = []; ; after = page.at(-1) ?? '') {
    page = await store.pageOfDecisions(client, erasureId, after, pageMax);
    await take(page);
    if (page.length < pageMax) return;
  }
}
