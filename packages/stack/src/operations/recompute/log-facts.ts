import type { EventTypes } from '@countersign/contracts';
import { failClosedVersion, keyCommitment, parsePolicy, samplingKeyLeadMs, type CompiledPolicy, type SamplingKey } from '@countersign/core';
import type { LoggedRecord, RecordSource } from './records.ts';

const usPerMs = 1000;

/** Microseconds of a record: of its event, or, where that was erased, of the log, which keeps milliseconds. */
export function instantOf(record: LoggedRecord, field: 'acceptedAt' | 'occurredAt'): number {
  const value = record.event?.[field];
  return typeof value === 'number' ? value : Date.parse(record.occurredAt) * usPerMs;
}

/** Policies as they stand on the log. Their version is the hash of their content, so that a changed text has no version. */
export class LoggedPolicies {
  readonly #byVersion = new Map<string, CompiledPolicy>();

  static async read(source: RecordSource): Promise<LoggedPolicies> {
    const policies = new LoggedPolicies();
    for (const record of ['PolicyProposed', 'PolicyActivated'] as const) {
      for await (const { event } of source.read(record)) policies.#add(event as EventTypes['PolicyProposed'] | null);
    }
    return policies;
  }

  /** `undefined` where the version is not on the log; `null` for the built-in one, which draws nothing. */
  byVersion(version: string | null): CompiledPolicy | null | undefined {
    return version === failClosedVersion ? null : this.#byVersion.get(version ?? '');
  }

  #add(event: EventTypes['PolicyProposed'] | null): void {
    if (event === null || this.#byVersion.has(event.version)) return;
    const result = parsePolicy(event.text, { recorded: true });
    if (result.ok && result.policy.version === event.version) this.#byVersion.set(event.version, result.policy);
  }
}

/** What is wrong with the keys of a file against the commitments on the log; one sentence each, by key version. */
export async function checkKeys(source: RecordSource, keys: readonly SamplingKey[]): Promise<Array<{ version: string; problem: string }>> {
  const commitments: Array<EventTypes['SamplingKeyChanged']> = [];
  for await (const { event } of source.read('SamplingKeyChanged')) if (event !== null) commitments.push(event as EventTypes['SamplingKeyChanged']);
  const firstAt = Math.min(...commitments.map(({ occurredAt }) => occurredAt));
  const problems: Array<{ version: string; problem: string }> = [];
  for (const { version, key, validFrom } of keys) {
    const known = commitments.filter(({ keyVersion }) => keyVersion === version);
    if (known.length === 0) problems.push({ version, problem: 'the log holds no commitment to it' });
    if (known.some(({ commitment }) => commitment !== keyCommitment(key))) problems.push({ version, problem: 'it is not the key that was committed to' });
    if (known.some((event) => event.validFrom !== validFrom)) problems.push({ version, problem: 'it starts at another time than was committed to' });
  }
  for (const { keyVersion, validFrom, occurredAt } of commitments) {
    if (!keys.some(({ version }) => version === keyVersion)) problems.push({ version: keyVersion, problem: 'it was committed to, and the keys file lacks it' });
    if (occurredAt > firstAt && validFrom < occurredAt + samplingKeyLeadMs * usPerMs) problems.push({ version: keyVersion, problem: `it was committed to less than ${samplingKeyLeadMs / 60_000} minutes before its start` });
  }
  return problems;
}
