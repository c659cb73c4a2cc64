/** Legal holds: what one person may say must stay, and two that it need not any more. */

import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { decisionKey } from '@countersign/contracts';
import { CountersignError, inTransaction, type Vault } from '@countersign/kit';
import { hexOf, recordAct, type ErasureDeps } from './context.ts';
import { isoOrNull } from '../instants.ts';
import { readNow } from './erasures-store.ts';
import * as store from './holds-store.ts';
import type { HoldRow } from './holds-store.ts';

export type HoldRequest = {
  system: string; subjectKind?: string; subjectId?: string; decisionIds?: string[]; decisionType?: string;
  /** ISO 8601, of acceptance; `to` is exclusive. */
  from?: string; to?: string; reason: string;
};

export function holdView(hold: HoldRow) {
  const { subjectRef, heldFrom, heldTo, placedAt, liftAskedAt, liftedAt, ...row } = hold;
  const state = liftedAt !== null ? 'lifted' : liftAskedAt !== null ? 'lift-asked' : 'standing';
  return { ...row, state, subjectRef: hexOf(subjectRef), from: isoOrNull(heldFrom), to: isoOrNull(heldTo), placedAt: isoOrNull(placedAt), liftAskedAt: isoOrNull(liftAskedAt), liftedAt: isoOrNull(liftedAt) };
}

/** Places a hold on a subject, on decisions, or on a type over a range of time: exactly one of them. */
export async function placeHold(deps: ErasureDeps, by: string, request: HoldRequest): Promise<HoldRow> {
  const held = heldBy(deps, request);
  const now = await readNow(deps.pool);
  const hold = { ...held, holdId: randomUUID(), system: request.system, reason: request.reason, placedBy: by, placedAt: now };
  await inTransaction(deps.pool, async (client) => {
    await store.lockHolds(client);
    await store.insertHold(client, hold);
    const { holdId, decisionIds, decisionType, heldFrom, heldTo, reason } = hold;
    await recordAct(deps, client, 'LegalHoldPlaced', { actor: by, system: request.system, now }, { holdId, subjectRef: hexOf(hold.subjectRef), decisionIds, decisionType, heldFrom, heldTo, reason });
  });
  return await requireHold(deps.pool, hold.holdId);
}

function heldBy({ vault }: ErasureDeps, { system, subjectKind, subjectId, decisionIds = [], decisionType, from, to, reason }: HoldRequest): Pick<HoldRow, 'subjectRef' | 'decisionIds' | 'decisionType' | 'heldFrom' | 'heldTo'> {
  const named = [subjectKind !== undefined || subjectId !== undefined, decisionIds.length > 0, decisionType !== undefined].filter(Boolean).length;
  if (named !== 1) throw new CountersignError('invalid-request', 'Name a subject, or decisions, or a decision type: one of them.', { field: 'subjectId' });
  if ((subjectKind === undefined) !== (subjectId === undefined)) throw new CountersignError('invalid-request', 'A subject has a kind and an id.', { field: subjectKind === undefined ? 'subjectKind' : 'subjectId' });
  if (decisionType === undefined && (from !== undefined || to !== undefined)) throw new CountersignError('invalid-request', 'A range of time belongs to a decision type.', { field: 'from' });
  const [heldFrom, heldTo] = [from, to].map((text) => (text === undefined ? null : Date.parse(text) * 1000));
  if (typeof heldFrom === 'number' && typeof heldTo === 'number' && heldTo <= heldFrom) throw new CountersignError('invalid-request', 'to must be after from: it is exclusive.', { field: 'to' });
  const subject = subjectKind === undefined || subjectId === undefined ? null : { system, subjectKind, subjectId };
  requireUnnamed(reason, subject?.subjectId ?? null);
  return { subjectRef: subject === null ? null : vault.refOf(subject), decisionIds, decisionType: decisionType ?? null, heldFrom: heldFrom ?? null, heldTo: heldTo ?? null };
}

