import type { PoolClient } from 'pg';
import { copyRows, type CopyColumns } from '@countersign/kit';

type VerdictFact = { of: 'verdict'; decisionType: string; verdict: string; basis: string; acceptedAt: number };
type JudgementFact = { of: 'judgement'; judgementId: string; taskId: string; queue: string; form: string; decision: string; overrides: boolean; activeTimeMs: number; fast: boolean; slaMet: boolean | null; contradicts: boolean | null };
export type Fact = VerdictFact | JudgementFact;

/** The event that tells of it. */
type Place = { recordedAtUs: number; eventId: string; system: string | null; decisionId: string | null; occurredAt: number; policyVersion: string | null; kind: string | null; reviewer: string | null };
type Row<F extends Fact> = Place & F;

const placeColumns: CopyColumns<Place> = {
  recorded_at: { type: 'timestamptz', of: (row) => row.recordedAtUs },
  event_id: { type: 'text', of: (row) => row.eventId },
  system: { type: 'text', of: (row) => row.system },
  decision_id: { type: 'text', of: (row) => row.decisionId },
  kind: { type: 'text', of: (row) => row.kind },
};

const verdictColumns: CopyColumns<Row<VerdictFact>> = {
  ...placeColumns,
  decision_type: { type: 'text', of: (row) => row.decisionType },
  policy_version: { type: 'text', of: (row) => row.policyVersion },
  verdict: { type: 'text', of: (row) => row.verdict },
  basis: { type: 'text', of: (row) => row.basis },
  accepted_at: { type: 'bigint', of: (row) => row.acceptedAt },
  resolved_at: { type: 'bigint', of: (row) => row.occurredAt },
};

const judgementColumns: CopyColumns<Row<JudgementFact>> = {
  ...placeColumns,
  judgement_id: { type: 'text', of: (row) => row.judgementId },
  task_id: { type: 'text', of: (row) => row.taskId },
  reviewer: { type: 'text', of: (row) => row.reviewer },
  queue: { type: 'text', of: (row) => row.queue },
  form: { type: 'text', of: (row) => row.form },
  decision: { type: 'text', of: (row) => row.decision },
  overrides: { type: 'boolean', of: (row) => row.overrides },
  active_time_ms: { type: 'bigint', of: (row) => row.activeTimeMs },
  fast: { type: 'boolean', of: (row) => row.fast },
  sla_met: { type: 'boolean', of: (row) => row.slaMet },
  contradicts: { type: 'boolean', of: (row) => row.contradicts },
  finalised_at: { type: 'bigint', of: (row) => row.occurredAt },
};

/** Writes what the events say that is searched and counted by, in the transaction of their rows. */
export async function writeFacts(client: PoolClient, rows: ReadonlyArray<Place & { fact?: Fact | null }>): Promise<void> {
  const verdicts: Array<Row<VerdictFact>> = [];
  const judgements: Array<Row<JudgementFact>> = [];
  for (const row of rows) {
    if (row.fact == null || row.system === null || row.decisionId === null) continue;
    if (row.fact.of === 'verdict') verdicts.push({ ...row, ...row.fact });
    else judgements.push({ ...row, ...row.fact });
  }
  await copyRows(client, 'verdicts', verdictColumns, verdicts);
  await copyRows(client, 'judgements', judgementColumns, judgements);
}
