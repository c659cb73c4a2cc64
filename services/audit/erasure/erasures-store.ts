/** SQL of erasures. Instants are microseconds. */

import type { Pool, PoolClient } from 'pg';
import { arrayParameter } from '@countersign/kit';

export const erasureKinds = ['subject', 'decisions', 'events'] as const;
export type ErasureKind = (typeof erasureKinds)[number];
/** In the order in which they are gone through; `refused` ends it. */
export const erasureStates = ['requested', 'refused', 'approved', 'entombed', 'listed', 'destroyed', 'announced', 'completed'] as const;
export type ErasureState = (typeof erasureStates)[number];

export type ErasureRow = {
  erasureId: string; kind: ErasureKind; system: string; subjectRef: Buffer | null; sealedSubject: Buffer | null; eventIds: string[]; reason: string; requestedBy: string; requestedAt: number;
  state: ErasureState; decidedBy: string | null; decidedAt: number | null; refusal: string | null; erasedThrough: number | null; destroyedAt: number | null; completedAt: number | null;
};

const erasureColumns = `erasure_id as "erasureId", kind, system, subject_ref as "subjectRef", sealed_subject as "sealedSubject", event_ids as "eventIds", reason, requested_by as "requestedBy", requested_at as "requestedAt",
  state, decided_by as "decidedBy", decided_at as "decidedAt", refusal, erased_through as "erasedThrough", destroyed_at as "destroyedAt", completed_at as "completedAt"`;

/** Microseconds, by the one clock that judges time. */
export async function readNow(client: Pool | PoolClient): Promise<number> {
  const { rows } = await client.query<{ now: number }>('select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now');
  return rows[0]?.now ?? 0;
}

export type NewErasure = Pick<ErasureRow, 'erasureId' | 'kind' | 'system' | 'subjectRef' | 'sealedSubject' | 'eventIds' | 'reason' | 'requestedBy' | 'requestedAt'>;

export async function insertErasure(client: PoolClient, erasure: NewErasure): Promise<void> {
  await client.query(
    `insert into erasures (erasure_id, kind, system, subject_ref, sealed_subject, event_ids, reason, requested_by, requested_at, state) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'requested')`,
    [erasure.erasureId, erasure.kind, erasure.system, erasure.subjectRef, erasure.sealedSubject, erasure.eventIds, erasure.reason, erasure.requestedBy, erasure.requestedAt],
  );
}

export async function insertErasureDecisions(client: PoolClient, erasureId: string, decisions: ReadonlyArray<{ decisionId: string; heldBy: string | null }>): Promise<void> {
  await client.query(
    `insert into erasure_decisions (erasure_id, decision_id, held_by) select $1, id, held_by from unnest($2::text[], $3::text[]) as w(id, held_by)
     on conflict (erasure_id, decision_id) do update set held_by = excluded.held_by`,
    [erasureId, arrayParameter('text', decisions.map(({ decisionId }) => decisionId)), arrayParameter('text', decisions.map(({ heldBy }) => heldBy))],
  );
}

export async function readErasure(pool: Pool, erasureId: string): Promise<ErasureRow | null> {
  const { rows } = await pool.query<ErasureRow>(`select ${erasureColumns} from erasures where erasure_id = $1`, [erasureId]);
  return rows[0] ?? null;
}

export async function lockErasure(client: PoolClient, erasureId: string): Promise<ErasureRow | null> {
  const { rows } = await client.query<ErasureRow>(`select ${erasureColumns} from erasures where erasure_id = $1 for update`, [erasureId]);
  return rows[0] ?? null;
}

/** Newest first. */
export async function readErasures(pool: Pool, state: ErasureState | null, before: { requestedAt: number; erasureId: string } | null, limit: number): Promise<ErasureRow[]> {
  const { rows } = await pool.query<ErasureRow>(
    `select ${erasureColumns} from erasures where ($1::text is null or state = $1) and ($2::bigint is null or (requested_at, erasure_id) < ($2, $3)) order by requested_at desc, erasure_id desc limit $4`,
    [state, before?.requestedAt ?? null, before?.erasureId ?? null, limit],
  );
  return rows;
}

/** The erasures that are under way, oldest first. */
export async function runningErasures(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(`select erasure_id as id from erasures where state in ('approved', 'entombed', 'listed', 'destroyed', 'announced') order by decided_at limit 100`);
  return rows.map(({ id }) => id);
}

/** Locks one that is under way; `null` where somebody else has it, or it is over. */
export async function takeErasure(client: PoolClient, erasureId: string): Promise<ErasureRow | null> {
  const { rows } = await client.query<ErasureRow>(
    `select ${erasureColumns} from erasures where erasure_id = $1 and state in ('approved', 'entombed', 'listed', 'destroyed', 'announced') for update skip locked`, [erasureId]);
  return rows[0] ?? null;
}

