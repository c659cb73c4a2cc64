/** SQL of what a case is shown against: the subject's earlier decisions, similar ones, outcomes, and how people agreed before. */

import type { DecisionKey } from '../cases/case.ts';
import { isErased } from '../erasure-store.ts';
import type { ContentOwner } from '../sealing.ts';
import type { Sql } from '../sql.ts';

export type SubjectDecision = { system: string; subjectKind: string; subjectId: string; acceptedAt: number; decisionId: string; decisionType: string; proposedAt: number; sealedLabel: Buffer };

/** A repeat of the event is left out. In key order: two batches that meet wait for each other in the same order. */
export async function insertSubjectDecisions(sql: Sql, decisions: readonly SubjectDecision[]): Promise<void> {
  if (decisions.length === 0) return;
  await sql.run(
    `insert into subject_decisions (system, subject_kind, subject_id, accepted_at, decision_id, decision_type, proposed_at, sealed_label)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::bytea[])
       as w(system, subject_kind, subject_id, accepted_at, decision_id, decision_type, proposed_at, sealed_label)
     where not ${isErased} order by 1, 2, 3, 4, 5 on conflict do nothing`,
    [
      decisions.map(({ system }) => system),
      decisions.map(({ subjectKind }) => subjectKind),
      decisions.map(({ subjectId }) => subjectId),
      decisions.map(({ acceptedAt }) => acceptedAt),
      decisions.map(({ decisionId }) => decisionId),
      decisions.map(({ decisionType }) => decisionType),
      decisions.map(({ proposedAt }) => proposedAt),
      decisions.map(({ sealedLabel }) => sealedLabel),
    ],
  );
}

export type EarlierRow = { decisionId: string; decisionType: string; proposedAt: number; sealedLabel: Buffer };

/** Parameters: system, kind, id, before. */
export const earlierStatement = `
  select decision_id as "decisionId", decision_type as "decisionType", proposed_at as "proposedAt", sealed_label as "sealedLabel"
  from subject_decisions where system = $1 and subject_kind = $2 and subject_id = $3 and accepted_at < $4
  order by accepted_at desc, decision_id desc limit 20`;

/** A subject's decisions accepted before an instant, latest first. */
export async function readEarlier(sql: Sql, owner: ContentOwner, before: number): Promise<EarlierRow[]> {
  return await sql.rows(earlierStatement, [owner.system, owner.subjectKind, owner.subjectId, before]);
}

export type SimilarRow = {
  decisionId: string;
  proposedAt: number | null;
  confidence: number;
  sealedLabel: Buffer | null;
  subjectKind: string | null;
  subjectId: string | null;
  verdict: string;
  outcome: string | null;
};

const similarColumns = 'system, decision_id, proposed_at, confidence, sealed_label, subject_kind, subject_id';
const finishedBefore = 'system = $1 and decision_type = $2 and routed and finished_at is not null and finished_at < $4 and decision_id <> $5';

/** Parameters: system, type, confidence, before, decision. */
export const similarStatement = `
  select near.decision_id as "decisionId", near.proposed_at as "proposedAt", near.confidence, near.sealed_label as "sealedLabel",
    near.subject_kind as "subjectKind", near.subject_id as "subjectId",
    case when a.ending = 'reversed' then 'reversed' else coalesce(v.verdict, 'approved') end as verdict, o.outcome
  from (
    (select ${similarColumns} from cases where ${finishedBefore} and confidence <= $3 order by confidence desc limit 20)
    union all
    (select ${similarColumns} from cases where ${finishedBefore} and confidence > $3 order by confidence limit 20)
  ) near
  left join verdicts v on v.system = near.system and v.decision_id = near.decision_id
  left join after_actions a on a.system = near.system and a.decision_id = near.decision_id and a.ended_at < $4
  left join outcomes o on o.system = near.system and o.decision_id = near.decision_id and o.reported_at < $4
  order by abs(near.confidence - $3), near.decision_id`;

/**
 * Decisions that people finished before an instant, nearest in confidence first, with what was known of them then. A row
 * that only a selection made is none: that somebody checks an automatic decision is nobody's to know.
 */
export async function readSimilar(sql: Sql, near: { system: string; decisionType: string; confidence: number; before: number; decisionId: string }): Promise<SimilarRow[]> {
  return await sql.rows(similarStatement, [near.system, near.decisionType, near.confidence, near.before, near.decisionId]);
}

export type Outcome = DecisionKey & { outcome: string; reportedAt: number; rank: string };

/** Keeps the latest report of each decision, in whatever order they come. Each decision is named once. */
export async function upsertOutcomes(sql: Sql, outcomes: readonly Outcome[]): Promise<void> {
  await sql.run(
    `insert into outcomes (system, decision_id, outcome, reported_at, rank)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[]) as w(system, decision_id, outcome, reported_at, rank)
     where not ${isErased} order by 1, 2
     on conflict (system, decision_id) do update set outcome = excluded.outcome, reported_at = excluded.reported_at, rank = excluded.rank
     where outcomes.rank < excluded.rank`,
    [
      outcomes.map(({ system }) => system),
      outcomes.map(({ decisionId }) => decisionId),
      outcomes.map(({ outcome }) => outcome),
      outcomes.map(({ reportedAt }) => reportedAt),
      outcomes.map(({ rank }) => rank),
    ],
  );
}

export type Stratum = { system: string; decisionType: string; tier: string };

/** Counts one judgement; what is told of the stratum moves once `step` more have come. */
export async function countAgreement(sql: Sql, { system, decisionType, tier }: Stratum, agreed: boolean, step: number): Promise<void> {
  await sql.run(
    `insert into track_records as t (system, decision_type, tier, judged, agreed, told_judged, told_agreed) values ($1, $2, $3, 1, $4, 0, 0)
     on conflict (system, decision_type, tier) do update set judged = t.judged + 1, agreed = t.agreed + $4,
       told_judged = case when (t.judged + 1) % $5 = 0 then t.judged + 1 else t.told_judged end,
       told_agreed = case when (t.judged + 1) % $5 = 0 then t.agreed + $4 else t.told_agreed end`,
    [system, decisionType, tier, agreed ? 1 : 0, step],
  );
}

/** What is told of a stratum; `null` where that is nothing yet. */
export async function readAgreement(sql: Sql, { system, decisionType, tier }: Stratum): Promise<{ judged: number; agreed: number } | null> {
  return await sql.row(
    `select told_judged as judged, told_agreed as agreed from track_records where system = $1 and decision_type = $2 and tier = $3 and told_judged > 0`,
    [system, decisionType, tier],
  );
}
