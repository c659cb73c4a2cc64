/** SQL of confirmed errors that wait for a supervisor. */

import type { DecisionKey, MonitoredLane } from '../cases/case.ts';
import { isErased } from '../erasure-store.ts';
import type { Sql } from '../sql.ts';

export type FindingState = 'open' | 'reversed' | 'incident' | 'dismissed' | 'closed';

export type Finding = DecisionKey & {
  findingId: string;
  lane: MonitoredLane;
  taskIds: readonly string[];
  openedAt: number;
  windowEndsAt: number | null;
  state: FindingState;
  owner: string | null;
  dueAt: number | null;
  disposition: string | null;
  note: string | null;
  disposedBy: string | null;
  disposedAt: number | null;
};

const findingColumns = `finding_id as "findingId", system, decision_id as "decisionId", lane, task_ids as "taskIds",
  opened_at as "openedAt", window_ends_at as "windowEndsAt", state, owner, due_at as "dueAt", disposition, note,
  disposed_by as "disposedBy", disposed_at as "disposedAt"`;

export type NewFinding = Pick<Finding, 'findingId' | 'system' | 'decisionId' | 'lane' | 'taskIds' | 'openedAt' | 'windowEndsAt'>;

/** Answers false where the lane has one already. */
export async function insertFinding(sql: Sql, finding: NewFinding): Promise<boolean> {
  const touched = await sql.run(
    `insert into findings (finding_id, system, decision_id, lane, task_ids, opened_at, window_ends_at, state)
     values ($1, $2, $3, $4, $5, $6, $7, 'open') on conflict (system, decision_id, lane) do nothing`,
    [finding.findingId, finding.system, finding.decisionId, finding.lane, finding.taskIds, finding.openedAt, finding.windowEndsAt],
  );
  return touched > 0;
}

export async function readFinding(sql: Sql, findingId: string): Promise<Finding | null> {
  return await sql.row(`select ${findingColumns} from findings where finding_id = $1`, [findingId]);
}

export async function lockFinding(sql: Sql, findingId: string): Promise<Finding | null> {
  return await sql.row(`select ${findingColumns} from findings where finding_id = $1 for no key update`, [findingId]);
}

export async function readFindings(
  sql: Sql,
  state: FindingState | null,
  after: { openedAt: number; findingId: string } | null,
  limit: number,
): Promise<Finding[]> {
  return await sql.rows(
    `select ${findingColumns} from findings where ($1::text is null or state = $1)
       and ($2::bigint is null or (opened_at, finding_id) > ($2, $3::uuid)) order by opened_at, finding_id limit $4`,
    [state, after?.openedAt ?? null, after?.findingId ?? null, limit],
  );
}

export type Disposal = Pick<Finding, 'findingId' | 'state' | 'owner' | 'dueAt' | 'disposition'> & { note: string; disposedBy: string; disposedAt: number };

/** What is said of an erased decision is on the log alone, which keeps nothing of it that can be read. */
export async function disposeFinding(sql: Sql, disposal: Disposal): Promise<void> {
  await sql.run(
    `update findings w set state = $2, owner = $3, due_at = $4, disposition = case when ${isErased} then null else $5 end, note = case when ${isErased} then null else $6 end,
       disposed_by = $7, disposed_at = $8 where finding_id = $1`,
    [
      disposal.findingId,
      disposal.state,
      disposal.owner,
      disposal.dueAt,
      disposal.disposition,
      disposal.note,
      disposal.disposedBy,
      disposal.disposedAt,
    ],
  );
}
