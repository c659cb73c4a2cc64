/** SQL of first judgements: given before anything of the AI was shown, final as soon as they are given. */

import type { Sql } from '../sql.ts';
import type { Judgement } from './store.ts';

export type FirstJudgement = Omit<Judgement, 'confidenceShown' | 'tierShown' | 'finalAt' | 'state'>;

const firstColumns = `
  judgement_id as "judgementId", task_id as "taskId", system, decision_id as "decisionId", person_id as "personId", fence,
  decision, reason_codes as "reasonCodes", sealed_content as "sealedContent", presentation_digest as "presentationDigest",
  active_ms as "activeMs", wall_ms as "wallMs", fast, repeated, override, submitted_at as "submittedAt"`;

/** Fails on a second one of a person for one task. */
export async function insertFirstJudgement(sql: Sql, first: FirstJudgement): Promise<void> {
  await sql.run(
    `insert into first_judgements (judgement_id, task_id, system, decision_id, person_id, fence, decision, reason_codes, sealed_content,
       presentation_digest, active_ms, wall_ms, fast, repeated, override, submitted_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      first.judgementId,
      first.taskId,
      first.system,
      first.decisionId,
      first.personId,
      first.fence,
      first.decision,
      first.reasonCodes,
      first.sealedContent,
      first.presentationDigest,
      first.activeMs,
      first.wallMs,
      first.fast,
      first.repeated,
      first.override,
      first.submittedAt,
    ],
  );
}

export async function readFirstJudgement(sql: Sql, taskId: string, personId: string): Promise<FirstJudgement | null> {
  return await sql.row(`select ${firstColumns} from first_judgements where task_id = $1 and person_id = $2`, [taskId, personId]);
}

/** The first judgement somebody gave under this fence: a repeated submit is recognised by it. */
export async function firstJudgementOfFence(sql: Sql, taskId: string, fence: number): Promise<FirstJudgement | null> {
  return await sql.row(`select ${firstColumns} from first_judgements where task_id = $1 and fence = $2`, [taskId, fence]);
}

/**
 * Moves a held task to its second stage: nothing of that is painted yet, and its time begins anew. The fence is raised, so that a
 * late repeat of the first answer is never taken for a judgement of what was revealed.
 */
export async function revealTask(sql: Sql, taskId: string, now: number, expiresAt: number): Promise<number> {
  const row = await sql.row<{ fence: number }>(
    `update tasks set fence = fence + 1, painted_at = null, painted_digest = null, active_ms = 0, last_beat_at = $2, claim_expires_at = $3
     where task_id = $1 returning fence`,
    [taskId, now, expiresAt],
  );
  if (row === null) throw new Error(`task ${taskId} vanished while locked`);
  return row.fence;
}
