/** SQL of presentations: what was shown, byte for byte, sealed. */

import type { Sql } from '../sql.ts';

export type Presentation = {
  presentationId: string;
  taskId: string;
  personId: string;
  fence: number;
  digest: string;
  sealedBody: Buffer;
  createdAt: number;
  paintedAt: number | null;
};

const presentationColumns = `presentation_id as "presentationId", task_id as "taskId", person_id as "personId", fence, digest,
  sealed_body as "sealedBody", created_at as "createdAt", painted_at as "paintedAt"`;

export async function readPresentation(sql: Sql, taskId: string, personId: string): Promise<Presentation | null> {
  return await sql.row(`select ${presentationColumns} from presentations where task_id = $1 and person_id = $2`, [taskId, personId]);
}

/** The first presentation of a task to a person stays; a second request gets the same bytes. */
export async function insertPresentation(sql: Sql, presentation: Presentation): Promise<boolean> {
  return (
    (await sql.run(
      `insert into presentations (presentation_id, task_id, person_id, fence, digest, sealed_body, created_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (task_id, person_id) do nothing`,
      [
        presentation.presentationId,
        presentation.taskId,
        presentation.personId,
        presentation.fence,
        presentation.digest,
        presentation.sealedBody,
        presentation.createdAt,
      ],
    )) > 0
  );
}

export async function setPresentationPainted(sql: Sql, presentationId: string, now: number): Promise<void> {
  await sql.run('update presentations set painted_at = $2 where presentation_id = $1 and painted_at is null', [presentationId, now]);
}
