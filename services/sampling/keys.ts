import type { Pool } from 'pg';
import { derivedEventId } from '@countersign/contracts';
import { keyCommitment, samplingKeyLeadMs, type SamplingKey } from '@countersign/core';
import type { ServiceContext } from '@countersign/kit';
import { findKeys, insertKeys } from './store.ts';

/**
 * Commits to every key of the file and announces them. A key that changed under its version or is gone, or a new one that starts
 * too soon, is refused: its draws could not be trusted. The very first keys may start at once. `now` in microseconds.
 */
export async function commitKeys(context: Pick<ServiceContext<'sampling'>, 'producer' | 'publisher'>, pool: Pool, keys: readonly SamplingKey[], now: number): Promise<void> {
  const known = await findKeys(pool);
  const fresh = keys.filter((key) => !known.some(({ version }) => version === key.version));
  for (const key of keys) {
    const before = known.find(({ version }) => version === key.version);
    if (before !== undefined && (before.commitment !== keyCommitment(key.key) || before.validFrom !== key.validFrom)) {
      throw new Error(`Sampling key ${key.version} is not the one that was committed to. Restore it; add a new version to change keys.`);
    }
  }
  const gone = known.find(({ version }) => !keys.some((key) => key.version === version));
  if (gone !== undefined) throw new Error(`Sampling key ${gone.version} was committed to, and the file lacks it. Restore it: what was drawn with it is drawn again after a crash.`);
  for (const key of fresh) {
    if (known.length > 0 && key.validFrom < now + samplingKeyLeadMs * 1000) {
      throw new Error(`Sampling key ${key.version} must start at least ${samplingKeyLeadMs / 60_000} minutes ahead. Take it out of the file, and add one that starts later.`);
    }
  }
  await insertKeys(pool, fresh.map((key) => ({ version: key.version, commitment: keyCommitment(key.key), validFrom: key.validFrom })));
  // All of them, each time: a crash between row and event must not keep a commitment from the record. Bytes repeat.
  const committed = await findKeys(pool);
  await context.producer.send(committed.map(({ version, commitment, validFrom, recordedAt }) => context.publisher.record('governance.recorded', 'SamplingKeyChanged', {
    eventId: derivedEventId('sampling-key', version, commitment), occurredAt: recordedAt, system: null, decisionId: null, actor: 'sampling', policyVersion: null,
    keyVersion: version, commitment, validFrom, validTo: null,
  }, null)));
}
