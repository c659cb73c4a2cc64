import { sql, type ExpressionBuilder, type Kysely, type Transaction } from 'kysely';
import type { RiskTables } from './tables.ts';

/** Everything that is known about one version, as one row. */
export type PolicyVersionRow = {
  version: string;
  decisionType: string;
  proposedBy: string;
  proposedAt: Date;
  note: string;
  approvedBy: string | null;
  approvedAt: Date | null;
  withdrawnBy: string | null;
  withdrawnAt: Date | null;
  activatedBy: string | null;
  activatedAt: Date | null;
};

export type DraftRow = {
  draftId: string;
  decisionType: string;
  text: string;
  writtenBy: string;
  writtenAt: Date;
  revision: number;
};

type Executor = Kysely<RiskTables> | Transaction<RiskTables>;

const draftColumns = [
  'draft_id as draftId',
  'decision_type as decisionType',
  'policy_text as text',
  'written_by as writtenBy',
  'written_at as writtenAt',
  'revision',
] as const;

export async function insertDraft(
  db: Executor,
  draft: { decisionType: string; text: string; writtenBy: string },
): Promise<DraftRow> {
  return await db
    .insertInto('drafts')
    .values({ decision_type: draft.decisionType, policy_text: draft.text, written_by: draft.writtenBy })
    .returning(draftColumns)
    .executeTakeFirstOrThrow();
}

/** Replaces the text if nobody else did since `revision`; `undefined` when somebody did or it is gone. */
export async function updateDraft(
  db: Executor,
  draft: { draftId: string; revision: number; decisionType: string; text: string; writtenBy: string },
): Promise<DraftRow | undefined> {
  return await db
    .updateTable('drafts')
    .set({
      decision_type: draft.decisionType,
      policy_text: draft.text,
      written_by: draft.writtenBy,
      written_at: sql<Date>`clock_timestamp()`,
      revision: sql<number>`revision + 1`,
    })
    .where('draft_id', '=', draft.draftId)
    .where('revision', '=', draft.revision)
    .returning(draftColumns)
    .executeTakeFirst();
}

export async function findDraft(db: Executor, draftId: string): Promise<DraftRow | undefined> {
  return await db.selectFrom('drafts').select(draftColumns).where('draft_id', '=', draftId).executeTakeFirst();
}

