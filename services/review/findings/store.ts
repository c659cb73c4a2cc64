/** SQL of confirmed errors that wait for a supervisor. */

import type { DecisionKey, MonitoredLane } from '../cases/case.ts';
import type { Sql } from '../sql.ts';

export type FindingState = 'open' | 'reversed' | 'incident' | 'dismissed';

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

export async function insertFinding(sql: Sql, finding: Pick<Finding, 'findingId' | 'system' | 'decisionId' | 'lane' | 'taskIds' | 'openedAt' | 'windowEndsAt'>): Promise<void> {
  await sql.run(
    `insert into findings (finding_id, system, decision_id, lane, task_ids, opened_at, window_ends_at, state)
     values ($1, $2, $3, $4, $5, $6, $7, 'open') on conflict (system, decision_id, lane) do nothing`,
    [finding.findingId, finding.system, finding.decisionId, finding.lane, finding.taskIds, finding.openedAt, finding.windowEndsAt],
  );
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

export type Disposal = Pick<Finding, 'findingId' | 'state' | 'owner' | 'dueAt' | 'disposition' | 'note' | 'disposedBy' | 'disposedAt'>;

export async function disposeFinding(sql: Sql, disposal: Disposal): Promise<void> {
  await sql.run(
    `update findings set state = $2, owner = $3, due_at = $4, disposition = $5, note = $6, disposed_by = $7, disposed_at = $8 where finding_id = $1`,
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
