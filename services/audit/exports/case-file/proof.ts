import type { Pool } from 'pg';
import type { Case } from '../../cases/read.ts';
import { checkpointOf } from '../../log/checkpoint.ts';
import { newestCheckpoint, readCosignatures, readKeys, type Cosignature, type StoredCheckpoint } from '../../log/store.ts';
import { readLeaves } from '../bundle-store.ts';
import type { Sheet } from './sheet.ts';

/** Where the events of a case stand in the log, and what the log said of itself last. */
export type CaseProof = { leaves: ReadonlyMap<number, Buffer>; checkpoint: StoredCheckpoint | null; witnesses: readonly Cosignature[]; keys: readonly string[] };

export async function readProof(pool: Pool, { events }: Case): Promise<CaseProof> {
  const checkpoint = await newestCheckpoint(pool);
  const leaves = await readLeaves(pool, events.flatMap(({ logIndex }) => (logIndex === null ? [] : [logIndex])));
  return { leaves, checkpoint, witnesses: checkpoint === null ? [] : await readCosignatures(pool, checkpoint.size), keys: (await readKeys(pool)).filter(({ retiredAt }) => retiredAt === null).map(({ verifierKey }) => verifierKey) };
}

/** The figures by which a reader finds this case in the log again, and what to do with them. */
export function writeProof(sheet: Sheet, { system, decisionId, events }: Case, { checkpoint, witnesses, keys }: CaseProof): void {
  sheet.heading('The proof');
  if (checkpoint === null) return sheet.paragraph('The log has no checkpoint yet: nothing outside the database holds it to this.');
  const { origin, size, root } = checkpointOf(checkpoint.note);
  const covered = events.filter(({ logIndex }) => logIndex !== null && logIndex < size).length;
  sheet.paragraph(`Each event above has a place in a Merkle tree (RFC 9162): its leaf is SHA-256 of a zero byte and its canonical record (RFC 8785). The root below is that of all ${size} leaves when this was made; whoever changes, removes or adds an event before changes it.`);
  sheet.fact('Log', origin);
  sheet.fact('Root', Buffer.from(root).toString('base64'));
  sheet.fact('Records under it', size);
  sheet.fact('Events of this case under it', `${covered} of ${events.length}`);
  sheet.fact('Signed at', new Date(checkpoint.signedAt / 1000).toISOString());
  sheet.fact('Cosigned by', witnesses.length === 0 ? 'no witness yet' : witnesses.map(({ keyName, signedAtS }) => `${keyName} at ${new Date(signedAtS * 1000).toISOString()}`).join(', '));
  sheet.subheading('The signed checkpoint');
  sheet.mono(checkpoint.note);
  sheet.subheading('Keys that the log says it signs with');
  sheet.mono(keys.join('\n'));
  sheet.subheading('How to check this');
  for (const [index, step] of stepsOf(system, decisionId).entries()) sheet.paragraph(`${index + 1}. ${step}`);
}

/** Paper proves nothing by itself: what to do with it. */
function stepsOf(system: string, decisionId: string): string[] {
  return [
    `Ask for the bundle of this case (kind case, system ${system}, decision ${decisionId}): it has each record, its inclusion proof, and, where content was disclosed, the key to it. This page is a reading of the same records; what is checked is the bundle.`,
    'Get the verifier key of the log from whoever runs it, or from a witness, by another way than this page: a forger would print a key of their own here.',
    'Run: countersign audit verify BUNDLE --key KEY, or, without this software, node countersign-verify.mjs BUNDLE --key KEY. It needs no network and no trust in us. Give it checkpoints that a witness kept (--checkpoints FILE): only with them is it told that the log was not replaced as a whole.',
    'Compare: the log index and leaf of each event above with those in the bundle, the root with the one that the witness has for the same number of records, and the SHA-256 of what each reviewer was shown with the digest beside their judgement.',
  ];
}
