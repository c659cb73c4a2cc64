/** What an export holds and how far it is, in words. Pure. */

import type { ExportFormat, ExportJob, ExportKind, SearchFilter } from '../../api/audit-contract.ts';
import { sizeText } from '../../content/part-view.ts';
import type { Tone } from '../../parts/badge.tsx';
import { countText } from '../../parts/figures.ts';
import { missingReason } from '../../parts/missing-reason.ts';

export const formats: ReadonlyArray<{ format: ExportFormat; label: string; description: string; kinds: readonly ExportKind[] }> = [
  { format: 'bundle', label: 'Bundle', description: 'Every record with its proof, to check offline without us', kinds: ['case', 'range', 'search'] },
  { format: 'pdf', label: 'Case file (PDF)', description: 'To read and to print, with the steps to check it', kinds: ['case'] },
  { format: 'csv', label: 'CSV', description: 'For spreadsheets', kinds: ['case', 'range', 'search'] },
  { format: 'parquet', label: 'Parquet', description: 'For data tools', kinds: ['case', 'range', 'search'] },
];

export function formatLabel(format: ExportFormat): string {
  return formats.find((each) => each.format === format)?.label ?? format;
}

/** `mailroom / letter-2`, `Recorded from … to …`, or what was searched by. */
export function whatText({ kind, filter }: Pick<ExportJob, 'kind' | 'filter'>): string {
  const { system, decisionId, from, to, ...others } = filter;
  if (kind === 'case') return `${textOf(system)} / ${textOf(decisionId)}`;
  const days = from === undefined && to === undefined ? '' : `recorded ${[from === undefined ? '' : `from ${instantText(from)}`, to === undefined ? '' : `to ${instantText(to)}`].filter((each) => each !== '').join(' ')}`;
  if (kind === 'range') return days === '' ? 'The whole log' : capitalised(days);
  const named = Object.entries({ system, decisionId, ...others }).flatMap(([name, value]) => (value === undefined || name === 'order' ? [] : [`${fieldNames[name] ?? name} ${textOf(value)}`]));
  return capitalised([...named, ...(days === '' ? [] : [days])].join(', ')) || 'Every event';
}

const fieldNames: Readonly<Record<string, string>> = { system: 'system', decisionId: 'decision', decisionType: 'type', reviewer: 'judged by', actor: 'done by', kind: 'kind', record: 'event', policyVersion: 'policy' };

function textOf(value: SearchFilter[string] | undefined): string {
  return typeof value === 'string' ? value : (value ?? []).join(' or ');
}

function instantText(value: SearchFilter[string]): string {
  const date = new Date(textOf(value));
  return Number.isNaN(date.getTime()) ? textOf(value) : date.toLocaleString(undefined, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function stateOf({ state }: Pick<ExportJob, 'state'>): { text: string; tone: Tone } {
  switch (state) {
    case 'waiting': return { text: 'Waits', tone: 'plain' };
    case 'running': return { text: 'Being made', tone: 'accent' };
    case 'ready': return { text: 'Ready', tone: 'good' };
    case 'failed': return { text: 'Failed', tone: 'bad' };
    case 'expired': return { text: 'Expired', tone: 'plain' };
    case 'removed': return { text: 'Removed', tone: 'plain' };
  }
}

/** How far one is that is being made; nothing of any other, and before there is something to tell. */
export function progressText({ state, progress: { records, bytes } }: Pick<ExportJob, 'state' | 'progress'>): string {
  return state === 'running' && records > 0 ? `${countText(records)} records, ${sizeText(bytes)} so far` : '';
}

export function isUnfinished({ state }: Pick<ExportJob, 'state'>): boolean {
  return state === 'waiting' || state === 'running';
}

/** Why it is taken: the record keeps it, and a word or two say nothing. */
export const reasonCharactersMin = 10;
export const reasonCharactersMax = 1000;

/** What keeps an export from being asked for, or null. */
export function missingOf({ formats: chosen, disclose, reason }: { formats: readonly ExportFormat[]; disclose: boolean | null; reason: string }): string | null {
  if (chosen.length === 0) return 'Choose a format.';
  if (disclose === null) return 'Say whether content goes along.';
  return missingReason(reason) ?? (reason.trim().length < reasonCharactersMin ? `Say why, in ${reasonCharactersMin} characters or more.` : null);
}
