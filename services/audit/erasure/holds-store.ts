/** SQL of legal holds. Instants are microseconds. */

import type { Pool, PoolClient } from 'pg';

export type HoldRow = {
  holdId: string; system: string; subjectRef: Buffer | null; decisionIds: string[]; decisionType: string | null; heldFrom: number | null; heldTo: number | null; reason: string;
  placedBy: string; placedAt: number; liftAskedBy: string | null; liftAskedAt: number | null; liftReason: string | null; liftedBy: string | null; liftedAt: number | null;
};

const holdColumns = `hold_id as "holdId", system, subject_ref as "subjectRef", decision_ids as "decisionIds", decision_type as "decisionType", held_from as "heldFrom", held_to as "heldTo", reason,
  placed_by as "placedBy", placed_at as "placedAt", lift_asked_by as "liftAskedBy", lift_asked_at as "liftAskedAt", lift_reason as "liftReason", lifted_by as "liftedBy", lifted_at as "liftedAt"`;

/** What stands between holds and whatever they would stop: one of the two waits for the other. */
export async function lockHolds(client: PoolClient): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('audit.legal-holds', 0))`);
}

export async function insertHold(client: PoolClient, hold: Omit<HoldRow, 'liftAskedBy' | 'liftAskedAt' | 'liftReason' | 'liftedBy' | 'liftedAt'>): Promise<void> {
  await client.query(
    `insert into legal_holds (hold_id, system, subject_ref, decision_ids, decision_type, held_from, held_to, reason, placed_by, placed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [hold.holdId, hold.system, hold.subjectRef, hold.decisionIds, hold.decisionType, hold.heldFrom, hold.heldTo, hold.reason, hold.placedBy, hold.placedAt],
  );
}

export async function readHolds(pool: Pool, standing: boolean, limit: number): Promise<HoldRow[]> {
  const { rows } = await pool.query<HoldRow>(`select ${holdColumns} from legal_holds where not $1 or lifted_at is null order by placed_at desc, hold_id limit $2`, [standing, limit]);
  return rows;
}

export async function readHold(pool: Pool, holdId: string): Promise<HoldRow | null> {
  const { rows } = await pool.query<HoldRow>(`select ${holdColumns} from legal_holds where hold_id = $1`, [holdId]);
  return rows[0] ?? null;
}

export async function lockHold(client: PoolClient, holdId: string): Promise<HoldRow | null> {
  const { rows } = await client.query<HoldRow>(`select ${holdColumns} from legal_holds where hold_id = $1 for update`, [holdId]);
  return rows[0] ?? null;
}

export async function askToLift(client: PoolClient, holdId: string, by: string, at: number, reason: string): Promise<void> {
  await client.query('update legal_holds set lift_asked_by = $2, lift_asked_at = $3, lift_reason = $4 where hold_id = $1', [holdId, by, at, reason]);
}

export async function liftHold(client: PoolClient, holdId: string, by: string, at: number): Promise<void> {
  await client.query('update legal_holds set lifted_by = $2, lifted_at = $3 where hold_id = $1', [holdId, by, at]);
  await client.query('delete from held_decisions where hold_id = $1', [holdId]);
}

export async function standingHolds(client: Pool | PoolClient, system: string): Promise<HoldRow[]> {
  const { rows } = await client.query<HoldRow>(`select ${holdColumns} from legal_holds where system = $1 and lifted_at is null order by placed_at, hold_id`, [system]);
  return rows;
}

/** The systems that have a standing hold. */
export async function heldSystems(client: Pool | PoolClient): Promise<string[]> {
  return (await client.query<{ system: string }>('select distinct system from legal_holds where lifted_at is null order by 1')).rows.map(({ system }) => system);
}

/** Of some decisions, those that a standing hold names, or holds by type and time of acceptance. */
export async function heldDecisions(client: Pool | PoolClient, system: string, decisionIds: readonly string[]): Promise<Array<{ decisionId: string; holdId: string }>> {
  if (decisionIds.length === 0) return [];
  const { rows } = await client.query<{ decisionId: string; holdId: string }>(
    `select distinct on (w.id) w.id as "decisionId", h.hold_id as "holdId" from unnest($2::text[]) as w(id)
     join legal_holds h on h.system = $1 and h.lifted_at is null
     where w.id = any(h.decision_ids)
       or (h.decision_type is not null and exists (
         select 1 from events e where e.system = $1 and e.decision_id = w.id and e.decision_type = h.decision_type and e.record = 'DecisionAccepted'
           and e.occurred_at >= coalesce(h.held_from, 0) and e.occurred_at < coalesce(h.held_to, 9223372036854775807)))
     order by w.id, h.placed_at, h.hold_id`,
    [system, decisionIds],
  );
  return rows;
}
