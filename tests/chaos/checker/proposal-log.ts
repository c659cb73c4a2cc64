import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type avro from 'avsc';
import type { LoggedProposal } from './world.ts';

/** One line of the log, written before the proposal is sent. */
export function logLine({ system, decisionId, fingerprint }: LoggedProposal): string {
  return `${JSON.stringify([system, decisionId, fingerprint])}\n`;
}

export function readProposalLog(file: string): LoggedProposal[] {
  return readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => {
    const [system, decisionId, fingerprint] = JSON.parse(line) as [string, string, string];
    return { system, decisionId, fingerprint };
  });
}

/** What a proposal says, whenever it was said: SHA-256 of its Avro bytes with `proposedAt` 0. */
export function fingerprintOf(type: avro.Type, value: object): string {
  return createHash('sha256').update(type.toBuffer({ ...value, proposedAt: 0 })).digest('hex');
}