export async function setApproved(client: PoolClient, erasureId: string, by: string, at: number): Promise<void> {
  await client.query(`update erasures set state = 'approved', decided_by = $2, decided_at = $3, erased_through = $3 where erasure_id = $1`, [erasureId, by, at]);
}

/** What was asked is forgotten with the refusal. */
export async function setRefused(client: PoolClient, erasureId: string, by: string, at: number, refusal: string): Promise<void> {
  await client.query(`update erasures set state = 'refused', decided_by = $2, decided_at = $3, refusal = $4, sealed_subject = null where erasure_id = $1`, [erasureId, by, at, refusal]);
}

export async function setState(client: PoolClient, erasureId: string, state: ErasureState): Promise<void> {
  await client.query('update erasures set state = $2 where erasure_id = $1', [erasureId, state]);
}

export async function setDestroyed(client: PoolClient, erasureId: string, at: number): Promise<void> {
  await client.query(`update erasures set state = 'destroyed', destroyed_at = $2 where erasure_id = $1`, [erasureId, at]);
}

export async function setCompleted(client: PoolClient, erasureId: string, at: number): Promise<void> {
  await client.query(`update erasures set state = 'completed', completed_at = $2, sealed_subject = null where erasure_id = $1`, [erasureId, at]);
}

/** The decisions of an erasure in the order of their ids; without those that a hold keeps, unless `held`. */
export async function pageOfDecisions(client: Pool | PoolClient, erasureId: string, after: string, limit: number, held = false): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select decision_id as id from erasure_decisions where erasure_id = $1 and decision_id > $2 and ($4 or held_by is null) order by decision_id limit $3`, [erasureId, after, limit, held]);
  return rows.map(({ id }) => id);
}

/** Of some ids, those of decisions that are on record of a system. */
export async function decisionsOnRecord(client: Pool | PoolClient, system: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    'select w.id from unnest($2::text[]) as w(id) where exists (select 1 from events e where e.system = $1 and e.decision_id = w.id) order by 1', [system, arrayParameter('text', ids)]);
  return rows.map(({ id }) => id);
}

export type ErasureCounts = { erasureId: string; decisions: number; held: number };

export async function countDecisions(client: Pool | PoolClient, erasureIds: readonly string[]): Promise<ErasureCounts[]> {
  const { rows } = await client.query<ErasureCounts>(
    `select erasure_id as "erasureId", count(*) filter (where held_by is null) as decisions, count(*) filter (where held_by is not null) as held from erasure_decisions where erasure_id = any($1) group by 1`, [erasureIds]);
  return rows;
}

export async function countAcknowledgements(client: Pool | PoolClient, erasureIds: readonly string[]): Promise<Array<{ erasureId: string; service: string; decisions: number }>> {
  const { rows } = await client.query<{ erasureId: string; service: string; decisions: number }>(
    `select a.erasure_id as "erasureId", a.service, count(*) as decisions from erasure_acknowledgements a join erasure_decisions d using (erasure_id, decision_id)
     where erasure_id = any($1) and d.held_by is null group by 1, 2`, [erasureIds]);
  return rows;
}

/** What was taken out for somebody and still lies here goes with the keys; what is being made begins anew, without them. */
export async function dropDisclosedExports(client: PoolClient): Promise<void> {
  await client.query(`update exports set expires_at = clock_timestamp() where disclose and state in ('made', 'ready')`);
  await client.query(`update exports set state = 'waiting', lease_until = null where disclose and state = 'running'`);
}

/** The first approved erasure of a subject that reaches an instant. */
export async function erasureOf(client: PoolClient, system: string, subjectRef: Buffer, datedAt: number): Promise<{ erasureId: string; decidedBy: string | null; decidedAt: number } | null> {
  const { rows } = await client.query<{ erasureId: string; decidedBy: string | null; decidedAt: number }>(
    `select erasure_id as "erasureId", decided_by as "decidedBy", decided_at as "decidedAt" from erasures
     where system = $1 and subject_ref = $2 and erased_through >= $3 order by decided_at limit 1`, [system, subjectRef, datedAt]);
  return rows[0] ?? null;
}

/** Of erasures that nobody asked for here, nothing is kept. */
export async function insertAcknowledgements(client: PoolClient, rows: ReadonlyArray<{ erasureId: string; service: string; decisionId: string }>): Promise<void> {
  await client.query(
    `insert into erasure_acknowledgements (erasure_id, service, decision_id)
     select distinct w.* from unnest($1::text[], $2::text[], $3::text[]) as w(erasure_id, service, decision_id) join erasures e using (erasure_id) order by 1, 2, 3 on conflict do nothing`,
    [arrayParameter('text', rows.map(({ erasureId }) => erasureId)), arrayParameter('text', rows.map(({ service }) => service)), arrayParameter('text', rows.map(({ decisionId }) => decisionId))],
  );
}
