/** SQL of presentations: what was shown, byte for byte, sealed. */

import type { DecisionKey } from '../cases/case.ts';
import type { Stage } from '../judgements/stage.ts';
import type { Sql } from '../sql.ts';

export type Presentation = {
  presentationId: string;
  taskId: string;
  personId: string;
  stage: Stage;
  fence: number;
  digest: string;
  sealedBody: Buffer;
  missingParts: number;
  createdAt: number;
  paintedAt: number | null;
};

/** Only `first-judge-then-see` has a second presentation of a task to a person. */
const stageNumber = (stage: Stage) => (stage === 'second' ? 2 : 1);

const presentationColumns = `presentation_id as "presentationId", task_id as "taskId", person_id as "personId", fence, digest,
  sealed_body as "sealedBody", missing_parts as "missingParts", created_at as "createdAt", painted_at as "paintedAt"`;

export async function readPresentation(sql: Sql, taskId: string, personId: string, stage: Stage): Promise<Omit<Presentation, 'stage'> | null> {
  return await sql.row(`select ${presentationColumns} from presentations where task_id = $1 and person_id = $2 and stage = $3`, [taskId, personId, stageNumber(stage)]);
}

/** Linked parts that could not be shown. */
export async function countMissingParts(sql: Sql, taskId: string, personId: string, stage: Stage): Promise<number> {
  const row = await sql.row<{ missing: number }>('select missing_parts as missing from presentations where task_id = $1 and person_id = $2 and stage = $3', [taskId, personId, stageNumber(stage)]);
  return row?.missing ?? 0;
}

/** The first presentation of a stage of a task to a person stays, unless parts of it were missing. Call with the task locked, and not painted under its claim. */
export async function insertPresentation(sql: Sql, presentation: Presentation): Promise<boolean> {
  return (
    (await sql.run(
      `insert into presentations (presentation_id, task_id, person_id, fence, digest, sealed_body, missing_parts, created_at, stage)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (task_id, person_id, stage) do update set presentation_id = excluded.presentation_id, fence = excluded.fence,
         digest = excluded.digest, sealed_body = excluded.sealed_body, missing_parts = excluded.missing_parts, created_at = excluded.created_at, painted_at = null
       where presentations.missing_parts > 0`,
      [
        presentation.presentationId,
        presentation.taskId,
        presentation.personId,
        presentation.fence,
        presentation.digest,
        presentation.sealedBody,
        presentation.missingParts,
        presentation.createdAt,
        stageNumber(presentation.stage),
      ],
    )) > 0
  );
}

/** Answers false where another took its place. */
export async function setPresentationPainted(sql: Sql, presentationId: string, now: number): Promise<boolean> {
  return (await sql.run('update presentations set painted_at = coalesce(painted_at, $2) where presentation_id = $1', [presentationId, now])) > 0;
}

export async function readLinkedPart(sql: Sql, key: DecisionKey, name: string): Promise<Buffer | null> {
  const row = await sql.row<{ sealedBytes: Buffer }>(
    'select sealed_bytes as "sealedBytes" from linked_parts where system = $1 and decision_id = $2 and name = $3',
    [key.system, key.decisionId, name],
  );
  return row?.sealedBytes ?? null;
}

export async function insertLinkedPart(sql: Sql, key: DecisionKey, name: string, sealedBytes: Buffer, now: number): Promise<void> {
  await sql.run(
    // With the decision shared: an erasure is waited for, or waits.
    `insert into linked_parts (system, decision_id, name, sealed_bytes, fetched_at)
     select system, decision_id, $3, $4, $5 from cases where system = $1 and decision_id = $2 and not erased for share on conflict do nothing`,
    [key.system, key.decisionId, name, sealedBytes, now],
  );
}
