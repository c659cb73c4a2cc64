import type { Pool } from 'pg';
import type { Case } from '../../cases/read.ts';
import { checkpointOf } from '../../log/checkpoint.ts';
import { newestCheckpoint, readCosignatures, readKeys, type Cosignature, type StoredCheckpoint } from '../../log/store.ts';
import { readLeaves } from '../bundle-store.ts';
import { caseFileName, fileNameOf, type ExportJob } from '../job.ts';
import type { Sheet } from './sheet.ts';

/** Where the events of a case stand in the log, and what the log said of itself last. */
export type CaseProof = { leaves: ReadonlyMap<number, Buffer>; checkpoint: StoredCheckpoint | null; witnesses: readonly Cosignature[]; keys: readonly string[] };

export async function readProof(pool: Pool, { events }: Case): Promise<CaseProof> {
  const checkpoint = await newestCheckpoint(pool);
  const leaves = await readLeaves(pool, events.flatMap(({ logIndex }) => (logIndex === null ? [] : [logIndex])));
  return { leaves, checkpoint, witnesses: checkpoint === null ? [] : await readCosignatures(pool, checkpoint.size), keys: (await readKeys(pool)).filter(({ retiredAt }) => retiredAt === null).map(({ verifierKey }) => verifierKey) };
}

/** The figures by which a reader finds this case in the log again, and what to do with them. */
export function writeProof(sheet: Sheet, job: ExportJob, { events, omitted }: Case, { checkpoint, witnesses, keys }: CaseProof): void {
  sheet.heading('The proof');
  if (checkpoint === null) return sheet.paragraph('The log has no checkpoint yet: nothing outside the database holds it to this.');
  const { origin, size, root } = checkpointOf(checkpoint.note);
  const covered = events.filter(({ logIndex }) => logIndex !== null && logIndex < size).length;
  sheet.paragraph(`Each event above has a place in a Merkle tree (RFC 9162): its leaf is SHA-256 of a zero byte and its canonical record (RFC 8785). The root below is that of all ${size} leaves when this was made; whoever changes, removes or adds an event before changes it.`);
  sheet.fact('Log', origin);
  sheet.fact('Root', Buffer.from(root).toString('base64'));
  sheet.fact('Records under it', size);
  sheet.fact('Events of this case under it', `${covered} of ${events.length}${omitted === 0 ? '' : ' that are told here'}`);
  sheet.fact('Signed at', new Date(checkpoint.signedAt / 1000).toISOString());
  sheet.fact('Cosigned by', witnesses.length === 0 ? 'no witness yet' : witnesses.map(({ keyName, signedAtS }) => `${keyName} at ${new Date(signedAtS * 1000).toISOString()}`).join(', '));
  sheet.subheading('The signed checkpoint');
  sheet.mono(checkpoint.note);
  sheet.subheading('Keys that the log says it signs with');
  sheet.mono(keys.join('\n'));
  writeSteps(sheet, job);
}

/** Paper proves nothing by itself: what to do with it, word for word. */
function writeSteps(sheet: Sheet, job: ExportJob): void {
  const { system, decisionId } = job.filter;
  const bundled = job.formats.includes('bundle');
  const bundle = bundled ? fileNameOf(job, 'bundle.tar') : 'BUNDLE.tar';
  sheet.heading('How to check this');
  sheet.paragraph('This file is a reading of records. What is checked is the bundle of the same case, on a computer of your own, without a network and without trust in whoever gave you either.');
  sheet.subheading('1. Have these');
  sheet.paragraph(bundled
    ? `The bundle that was made together with this file, saved as ${bundle}. It has each record with its proof, and a copy of this file, ${caseFileName}.`
    : `The bundle of this case. It was not made together with this file: ask an auditor of the organisation to export the case of system ${system ?? ''}, decision ${decisionId ?? ''} as a bundle, and save it as ${bundle}.`, 1);
  sheet.paragraph('The program countersign-verify.mjs, or countersign-verify-plain.mjs, which checks the same and is short enough to read first. Take it from a place that you trust, not from whoever sent this. And Node.js, version 20.12 or newer, to run it (nodejs.org).', 1);
  sheet.paragraph('The verifier key of the log, as a line of text saved as KEYS.pub: from whoever runs the log or from a witness, by another way than this file, where a forger would print a key of their own.', 1);
  sheet.paragraph('If a witness, or you, kept checkpoints of the log: those, saved as CHECKPOINTS.jsonl. Only with them can it be told that the log was not replaced as a whole.', 1);
  sheet.subheading('2. Run this, where the files are');
  sheet.mono(`node countersign-verify.mjs ${bundle} --key KEYS.pub`, 1);
  sheet.paragraph('or, with checkpoints that were kept:', 1);
  sheet.mono(`node countersign-verify.mjs ${bundle} --key KEYS.pub --checkpoints CHECKPOINTS.jsonl`, 1);
  sheet.paragraph('The report begins with VERIFIED where everything was checked and nothing was found. INCOMPLETE: nothing was found, and it says what could not be checked and why, such as a kept checkpoint of whose size the bundle has none. Anything else is a finding, with its place.', 1);
  sheet.subheading('3. Compare with this file');
  sheet.paragraph('Unpack the bundle (tar -xf). In its folder records, each line has an index and a leaf: those that stand with each event here. The digest of what each reviewer saw stands with their judgement; the program has checked it against the bytes. Where a witness has a checkpoint of the same number of records, its root is the root above.', 1);
}
