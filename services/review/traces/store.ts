/** SQL of decision traces: which trace a decision came in with, kept over the wait for a person. */

import type { DecisionKey } from '../cases/case.ts';
import type { Sql } from '../sql.ts';

export type DecisionTrace = DecisionKey & { traceparent: string };

/** Keeps the first trace of each decision that has a case; in key order, as everything that locks rows of two topics. */
export async function insertTraces(sql: Sql, traces: readonly DecisionTrace[]): Promise<void> {
  if (traces.length === 0) return;
  await sql.run(
    `insert into decision_traces (system, decision_id, traceparent)
     select distinct on (cases.system, cases.decision_id) cases.system, cases.decision_id, incoming.traceparent
     from json_to_recordset($1::json) as incoming (system text, "decisionId" text, traceparent text)
     join cases on cases.system = incoming.system and cases.decision_id = incoming."decisionId"
     order by cases.system, cases.decision_id
     on conflict do nothing`,
    [JSON.stringify(traces)],
  );
}

export async function readTraces(sql: Sql, keys: readonly DecisionKey[]): Promise<DecisionTrace[]> {
  return await sql.rows<DecisionTrace>(
    `select system, decision_id as "decisionId", traceparent from decision_traces
     join unnest($1::text[], $2::text[]) as wanted(system, decision_id) using (system, decision_id)`,
    [keys.map((key) => key.system), keys.map((key) => key.decisionId)],
  );
}
