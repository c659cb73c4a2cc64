import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { BundleError, openBundle, verifyEvidence, type Report, type SamplingKey } from '@countersign/evidence';
import { formatVerifierKey } from '@countersign/merkle';
import { readBundle } from '../../packages/evidence/src/plain/bundle.ts';
import { readSigner } from '../../packages/evidence/src/plain/checkpoints.ts';
import { Damaged, type PlainReport } from '../../packages/evidence/src/plain/report.ts';
import { verifyPlainly } from '../../packages/evidence/src/plain/verify.ts';
import { logKey, witnessKey } from './bundle.ts';

export type Asked = { held?: readonly string[]; samplingKeys?: readonly SamplingKey[]; witness?: boolean; threads?: number };

/** The report of the verifier; the plain one must say the same. Throws a `BundleError` for what is no bundle. */
export async function verifyFile(path: string, asked: Asked = {}): Promise<Report> {
  try {
    const report = await fastReport(path, asked);
    expectAgreement(path, asked, report);
    return report;
  } catch (error) {
    if (error instanceof BundleError) expectAgreement(path, asked, error);
    throw error;
  }
}

async function fastReport(path: string, { held = [], samplingKeys = [], witness = false, threads }: Asked): Promise<Report> {
  return await verifyEvidence(openBundle(path), { trust: { logKeys: [logKey.verifier], witnessKeys: witness ? [witnessKey.verifier] : [], held }, samplingKeys, ...(threads === undefined ? {} : { threads }) });
}

/** What the plain verifier says of the same bundle; an error where it cannot be read. */
function plainReport(path: string, { held = [], samplingKeys = [], witness = false }: Asked): PlainReport | Damaged {
  try {
    const [logKeys, witnessKeys] = [[readSigner(formatVerifierKey(logKey.verifier))], witness ? [readSigner(formatVerifierKey(witnessKey.verifier))] : []];
    return verifyPlainly(readBundle(readFileSync(path)), { logKeys, witnessKeys, held }, samplingKeys.map(({ version, validFrom, key }) => ({ version, start: validFrom, key })));
  } catch (error) {
    if (error instanceof Damaged) return error;
    throw error;
  }
}

/**
 * Two verifiers that were written apart say the same of one bundle: what they found and where, and what they checked how often. Of one that breaks its format they need not
 * have come equally far.
 */
function expectAgreement(path: string, asked: Asked, said: Report | BundleError): void {
  const plain = plainReport(path, asked);
  if (said instanceof BundleError || plain instanceof Damaged) return expect([plain, said]).toEqual([expect.any(Damaged), expect.any(BundleError)]);
  const places = (all: ReadonlyArray<{ code: string; index?: number | null | undefined }>) => all.map(({ code, index }) => `${code} ${index ?? '-'}`).sort();
  expect(plain.verdict).toBe(said.verdict);
  if (plain.found.some(({ code }) => code === 'bundle-damaged')) return;
  const gaps = (all: Report['notes']) => Object.fromEntries(all.map(({ what, why, count }) => [`${what}: ${why}`, count]));
  expect(places(plain.found)).toEqual(places(said.findings));
  expect(Object.fromEntries(plain.checked)).toEqual(said.checked);
  expect([Object.fromEntries(plain.unchecked), Object.fromEntries(plain.notes)]).toEqual([gaps(said.unchecked), gaps(said.notes)]);
}
