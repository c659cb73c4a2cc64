import type { Pool } from 'pg';
import { derivedEventId } from '@countersign/contracts';
import { keyCommitment, type SamplingKey } from '@countersign/core';
import type { ServiceContext } from '@countersign/kit';
import { findKeys, insertKey } from './store.ts';

/** New keys start at least this far ahead, so that nobody can choose a key to fit decisions that are there already. */
export const keyLeadMsMin = 10 * 60_000;

/**
 * Commits to every key of the file and announces new ones. A key that changed under its version, or a new one that
 * starts too soon, stops the service: its draws could not be trusted. The very first key may start at once.
 */
export async function commitKeys(context: ServiceContext<'sampling'>, pool: Pool, keys: readonly SamplingKey[], now: number): Promise<void> {
  const known = await findKeys(pool);
  for (const key of keys) {
    const commitment = keyCommitment(key.key);
    const before = known.find(({ version }) => version === key.version);
    if (before !== undefined && (before.commitment !== commitment || before.validFrom !== key.validFrom)) {
      throw new Error(`Sampling key ${key.version} is not the one that was committed to. Restore it; add a new version to change keys.`);
    }
    if (before !== undefined) continue;
    if (known.length > 0 && key.validFrom < now + keyLeadMsMin * 1000) throw new Error(`Sampling key ${key.version} must start at least ${keyLeadMsMin / 60_000} minutes ahead.`);
    await insertKey(pool, { version: key.version, commitment, validFrom: key.validFrom });
    await context.producer.send([context.publisher.record('governance.recorded', 'SamplingKeyChanged', {
      eventId: derivedEventId('sampling-key', key.version, commitment), occurredAt: now, system: null, decisionId: null, actor: 'sampling', policyVersion: null,
      keyVersion: key.version, commitment, validFrom: key.validFrom, validTo: null,
    }, null)]);
  }
}
