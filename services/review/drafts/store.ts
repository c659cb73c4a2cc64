/** SQL of drafts: what somebody wrote and did not send, sealed. */

import type { Sql } from '../sql.ts';
import type { Claimant } from '../tasks/store.ts';
import { qualifies } from '../tasks/store.ts';

export type SealedDraft = { sealedDraft: Buffer; savedAt: number };

export async function readDraft(sql: Sql, taskId: string, personId: string): Promise<SealedDraft | null> {
  return await sql.row('select sealed_draft as "sealedDraft", saved_at as "savedAt" from drafts where task_id = $1 and person_id = $2', [taskId, personId]);
}

export async function upsertDraft(sql: Sql, taskId: string, personId: string, sealedDraft: Buffer, now: number): Promise<void> {
  await sql.run(
    `insert into drafts (task_id, person_id, sealed_draft, saved_at) values ($1, $2, $3, $4)
     on conflict (task_id, person_id) do update set sealed_draft = excluded.sealed_draft, saved_at = excluded.saved_at`,
    [taskId, personId, sealedDraft, now],
  );
}

export async function deleteDraft(sql: Sql, taskId: string, personId: string): Promise<void> {
  await sql.run('delete from drafts where task_id = $1 and person_id = $2', [taskId, personId]);
}

/** Drops what a person saved longest ago, beyond so many drafts. */
export async function dropOldDrafts(sql: Sql, personId: string, keepMax: number): Promise<void> {
  await sql.run(
    `delete from drafts where (task_id, person_id) in (
       select task_id, person_id from drafts where person_id = $1 order by saved_at desc, task_id offset $2)`,
    [personId, keepMax],
  );
}

export type LeftDraft = { taskId: string; decisionType: string; savedAt: number; open: boolean };

/** A person's drafts of tasks they do not hold now, latest first; `open` where they could claim the task again at this instant. */
export async function leftDrafts(sql: Sql, claimant: Claimant, now: number): Promise<LeftDraft[]> {
  return await sql.rows(
    `select t.task_id as "taskId", c.decision_type as "decisionType", d.saved_at as "savedAt",
       (t.state = 'open' and (t.held_until is null or t.held_until <= $3) and ${qualifies}) as open
     from drafts d join tasks t on t.task_id = d.task_id join cases c on c.system = t.system and c.decision_id = t.decision_id
     where d.person_id = $1 and t.claimant is distinct from $1
     order by d.saved_at desc, t.task_id`,
    [claimant.personId, claimant.senior, now],
  );
}
