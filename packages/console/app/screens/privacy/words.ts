/** Erasures, holds and retention in words. Pure. */

import type { Concerned, Erasure, LegalHold, RetentionRule } from '../../api/audit-contract.ts';
import type { Tone } from '../../parts/badge.tsx';
import { countText } from '../../parts/figures.ts';

/** `person reis of mailroom`, `3 decisions of mailroom`; never more names than fit a line. */
export function concernedText({ system, subjectKind, subjectId, decisionIds }: Concerned): string {
  const of = system === null ? '' : ` of ${system}`;
  if (decisionIds.length === 1) return `Decision ${decisionIds[0]}${of}`;
  if (decisionIds.length > 1) return `${countText(decisionIds.length)} decisions${of}: ${decisionIds.slice(0, 3).join(', ')}${decisionIds.length > 3 ? ', …' : ''}`;
  if (subjectKind !== null || subjectId !== null) return `${capitalised(subjectKind ?? 'subject')} ${subjectId ?? '(name not kept)'}${of}`;
  return system === null ? 'A subject whose name is not kept' : `A subject${of} whose name is not kept`;
}

export function erasureWhat(erasure: Erasure): string {
  if (erasure.eventIds.length > 0) return erasure.eventIds.length === 1 ? `Dead letter ${erasure.eventIds[0]}` : `${countText(erasure.eventIds.length)} dead letters`;
  return concernedText(erasure);
}

export function holdWhat(hold: LegalHold): string {
  if (hold.decisionType === null) return concernedText(hold);
  return `Every decision of type ${hold.decisionType}${hold.system === null ? '' : ` of ${hold.system}`}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function erasureState({ state }: Pick<Erasure, 'state'>): { text: string; tone: Tone } {
  switch (state) {
    case 'requested': return { text: 'Waits for a second officer', tone: 'warn' };
    case 'approved': return { text: 'Being erased', tone: 'accent' };
    case 'completed': return { text: 'Erased', tone: 'good' };
    case 'refused': return { text: 'Refused', tone: 'plain' };
  }
}

/** `12 decisions, 1 kept by a legal hold`. */
export function extentText({ decisions, heldBack, eventIds }: Erasure): string {
  if (eventIds.length > 0) return eventIds.length === 1 ? '1 event' : `${countText(eventIds.length)} events`;
  const all = decisions === 1 ? '1 decision' : `${countText(decisions)} decisions`;
  return heldBack === 0 ? all : `${all}, ${countText(heldBack)} kept by a legal hold`;
}

export function holdState({ state }: Pick<LegalHold, 'state'>): { text: string; tone: Tone } {
  switch (state) {
    case 'active': return { text: 'In force', tone: 'accent' };
    case 'lift-asked': return { text: 'Lifting waits for a second officer', tone: 'warn' };
    case 'lifted': return { text: 'Lifted', tone: 'plain' };
  }
}

/** `2,190 days (6 years)`. */
export function keptText(days: number | null): string {
  if (days === null) return 'for ever';
  const years = days / 365;
  const rounded = days >= 365 ? ` (${Number.isInteger(years) ? '' : 'about '}${Math.round(years * 10) / 10} ${years === 1 ? 'year' : 'years'})` : '';
  return `${countText(days)} ${days === 1 ? 'day' : 'days'}${rounded}`;
}

export function typeText({ decisionType }: Pick<RetentionRule, 'decisionType'>): string {
  return decisionType === '*' ? 'Everything else' : decisionType;
}

/** Ids as they are typed or pasted: one a line, or with commas between them. */
export function idsOf(text: string): string[] {
  return [...new Set(text.split(/[\n,]+/).map((each) => each.trim()).filter((each) => each !== ''))];
}

/** Nobody agrees with themselves. */
export function isSecond(askedBy: string | null, personId: string): boolean {
  return askedBy !== null && askedBy !== personId;
}
