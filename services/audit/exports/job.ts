import { CountersignError } from '@countersign/kit';
import type { EventFilter } from '../searches/filter.ts';

export const exportKinds = ['case', 'range', 'search'] as const;
export type ExportKind = (typeof exportKinds)[number];
export const exportFormats = ['bundle', 'csv', 'parquet', 'pdf'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What a case file is called inside of a bundle. */
export const caseFileName = 'case-file.pdf';

/** What a file is called where it is saved. */
export function fileNameOf({ kind, exportId }: Pick<ExportJob, 'kind' | 'exportId'>, name: string): string {
  return `countersign-${kind}-${exportId.slice(0, 8)}-${name}`;
}

/** What is asked for. `disclose`: content in the clear, where it was not erased. */
export type ExportRequest = { kind: ExportKind; filter: EventFilter; formats: readonly ExportFormat[]; disclose: boolean; reason: string };

/** `made`: its files are there, and are given to nobody before it is on the log. */
export type ExportState = 'waiting' | 'running' | 'made' | 'ready' | 'failed' | 'expired' | 'removed';
export type ExportFile = { format: ExportFormat; name: string; mediaType: string; records: number; bytes: number; sha256: string };
export type ExportFailureCode = 'disk-full' | 'too-large' | 'interrupted' | 'memory' | 'nothing-found' | 'bundle-unavailable' | 'internal';
export type ExportFailure = { code: ExportFailureCode; detail: string; remedy: string };

export type ExportJob = ExportRequest & {
  exportId: string; state: ExportState; requestedBy: string; requestedAt: string; startedAt: string | null; finishedAt: string | null; expiresAt: string | null; attempt: number; records: number; bytes: number;
  files: readonly ExportFile[]; failure: ExportFailure | null;
};

const remedies: { readonly [C in ExportFailureCode]: string } = {
  'disk-full': 'Free some space on the disk of the export folder, or move the folder, and ask again.',
  'too-large': 'Ask for less: a shorter range, fewer formats. Or delete exports that are not needed, or have an operator raise COUNTERSIGN_AUDIT_EXPORT_BYTES_MAX.',
  interrupted: 'Ask again once audit runs steadily; its log says why it ended.',
  memory: 'Ask for less. If a case of ordinary size does this, give an operator the id of the export.',
  'nothing-found': 'Widen the filter.',
  'bundle-unavailable': 'Ask again once the log has given its places: GET /v1/audit/log/status says how far it is.',
  internal: 'Ask again; if it stays, give an operator the id of the export.',
};

/** Why an export cannot be made, in words for whoever asked. */
export class ExportFailedError extends Error {
  override name = 'ExportFailedError';
  readonly code: ExportFailureCode;
  constructor(code: ExportFailureCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export function failureOf(code: ExportFailureCode, detail: string): ExportFailure {
  return { code, detail, remedy: remedies[code] };
}

/** What is wrong with a request that its schema let through: the field and a sentence; `null` where nothing is. */
export function requestProblem({ kind, filter, formats, reason }: ExportRequest): { field: string; detail: string } | null {
  const given = Object.keys(filter);
  const allowed: { readonly [K in ExportKind]: readonly string[] } = { case: ['system', 'decisionId'], range: ['from', 'to'], search: given };
  const foreign = given.find((name) => !allowed[kind].includes(name));
  if (foreign !== undefined) return { field: `filter.${foreign}`, detail: `A ${kind} is chosen by ${allowed[kind].join(' and ')}, not by ${foreign}.` };
  if (kind === 'case') for (const name of ['system', 'decisionId'] as const) if (filter[name] === undefined) return { field: `filter.${name}`, detail: `filter.${name} is needed: a case is one decision.` };
  if (kind !== 'case' && formats.includes('pdf')) return { field: 'formats', detail: 'A PDF is made of one case; a range and a search come as bundle, csv or parquet.' };
  return reasonProblem(reason);
}

export const reasonCharsMin = 10;

function reasonProblem(reason: string): { field: string; detail: string } | null {
  return reason.trim().length >= reasonCharsMin ? null : { field: 'reason', detail: `reason must have at least ${reasonCharsMin} characters: it goes on the record.` };
}

/** Throws `invalid-request` for one that says too little. */
export function requireReason(reason: string): void {
  const problem = reasonProblem(reason);
  if (problem !== null) throw new CountersignError('invalid-request', problem.detail, { field: problem.field });
}