export async function deleteDraft(db: Executor, draftId: string): Promise<boolean> {
  const result = await db.deleteFrom('drafts').where('draft_id', '=', draftId).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** The latest drafts, newest first; a policy has a handful, so one page is all. */
export async function listDrafts(db: Executor, limit: number): Promise<DraftRow[]> {
  return await db.selectFrom('drafts').select(draftColumns).orderBy('written_at', 'desc').limit(limit).execute();
}

/** False when this very content was proposed before: the version is its hash, so it is already there. */
export async function insertVersion(
  db: Executor,
  row: { version: string; decisionType: string; text: string; proposedBy: string; note: string },
): Promise<Date | undefined> {
  const inserted = await db
    .insertInto('versions')
    .values({
      version: row.version,
      decision_type: row.decisionType,
      policy_text: row.text,
      proposed_by: row.proposedBy,
      note: row.note,
    })
    .onConflict((conflict) => conflict.column('version').doNothing())
    .returning('proposed_at')
    .executeTakeFirst();
  return inserted?.proposed_at;
}

/** `undefined` when it was approved before. The constraint refuses the proposer. */
export async function insertApproval(
  db: Executor,
  row: { version: string; proposedBy: string; approvedBy: string; note: string },
): Promise<Date | undefined> {
  const inserted = await db
    .insertInto('approvals')
    .values({ version: row.version, proposed_by: row.proposedBy, approved_by: row.approvedBy, note: row.note })
    .onConflict((conflict) => conflict.column('version').doNothing())
    .returning('approved_at')
    .executeTakeFirst();
  return inserted?.approved_at;
}

export async function insertWithdrawal(
  db: Executor,
  row: { version: string; withdrawnBy: string; note: string },
): Promise<Date | undefined> {
  const inserted = await db
    .insertInto('withdrawals')
    .values({ version: row.version, withdrawn_by: row.withdrawnBy, note: row.note })
    .onConflict((conflict) => conflict.column('version').doNothing())
    .returning('withdrawn_at')
    .executeTakeFirst();
  return inserted?.withdrawn_at;
}

export async function insertActivation(
  db: Executor,
  row: { decisionType: string; version: string; activatedBy: string; note: string },
): Promise<{ activationId: string; activatedAt: Date }> {
  return await db
    .insertInto('activations')
    .values({ decision_type: row.decisionType, version: row.version, activated_by: row.activatedBy, note: row.note })
    .returning(['activation_id as activationId', 'activated_at as activatedAt'])
    .executeTakeFirstOrThrow();
}

/** Serialises what is done to one decision type: two people who activate at once are put in a row. */
export async function lockDecisionType(tx: Transaction<RiskTables>, decisionType: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`policy:${decisionType}`}, 0))`.execute(tx);
}

export async function findVersionText(db: Executor, version: string): Promise<string | undefined> {
  const row = await db.selectFrom('versions').select('policy_text').where('version', '=', version).executeTakeFirst();
  return row?.policy_text;
}

export async function findVersion(db: Executor, version: string): Promise<PolicyVersionRow | undefined> {
  return await selectVersions(db).where('v.version', '=', version).executeTakeFirst();
}

/** Newest first. */
export async function listVersions(db: Executor, decisionType: string, limit: number): Promise<PolicyVersionRow[]> {
  return await selectVersions(db)
    .where('v.decision_type', '=', decisionType)
    .orderBy('v.proposed_at', 'desc')
    .orderBy('v.version', 'desc')
    .limit(limit)
    .execute();
}

export type ActivationRow = { version: string; activatedBy: string; activatedAt: Date; note: string };

/** Which version was in force since when, newest first: one that came back stands here twice. */
export async function listActivations(db: Executor, decisionType: string, limit: number): Promise<ActivationRow[]> {
  return await db
    .selectFrom('activations')
    .select(['version', 'activated_by as activatedBy', 'activated_at as activatedAt', 'note'])
    .where('decision_type', '=', decisionType)
    .orderBy('activation_id', 'desc')
    .limit(limit)
    .execute();
}

/** The version in force of every decision type. */
export async function listActive(db: Executor): Promise<PolicyVersionRow[]> {
  return await selectVersions(db)
    .where('v.version', 'in', (from) =>
      from
        .selectFrom('activations')
        .distinctOn('decision_type')
        .select('version')
        .orderBy('decision_type')
        .orderBy('activation_id', 'desc'),
    )
    .orderBy('v.decision_type')
    .execute();
}

/** The version in force of one type: what a withdrawal must not take away. */
export async function findActive(db: Executor, decisionType: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('activations')
    .select('version')
    .where('decision_type', '=', decisionType)
    .orderBy('activation_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.version;
}

/** The last activation of the version at hand, if it ever was active. */
function lastActivation(from: ExpressionBuilder<RiskTables & { v: RiskTables['versions'] }, 'v'>) {
  return from
    .selectFrom('activations')
    .select(['activated_by', 'activated_at'])
    .whereRef('activations.version', '=', 'v.version')
    .whereRef('activations.decision_type', '=', 'v.decision_type')
    .orderBy('activation_id', 'desc')
    .limit(1)
    .as('act');
}

function selectVersions(db: Executor) {
  return db
    .selectFrom('versions as v')
    .leftJoin('approvals as a', 'a.version', 'v.version')
    .leftJoin('withdrawals as w', 'w.version', 'v.version')
    .leftJoinLateral(lastActivation, (join) => join.onTrue())
    .select([
      'v.version',
      'v.decision_type as decisionType',
      'v.proposed_by as proposedBy',
      'v.proposed_at as proposedAt',
      'v.note',
      'a.approved_by as approvedBy',
      'a.approved_at as approvedAt',
      'w.withdrawn_by as withdrawnBy',
      'w.withdrawn_at as withdrawnAt',
      'act.activated_by as activatedBy',
      'act.activated_at as activatedAt',
    ]);
}
