import { measureAppend } from './audit/append.ts';
import { measureProof } from './audit/proof.ts';
import { measureVerify } from './audit/verify.ts';

/** What the proof costs: appending with it, proving one record of ten million, and verifying an export. One file a measurement. */
export async function benchAudit(home: string, cache: string): Promise<Record<string, number>> {
  return { ...(await measureAppend(home, cache)), ...(await measureProof(home)), ...(await measureVerify()) };
}