/** A reason goes on record for ever, where the subject must not be named. */
export function requireUnnamed(reason: string, subjectId: string | null): void {
  if (subjectId !== null && reason.toLowerCase().includes(subjectId.toLowerCase())) throw new CountersignError('invalid-request', 'The reason names the subject, and it stays on record when the subject is erased.', { field: 'reason', remedy: 'Say why without naming anybody: name the letter or case file instead.' });
}

/** The first to ask is noted, the second lifts it. */
export async function liftHold(deps: ErasureDeps, by: string, holdId: string, reason: string): Promise<HoldRow> {
  const now = await readNow(deps.pool);
  await inTransaction(deps.pool, async (client) => {
    await store.lockHolds(client);
    const hold = await store.lockHold(client, holdId);
    if (hold === null) throw new CountersignError('not-found', 'No such legal hold.', { remedy: 'List them with GET /v1/legal-holds.' });
    if (hold.liftedAt !== null) throw new CountersignError('state-conflict', 'This hold is lifted already.');
    if (hold.liftAskedBy === null) return await store.askToLift(client, holdId, by, now, reason);
    if (hold.liftAskedBy === by) throw new CountersignError('forbidden', 'You asked for this; somebody else must agree.', { permission: 'holds.manage', remedy: 'Ask another privacy officer to lift it.' });
    await store.liftHold(client, holdId, by, now);
    await recordAct(deps, client, 'LegalHoldLifted', { actor: by, system: hold.system, now }, { holdId, askedBy: hold.liftAskedBy, reason: hold.liftReason ?? reason });
  });
  return await requireHold(deps.pool, holdId);
}

export async function requireHold(pool: Pool, holdId: string): Promise<HoldRow> {
  const hold = await store.readHold(pool, holdId);
  if (hold === null) throw new CountersignError('not-found', 'No such legal hold.', { remedy: 'List them with GET /v1/legal-holds.' });
  return hold;
}

const subjectPage = 1000;

/** Which standing holds keep which of some decisions. Decisions of a held subject are found in the vault. */
export async function holdsOn(vault: Vault, client: Pool | PoolClient, system: string, decisionIds: readonly string[]): Promise<Map<string, string>> {
  const held = new Map((await store.heldDecisions(client, system, decisionIds)).map(({ decisionId, holdId }) => [decisionId, holdId]));
  const wanted = new Set(decisionIds);
  for (const { holdId, subjectRef } of await store.standingHolds(client, system)) {
    if (subjectRef === null) continue;
    for (let after = '', page: string[] = []; ; after = page.at(-1) ?? '') {
      page = await vault.decisionsOf(system, subjectRef, Number.MAX_SAFE_INTEGER, after, subjectPage);
      for (const id of page) if (wanted.has(id)) held.set(id, holdId);
      if (page.length < subjectPage) break;
    }
  }
  return held;
}

/** Which standing holds keep the places of some events: that of a decision, or that of its dead letters, which is named by the decision's key and has no system. */
export async function holdsOnEvents(vault: Vault, client: Pool | PoolClient, system: string, eventIds: readonly string[]): Promise<Map<string, string>> {
  const held = system === '' ? new Map<string, string>() : await holdsOn(vault, client, system, eventIds);
  for (const other of eventIds.length === 0 ? [] : await store.heldSystems(client)) {
    const prefix = decisionKey(other, '');
    const named = eventIds.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
    for (const [decisionId, holdId] of await holdsOn(vault, client, other, named)) held.set(decisionKey(other, decisionId), holdId);
  }
  return held;
}

/** The holds on a subject itself, whether or not it has decisions. */
export async function holdsOnSubject(client: Pool | PoolClient, system: string, subjectRef: Buffer): Promise<string[]> {
  return (await store.standingHolds(client, system)).filter((hold) => hold.subjectRef?.equals(subjectRef) === true).map(({ holdId }) => holdId);
}
