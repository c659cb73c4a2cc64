import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call } from './http.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples');
const decisionTypes = ['digits.routing', 'biopsy.triage'];
const deadlineMs = 60_000;

type TokenOf = (subject: string, role: string) => Promise<string>;
/** Policy version by decision type. */
export type ActiveVersions = ReadonlyMap<string, string>;

/** Puts both example policies in force as two people do: one proposes, another approves and activates. */
export async function activatePolicies(httpUrl: string, tokenOf: TokenOf): Promise<ActiveVersions> {
  const author = await tokenOf('interop-author', 'policy-author');
  const approver = await tokenOf('interop-approver', 'policy-approver');
  const versions = new Map<string, string>();
  for (const type of decisionTypes) {
    const text = await readFile(join(examples, 'policies', `${type}.yaml`), 'utf8');
    const { version } = (await call('POST', `${httpUrl}/v1/policies/versions`, author, { text, note: 'Interop run.' })) as { version: string };
    await call('POST', `${httpUrl}/v1/policies/versions/${version}/approval`, approver, {});
    await call('POST', `${httpUrl}/v1/policies/versions/${version}/activation`, approver, {});
    versions.set(type, version);
  }
  return versions;
}

/**
 * Waits until intake pins the activated versions: an activation travels over Kafka, and what arrives before it is rightly
 * pinned to the version before. The probes are recorded decisions, posted as they stand in the file but for the id.
 */
export async function requirePinned(httpUrl: string, token: string, versions: ActiveVersions): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  for (const [type, version] of versions) {
    const [line = ''] = (await readFile(join(examples, 'recorded', `${type}.jsonl`), 'utf8')).split('\n', 1);
    const recorded = JSON.parse(line) as { system: string };
    for (let probe = 0; (await pinnedVersion(httpUrl, token, recorded, `probe-${probe}`, deadline)) !== version; probe += 1) {
      if (Date.now() > deadline) throw new Error(`${type} was not pinned to ${version} within ${deadlineMs} ms`);
    }
  }
}

async function pinnedVersion(httpUrl: string, token: string, recorded: { system: string }, decisionId: string, deadline: number): Promise<string | undefined> {
  await call('POST', `${httpUrl}/v1/decisions`, token, { ...recorded, decisionId, proposedAt: new Date().toISOString() });
  while (Date.now() < deadline) {
    const response = await fetch(`${httpUrl}/v1/decisions/${recorded.system}/${decisionId}?wait=200ms`, { headers: { authorization: `Bearer ${token}` } });
    if (response.ok) return ((await response.json()) as { policyVersion?: string }).policyVersion;
    await response.body?.cancel();
    if (response.status !== 404) throw new Error(`${response.url} answered ${response.status}`);
  }
  return undefined;
}
