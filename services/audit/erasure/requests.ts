/** Asking for an erasure, and deciding on it: two people. */

import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { CountersignError, ErasedError, inTransaction } from '@countersign/kit';
import { hexOf, recordAct, subjectPlace, type ErasureDeps } from './context.ts';
import * as store from './erasures-store.ts';
import type { ErasureRow } from './erasures-store.ts';
import { holdsOn, holdsOnEvents, holdsOnSubject, requireUnnamed } from './holds.ts';
import { lockHolds } from './holds-store.ts';

export type ErasureRequest = { system?: string; subjectKind?: string; subjectId?: string; decisionIds?: string[]; eventIds?: string[]; reason: string };

/** What is asked for, once it is sure to be one thing. */
type Wanted =
  | { kind: 'subject'; system: string; subjectKind: string; subjectId: string }
  | { kind: 'decisions'; system: string; decisionIds: string[] }
  | { kind: 'events'; system: string; eventIds: string[] };

/** Names a subject, or decisions, or events that belong to no decision: exactly one of them. */
export async function requestErasure(deps: ErasureDeps, by: string, request: ErasureRequest): Promise<string> {
  const wanted = wantedOf(request);
  requireUnnamed(request.reason, wanted.kind === 'subject' ? wanted.subjectId : null);
  const erasureId = randomUUID();
  const subjectRef = wanted.kind === 'subject' ? deps.vault.refOf(wanted) : null;
  const eventIds = wanted.kind === 'events' ? wanted.eventIds : [];
  const decisionIds = wanted.kind === 'decisions' ? [...new Set(wanted.decisionIds)] : [];
  await requireNoDecisions(deps.pool, wanted.system, eventIds);
  const sealedSubject = wanted.kind === 'subject' ? await sealSubject(deps, erasureId, wanted) : null;
  const now = await store.readNow(deps.pool);
  await inTransaction(deps.pool, async (client) => {
    await store.insertErasure(client, { erasureId, kind: wanted.kind, system: wanted.system, subjectRef, sealedSubject, eventIds, reason: request.reason, requestedBy: by, requestedAt: now });
    await store.insertErasureDecisions(client, erasureId, decisionIds.map((decisionId) => ({ decisionId, heldBy: null })));
    await recordAct(deps, client, 'ErasureRequested', { actor: by, system: wanted.system || null, now }, { erasureId, subjectRef: hexOf(subjectRef), decisionIds, eventIds, reason: request.reason });
  });
  return erasureId;
}

function wantedOf({ system, subjectKind, subjectId, decisionIds, eventIds }: ErasureRequest): Wanted {
  const named = [subjectKind !== undefined || subjectId !== undefined, decisionIds !== undefined, eventIds !== undefined].filter(Boolean).length;
  if (named !== 1) throw new CountersignError('invalid-request', 'Name a subject, or decisions, or events: one of them.', { field: 'subjectId' });
  if (eventIds !== undefined) return { kind: 'events', system: system ?? '', eventIds };
  if (system === undefined) throw new CountersignError('invalid-request', 'Name the system: ids mean nothing without it.', { field: 'system' });
  if (decisionIds !== undefined) return { kind: 'decisions', system, decisionIds };
  if (subjectKind === undefined || subjectId === undefined) throw new CountersignError('invalid-request', 'A subject has a kind and an id.', { field: subjectKind === undefined ? 'subjectKind' : 'subjectId' });
  return { kind: 'subject', system, subjectKind, subjectId };
}

/** An id of an event that is one of a decision would destroy the decision's key, past its holds, and tell nobody. */
async function requireNoDecisions(client: Pool | PoolClient, system: string, eventIds: readonly string[]): Promise<void> {
  const [decisionId] = eventIds.length === 0 ? [] : await store.decisionsOnRecord(client, system, eventIds);
  if (decisionId !== undefined) throw new CountersignError('invalid-request', `${decisionId} is a decision of ${system}, not an event without one.`, { field: 'eventIds', remedy: 'Name it in decisionIds.' });
}

