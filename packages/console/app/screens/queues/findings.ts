/** Findings in words, and what a settlement has to say. Pure: the present is an argument. */

import type { Finding } from '../../api/contract.ts';
import { dayOf } from '../../parts/day-range.ts';
import type { Tone } from '../../parts/badge.tsx';
import type { FindingState } from './search.ts';

export const stateLabels: Readonly<Record<FindingState, { text: string; tone: Tone }>> = {
  open: { text: 'To settle', tone: 'warn' }, reversed: { text: 'Reversed', tone: 'good' }, incident: { text: 'Incident', tone: 'bad' }, dismissed: { text: 'Dismissed', tone: 'plain' }, closed: { text: 'Incident closed', tone: 'good' },
};

export function isReversible({ reversibleUntil }: Finding, nowMs: number): boolean {
  return reversibleUntil !== null && Date.parse(reversibleUntil) > nowMs;
}

/** What was decided about it, in a line; a dash while it is open. */
export function settledText({ state, note, owner, ownerName, dueAt, disposition, disposedBy, disposedByName }: Finding): string {
  if (state === 'open') return '–';
  const words = state === 'incident' ? `${disposition ?? ''} (${ownerName ?? owner ?? 'nobody'}${dueAt === null ? '' : `, by ${dayOf(new Date(dueAt))}`})` : (note ?? '');
  return disposedBy === null ? words : `${words} · ${disposedByName ?? disposedBy}`;
}

export type SettlingAction = 'reverse' | 'incident' | 'dismiss' | 'close';
/** What can be done about it now: an incident is closed, everything else that is open is settled. */
export function actionsOf({ state }: Finding): readonly SettlingAction[] {
  return state === 'open' ? ['reverse', 'incident', 'dismiss'] : state === 'incident' ? ['close'] : [];
}

export type Settling = { action: SettlingAction; note: string; owner: string; dueOn: string; disposition: string };

/** What is still missing before it can be sent, or null. */
export function missingOf({ action, note, owner, dueOn, disposition }: Settling): string | null {
  if (note.trim() === '') return 'Say why.';
  if (action !== 'incident') return null;
  if (owner.trim() === '') return 'Name somebody who sees to it.';
  if (Number.isNaN(Date.parse(dueOn))) return 'Say by when.';
  return disposition.trim() === '' ? 'Say what is to be done.' : null;
}

/** What is sent; a due day ends at its midnight, local time. */
export function bodyOf({ action, note, owner, dueOn, disposition }: Settling): Record<string, string> {
  if (action !== 'incident') return { action, note: note.trim() };
  return { action, note: note.trim(), owner: owner.trim(), dueAt: new Date(`${dueOn}T23:59:59`).toISOString(), disposition: disposition.trim() };
}
