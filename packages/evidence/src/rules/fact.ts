import { fieldsOf, kindAt } from './events.ts';

/**
 * What is kept of a record for the rules of its decision. `value` is null where its content is not disclosed, or was erased. `reviewer` and
 * `policyVersion` are the row's, which is in the clear.
 */
export type Fact = { index: number; record: string; at: number; recordedAt: number; reviewer: string | null; policyVersion: string | null; system: string | null; decisionId: string | null; value: Readonly<Record<string, unknown>> | null };

/** Reads what `factText` wrote. */
export function factOf(parts: unknown): Fact {
  const [index, record, at, recordedAt, reviewer, policyVersion, system, decisionId, ...values] = parts as [number, string, number, number, string | null, string | null, string | null, string | null, ...unknown[]];
  if (values.length === 0) return { index, record, at, recordedAt, reviewer, policyVersion, system, decisionId, value: null };
  const value: Record<string, unknown> = {};
  const names = fieldsOf(record);
  for (let place = 0; place < values.length; place += 1) value[names[kindAt + place] ?? ''] = values[place];
  return { index, record, at, recordedAt, reviewer, policyVersion, system, decisionId, value };
}
