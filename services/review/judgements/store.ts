/** SQL of judgements. */

import type { DecisionKey, Lane } from '../cases/case.ts';
import type { Sql } from '../sql.ts';

export type Judgement = DecisionKey & {
  judgementId: string;
  taskId: string;
  personId: string;
  fence: number;
  decision: 'approve' | 'reject' | 'modify';
  reasonCodes: readonly string[];
  sealedContent: Buffer;
  presentationDigest: string;
  confidenceShown: number | null;
  tierShown: string | null;
  activeMs: number;
  wallMs: number;
  fast: boolean;
  repeated: boolean;
  override: boolean;
  submittedAt: number;
  finalAt: number;
  state: 'pending' | 'final' | 'withdrawn';
};

const judgementColumns = `
  judgement_id as "judgementId", task_id as "taskId", system, decision_id as "decisionId", person_id as "personId", fence,
  decision, reason_codes as "reasonCodes", sealed_content as "sealedContent", presentation_digest as "presentationDigest",
  confidence_shown as "confidenceShown", tier_shown as "tierShown", active_ms as "activeMs", wall_ms as "wallMs", fast, repeated,
  override, submitted_at as "submittedAt", final_at as "finalAt", state`;

/** Fails on a second standing judgement of a task, and on a second one of a person for one decision. */
export async function insertJudgement(sql: Sql, judgement: Judgement): Promise<void> {
  await sql.run(
    `insert into judgements (judgement_id, task_id, system, decision_id, person_id, fence, decision, reason_codes, sealed_content,
       presentation_digest, confidence_shown, tier_shown, active_ms, wall_ms, fast, repeated, override, submitted_at, final_at, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
    [
      judgement.judgementId,
      judgement.taskId,
      judgement.system,
      judgement.decisionId,
      judgement.personId,
      judgement.fence,
      judgement.decision,
      judgement.reasonCodes,
      judgement.sealedContent,
      judgement.presentationDigest,
      judgement.confidenceShown,
      judgement.tierShown,
      judgement.activeMs,
      judgement.wallMs,
      judgement.fast,
      judgement.repeated,
      judgement.override,
      judgement.submittedAt,
      judgement.finalAt,
      judgement.state,
    ],
  );
}

export async function readJudgement(sql: Sql, judgementId: string): Promise<Judgement | null> {
  return await sql.row(`select ${judgementColumns} from judgements where judgement_id = $1`, [judgementId]);
}

export async function pendingJudgement(sql: Sql, taskId: string): Promise<Judgement | null> {
  return await sql.row(`select ${judgementColumns} from judgements where task_id = $1 and state = 'pending'`, [taskId]);
}

/** The judgement somebody made under this fence, withdrawn or not: a repeated submit is recognised by it. */
export async function judgementOfFence(sql: Sql, taskId: string, fence: number): Promise<Judgement | null> {
  return await sql.row(`select ${judgementColumns} from judgements where task_id = $1 and fence = $2`, [taskId, fence]);
}

export async function setFinal(sql: Sql, judgementId: string): Promise<void> {
  await sql.run("update judgements set state = 'final' where judgement_id = $1 and state = 'pending'", [judgementId]);
}

/** Keeps the judgement and records that it was taken back. */
export async function withdraw(sql: Sql, judgementId: string, personId: string, now: number): Promise<void> {
  await sql.run('insert into withdrawals (judgement_id, person_id, withdrawn_at) values ($1, $2, $3)', [judgementId, personId, now]);
  await sql.run("update judgements set state = 'withdrawn' where judgement_id = $1", [judgementId]);
}

/** The final judgements of a decision's lane, by seat. */
export async function finalJudgements(sql: Sql, key: DecisionKey, lane: Lane): Promise<Array<Judgement & { seat: number }>> {
  return await sql.rows(
    `select t.seat, final.* from tasks t join lateral (
       select ${judgementColumns} from judgements where judgements.task_id = t.task_id and judgements.state = 'final') final on true
     where t.system = $1 and t.decision_id = $2 and t.lane = $3 order by t.seat`,
    [key.system, key.decisionId, lane],
  );
}

/** True where somebody judged the decision, in whatever kind of work, and did not take it back. */
export async function hasJudged(sql: Sql, personId: string, key: DecisionKey): Promise<boolean> {
  const rows = await sql.rows("select 1 from judgements where system = $1 and decision_id = $2 and person_id = $3 and state <> 'withdrawn' limit 1", [key.system, key.decisionId, personId]);
  return rows.length > 0;
}

/** True where somebody whose ordinary work it was did not approve, whatever the others said or did not say. */
export async function somebodyObjected(sql: Sql, key: DecisionKey): Promise<boolean> {
  const rows = await sql.rows(
    `select 1 from judgements j join tasks t using (task_id)
     where t.system = $1 and t.decision_id = $2 and t.lane = 'primary' and j.state = 'final' and j.decision <> 'approve' limit 1`,
    [key.system, key.decisionId],
  );
  return rows.length > 0;
}

export type WrittenLately = DecisionKey & { taskId: string; subjectKind: string | null; subjectId: string | null; sealedContent: Buffer };

/** What a person wrote lately, newest first, to notice the same words again. */
export async function recentJudgements(sql: Sql, personId: string, limit: number): Promise<WrittenLately[]> {
  return await sql.rows(
    `select j.system, j.decision_id as "decisionId", j.task_id as "taskId", j.sealed_content as "sealedContent", c.subject_kind as "subjectKind", c.subject_id as "subjectId"
     from (select * from judgements where person_id = $1 and state <> 'withdrawn' order by submitted_at desc limit $2) j
     join cases c using (system, decision_id) order by j.submitted_at desc`,
    [personId, limit],
  );
}

/** Which of a person's own judgements: instants in microseconds, `to` is exclusive. */
export type OwnFilter = { decisionType: string | null; from: number | null; to: number | null };

/** A page of a person's own judgements, newest first, after the given place, each with the first answer that came before it. */
export async function ownJudgements(
  sql: Sql,
  personId: string,
  { decisionType, from, to }: OwnFilter,
  before: { submittedAt: number; judgementId: string } | null,
  limit: number,
): Promise<Array<Judgement & { decisionType: string; sealedFirst: Buffer | null }>> {
  return await sql.rows(
    `select own.*, f.sealed_content as "sealedFirst" from (
       select c.decision_type as "decisionType", mine.* from judgements j
         cross join lateral (select ${judgementColumns} from judgements where judgements.judgement_id = j.judgement_id) mine
         join cases c on c.system = j.system and c.decision_id = j.decision_id
       where j.person_id = $1 and ($2::bigint is null or (j.submitted_at, j.judgement_id) < ($2, $3::uuid))
         and ($5::text is null or c.decision_type = $5) and j.submitted_at >= coalesce($6::bigint, 0) and ($7::bigint is null or j.submitted_at < $7)
       order by j.submitted_at desc, j.judgement_id desc limit $4) own
     left join first_judgements f on f.task_id = own."taskId" and f.person_id = own."personId"
     order by own."submittedAt" desc, own."judgementId" desc`,
    [personId, before?.submittedAt ?? null, before?.judgementId ?? null, limit, decisionType, from, to],
  );
}
