import type { PoolClient } from 'pg';
import { copyRows, type CopyColumns } from '@countersign/kit';

type VerdictFact = { of: 'verdict'; decisionType: string; verdict: string; basis: string; acceptedAt: number };
type JudgementFact = { of: 'judgement'; judgementId: string; taskId: string; queue: string; form: string; decision: string; overrides: boolean; activeTimeMs: number; fast: boolean; slaMet: boolean | null; contradicts: boolean | null };
export type Fact = VerdictFact | JudgementFact;

/** The event that tells of it. */
type Place = { recordedAtUs: number; eventId: string; system: string | null; decisionId: string | null; occurredAt: number; policyVersion: string | null; kind: string | null; reviewer: string | null };
type Row<F extends Fact> = Place & { fact: F };

const placeColumns: CopyColumns<Place> = {
  recorded_at: { type: 'timestamptz', of: (row) => row.recordedAtUs },
  event_id: { type: 'text', of: (row) => row.eventId },
  system: { type: 'text', of: (row) => row.system },
  decision_id: { type: 'text', of: (row) => row.decisionId },
  kind: { type: 'text', of: (row) => row.kind },
};

const verdictColumns: CopyColumns<Row<VerdictFact>> = {
  ...placeColumns,
  decision_type: { type: 'text', of: ({ fact }) => fact.decisionType },
  policy_version: { type: 'text', of: (row) => row.policyVersion },
  verdict: { type: 'text', of: ({ fact }) => fact.verdict },
  basis: { type: 'text', of: ({ fact }) => fact.basis },
  accepted_at: { type: 'bigint', of: ({ fact }) => fact.acceptedAt },
  resolved_at: { type: 'bigint', of: (row) => row.occurredAt },
};

const judgementColumns: CopyColumns<Row<JudgementFact>> = {
  ...placeColumns,
  judgement_id: { type: 'text', of: ({ fact }) => fact.judgementId },
  task_id: { type: 'text', of: ({ fact }) => fact.taskId },
  reviewer: { type: 'text', of: (row) => row.reviewer },
  queue: { type: 'text', of: ({ fact }) => fact.queue },
  form: { type: 'text', of: ({ fact }) => fact.form },
  decision: { type: 'text', of: ({ fact }) => fact.decision },
  overrides: { type: 'boolean', of: ({ fact }) => fact.overrides },
  active_time_ms: { type: 'bigint', of: ({ fact }) => fact.activeTimeMs },
  fast: { type: 'boolean', of: ({ fact }) => fact.fast },
  sla_met: { type: 'boolean', of: ({ fact }) => fact.slaMet },
  contradicts: { type: 'boolean', of: ({ fact }) => fact.contradicts },
  finalised_at: { type: 'bigint', of: (row) => row.occurredAt },
};

/** Writes what the events say that is searched and counted by, in the transaction of their rows. */
export async function writeFacts(client: PoolClient, rows: ReadonlyArray<Place & { fact?: Fact | null }>): Promise<void> {
  const told = rows.filter((row): row is Row<Fact> => row.fact != null && row.system !== null && row.decisionId !== null);
  await copyRows(client, 'verdicts', verdictColumns, told.filter((row): row is Row<VerdictFact> => row.fact.of === 'verdict'));
  await copyRows(client, 'judgements', judgementColumns, told.filter((row): row is Row<JudgementFact> => row.fact.of === 'judgement'));
}
