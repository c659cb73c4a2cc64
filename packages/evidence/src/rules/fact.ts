import type { CanonicalRecord } from '../record.ts';
import { fieldsOf, kindAt } from './events.ts';

/**
 * What is kept of a record for the rules of its decision. `value` is null where its content is not disclosed, or was erased. `reviewer` and
 * `policyVersion` are the row's, which is in the clear.
 */
export type Fact = { index: number; record: string; at: number; recordedAt: number; reviewer: string | null; policyVersion: string | null; system: string | null; decisionId: string | null; value: Readonly<Record<string, unknown>> | null };

/** Of these the rules ask under which policy they were. */
const pinned: ReadonlySet<string> = new Set(['DecisionAccepted', 'DecisionRouted']);

/** What a decision is known by. */
export function decisionKey({ system, decisionId }: Pick<CanonicalRecord, 'system' | 'decisionId'>): string {
  return `${system}\n${decisionId}`;
}

/** A fact as it is put aside; `factOf` reads it. `values`: as `fieldsOf` names them. */
export function factParts(index: number, row: Pick<CanonicalRecord, 'record' | 'occurredAt' | 'recordedAt' | 'reviewer' | 'policyVersion' | 'system' | 'decisionId'>, values: readonly unknown[] | null): unknown[] {
  const { record, occurredAt, recordedAt, reviewer, policyVersion, system, decisionId } = row;
  return [index, record, occurredAt, recordedAt, reviewer, pinned.has(record) ? policyVersion : null, system, decisionId, ...(values ?? []).slice(kindAt)];
}

/** Reads what `factParts` wrote. */
export function factOf(parts: readonly unknown[]): Fact {
  const [index, record, at, recordedAt, reviewer, policyVersion, system, decisionId, ...values] = parts as [number, string, number, number, string | null, string | null, string | null, string | null, ...unknown[]];
  if (values.length === 0) return { index, record, at, recordedAt, reviewer, policyVersion, system, decisionId, value: null };
  const value: Record<string, unknown> = {};
  const names = fieldsOf(record);
  for (let place = 0; place < values.length; place += 1) value[names[kindAt + place] ?? ''] = values[place];
  return { index, record, at, recordedAt, reviewer, policyVersion, system, decisionId, value };
}
