import type { PoolClient } from 'pg';
import { derivedEventId } from '@countersign/contracts';
import type { ServiceContext } from '@countersign/kit';
import { formatVerifierKey } from '@countersign/merkle';
import { checkpointOf } from './checkpoint.ts';
import type { LogKeys } from './keys.ts';
import { readKeys, recordKeys, type StoredCheckpoint } from './store.ts';

export type Announcer = Pick<ServiceContext<'audit'>, 'producer' | 'publisher'>;

/** To whoever keeps it outside. A repeat has the same bytes. */
export async function announceCheckpoint({ producer, publisher }: Announcer, { size, note, signedAt }: StoredCheckpoint): Promise<void> {
  const { origin } = checkpointOf(note);
  await producer.send([publisher.record('audit.checkpointed', 'CheckpointPublished', {
    eventId: derivedEventId('checkpoint', origin, size), occurredAt: signedAt, system: null, decisionId: null, actor: 'audit', policyVersion: null, origin, size, checkpoint: note,
  }, origin)]);
}

/**
 * Keeps which keys sign, and tells of each that came or went. All of them, each time: an end of the process between row and event must not keep a
 * key from the record. Bytes repeat.
 */
export async function announceKeys({ producer, publisher }: Announcer, client: PoolClient, { origin, keys }: LogKeys): Promise<void> {
  await recordKeys(client, origin, keys.map(({ verifier }) => formatVerifierKey(verifier)));
  const changes = (await readKeys(client)).flatMap(({ retiredAt, ...key }) => [{ ...key, change: 'added', at: key.addedAt }, ...(retiredAt === null ? [] : [{ ...key, change: 'retired', at: retiredAt }])]);
  await producer.send(changes.map(({ verifierKey, origin: of, change, at }) => publisher.record('governance.recorded', 'LogKeyChanged', {
    eventId: derivedEventId('log-key', verifierKey, change, at), occurredAt: at, system: null, decisionId: null, actor: 'audit', policyVersion: null, origin: of, verifierKey, change,
  }, null)));
}
