import { createHash } from 'node:crypto';
import { until, type TestStack } from '../../../tests/harness/stack.ts';

export type Told = {
  exportId: string; state: string; attempts: number; progress: { records: number; bytes: number }; files: Array<{ format: string; name: string; mediaType: string; records: number; bytes: number; sha256: string }>; failure: { code: string; detail: string; remedy: string } | null; requestedBy: string; mine: boolean;
};

export const reason = 'Complaint 2026-118 of the applicant';

/** Asks for an export, as an auditor. */
export async function askFor(stack: TestStack, body: object, person = 'olga') {
  return await stack.call(person, 'auditor', 'POST', '/v1/audit/exports', { formats: ['csv'], disclose: true, reason, ...body });
}

export async function look(stack: TestStack, exportId: string): Promise<Told> {
  const { status, text } = await stack.call('olga', 'auditor', 'GET', `/v1/audit/exports/${exportId}`);
  if (status !== 200) throw new Error(text);
  return JSON.parse(text) as Told;
}

/** Asks, and waits until it is ready or failed. */
export async function exported(stack: TestStack, body: object, deadlineMs = 120_000): Promise<Told> {
  const { status, text } = await askFor(stack, body);
  if (status !== 202) throw new Error(text);
  const { exportId } = JSON.parse(text) as Told;
  return await ended(stack, exportId, deadlineMs);
}

export async function ended(stack: TestStack, exportId: string, deadlineMs = 120_000): Promise<Told> {
  return await until(`export ${exportId} to end`, async () => {
    const told = await look(stack, exportId);
    return ['waiting', 'running'].includes(told.state) ? undefined : told;
  }, deadlineMs);
}

/** A file of it, with its digest and what its headers say. */
export async function download(stack: TestStack, exportId: string, format?: string): Promise<{ status: number; bytes: Buffer; sha256: string; headers: Headers }> {
  const response = await fetch(`${stack.services?.url ?? ''}/v1/audit/exports/${exportId}/file${format === undefined ? '' : `?format=${format}`}`, { headers: { authorization: `Bearer ${await stack.token('olga', 'auditor')}` } });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), headers: response.headers };
}