async function sealSubject({ vault }: ErasureDeps, erasureId: string, { subjectKind, subjectId }: { subjectKind: string; subjectId: string }): Promise<Buffer> {
  const [sealed] = await vault.seal([{ owner: subjectPlace(erasureId), plain: Buffer.from(JSON.stringify({ subjectKind, subjectId })) }]);
  if (sealed === undefined || sealed === null) throw new Error('A place that nobody knows yet was erased.');
  return sealed.bytes;
}

/** Kind and id, for whoever must know whom they erase; `null` once it is over. */
export async function subjectOf({ vault }: ErasureDeps, { erasureId, sealedSubject }: ErasureRow): Promise<{ subjectKind: string; subjectId: string } | null> {
  if (sealedSubject === null) return null;
  try {
    return JSON.parse((await vault.open(subjectPlace(erasureId), sealedSubject)).toString('utf8')) as { subjectKind: string; subjectId: string };
  } catch (error) {
    if (error instanceof ErasedError) return null;
    throw error;
  }
}

/** A second person approves, unless a legal hold keeps any of it. From here on it runs to its end. */
export async function approveErasure(deps: ErasureDeps, by: string, erasureId: string): Promise<void> {
  await inTransaction(deps.pool, async (client) => {
    const erasure = await requireOpen(client, by, erasureId);
    await requireNoDecisions(client, erasure.system, erasure.eventIds);
    await lockHolds(client);
    await requireNoHold(deps, client, erasure);
    const now = await store.readNow(client);
    await store.setApproved(client, erasureId, by, now);
    await recordAct(deps, client, 'ErasureApproved', { actor: by, system: erasure.system || null, now }, { erasureId, subjectRef: hexOf(erasure.subjectRef), requestedBy: erasure.requestedBy, erasedThrough: now });
  });
}

export async function refuseErasure(deps: ErasureDeps, by: string, erasureId: string, reason: string): Promise<void> {
  const erasure = await store.readErasure(deps.pool, erasureId);
  const subject = erasure === null ? null : await subjectOf(deps, erasure);
  requireUnnamed(reason, subject?.subjectId ?? null);
  await inTransaction(deps.pool, async (client) => {
    const locked = await requireOpen(client, by, erasureId);
    const now = await store.readNow(client);
    await store.setRefused(client, erasureId, by, now, reason);
    await recordAct(deps, client, 'ErasureRefused', { actor: by, system: locked.system || null, now }, { erasureId, subjectRef: hexOf(locked.subjectRef), requestedBy: locked.requestedBy, reason });
  });
  await deps.vault.destroy([subjectPlace(erasureId)]);
}

async function requireOpen(client: PoolClient, by: string, erasureId: string): Promise<ErasureRow> {
  const erasure = await store.lockErasure(client, erasureId);
  if (erasure === null) throw new CountersignError('not-found', 'No such erasure.', { remedy: 'List them with GET /v1/erasures.' });
  if (erasure.state !== 'requested') throw new CountersignError('state-conflict', `This erasure is ${erasure.state} already.`);
  if (erasure.requestedBy === by) throw new CountersignError('forbidden', 'You asked for this; somebody else must decide.', { permission: 'erasures.manage', remedy: 'Ask another privacy officer to read and decide it.' });
  return erasure;
}

const pageMax = 1000;

async function requireNoHold({ vault }: ErasureDeps, client: PoolClient, erasure: ErasureRow): Promise<void> {
  const { system, subjectRef, erasureId, eventIds } = erasure;
  const holds = new Set(subjectRef === null ? (await holdsOnEvents(vault, client, system, eventIds)).values() : await holdsOnSubject(client, system, subjectRef));
  for (let after = '', page: string[] = []; ; after = page.at(-1) ?? '') {
    page = subjectRef === null ? await store.pageOfDecisions(client, erasureId, after, pageMax, true) : await vault.decisionsOf(system, subjectRef, Number.MAX_SAFE_INTEGER, after, pageMax);
    for (const holdId of (await holdsOn(vault, client, system, page)).values()) holds.add(holdId);
    if (page.length < pageMax) break;
  }
  if (holds.size > 0) throw new CountersignError('state-conflict', `A legal hold keeps what this would erase: ${[...holds].join(', ')}.`, { refusal: 'legal-hold', holds: [...holds], remedy: 'Have the hold lifted by two people, or refuse the erasure.' });
}
