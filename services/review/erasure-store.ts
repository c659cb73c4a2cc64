/** SQL that takes the content of erased decisions out of every table of review. */

import type { DecisionKey } from './cases/case.ts';
import type { Sql } from './sql.ts';

const columnsOf = (keys: readonly DecisionKey[]) => [keys.map(({ system }) => system), keys.map(({ decisionId }) => decisionId)];

/**
 * Marks cases as erased, and makes an empty one of what has none: an event of it that is being handled, or comes later, meets it in the unique
 * row. In key order, since two batches that meet wait for each other.
 */
export async function markErased(sql: Sql, keys: readonly DecisionKey[], now: number): Promise<void> {
  await sql.run(
    `insert into cases (system, decision_id, decision_type, policy_version, accepted_at, route, point, tier, kind, severity, rule_ids, form, queue, severity_rank, known, verdict_by, reasons,
       on_expiry, sealed_accepted, opened_at, routed, erased)
     select system, decision_id, '', '', 0, 'auto', 'after', '', '', 'low', '[]', 'hidden', '', 0, false, 'routing', '[]', 'reject', '', $3, false, true
     from unnest($1::text[], $2::text[]) as w(system, decision_id) group by 1, 2 order by 1, 2
     on conflict (system, decision_id) do update set erased = true`,
    [...columnsOf(keys), now],
  );
}

/** Rows of tables without a unique row to meet in: those that are being written at this instant are waited for, and later ones find the case; until the transaction ends. */
export async function holdBackOthers(sql: Sql): Promise<void> {
  await sql.run('lock table subject_decisions, outcomes in share row exclusive mode', []);
}

const ofDecisions = 'from unnest($1::text[], $2::text[]) as w(system, decision_id) where t.system = w.system and t.decision_id = w.decision_id';
const deletedOf = (table: string) => `delete from ${table} t using unnest($1::text[], $2::text[]) as w(system, decision_id) where t.system = w.system and t.decision_id = w.decision_id`;
const deletedOfTasks = (table: string) =>
  `delete from ${table} t using unnest($1::text[], $2::text[]) as w(system, decision_id), tasks k where k.system = w.system and k.decision_id = w.decision_id and t.task_id = k.task_id`;

/** Everything that people or models wrote of a decision, what it says about whom, and digests that it could be guessed by. Ids, instants and who judged stay. */
const scrubbing = [
  `update cases t set sealed_accepted = '', sealed_label = null, subject_kind = null, subject_id = null, confidence = null, reasons = '[]', rule_ids = '[]' ${ofDecisions}`,
  `update tasks t set sealed_note = null, painted_digest = null ${ofDecisions}`,
  `update judgements t set sealed_content = '', reason_codes = '{}', presentation_digest = '', confidence_shown = null ${ofDecisions}`,
  `update first_judgements t set sealed_content = '', reason_codes = '{}', presentation_digest = '' ${ofDecisions}`,
  `update verdicts t set sealed_output = null ${ofDecisions}`,
  `update findings t set note = null, disposition = null ${ofDecisions}`,
  `update exercises t set truth = '' ${ofDecisions}`,
  deletedOfTasks('drafts'), deletedOfTasks('presentations'), deletedOf('linked_parts'), deletedOf('outcomes'), deletedOf('subject_decisions'),
] as const;

/** True of a row `w` whose decision is erased. */
export const isErased = 'exists (select 1 from cases c where c.system = w.system and c.decision_id = w.decision_id and c.erased)';

export async function scrub(sql: Sql, keys: readonly DecisionKey[]): Promise<void> {
  for (const statement of scrubbing) await sql.run(statement, columnsOf(keys));
}

/** What waits to be opened of a decision never will be. */
export async function dropWaiting(sql: Sql, key: DecisionKey): Promise<void> {
  await sql.run('update selections set opened = true where system = $1 and decision_id = $2', [key.system, key.decisionId]);
  await sql.run("update exercises set state = case state when 'waiting' then 'unplaced' else 'expired' end where system = $1 and decision_id = $2 and state in ('waiting', 'open')", [key.system, key.decisionId]);
}
