/** Erasures, holds and retention in words. Pure. */

import type { Erasure, LegalHold, RetentionDay, RetentionRule } from '../../api/audit-contract.ts';
import type { Tone } from '../../parts/badge.tsx';
import { countText } from '../../parts/figures.ts';
import { isolated } from '../../parts/isolated.ts';

/** `Person reis of mailroom`, `3 decisions of mailroom`; never more names than fit a line. */
export function erasureWhat({ kind, system, subject, decisionIds, eventIds, decisions }: Erasure): string {
  if (kind === 'events') return eventIds.length === 1 ? `Dead letter ${eventIds[0]}` : `${countText(eventIds.length)} dead letters`;
  if (kind === 'decisions') return decisionsText(decisionIds, decisions, system);
  return subject === null ? `A subject${ofText(system)}, whose name is not kept` : `${isolated(capitalised(subject.subjectKind))} ${isolated(subject.subjectId)}${ofText(system)}`;
}

export function holdWhat({ system, subjectRef, decisionIds, decisionType }: LegalHold): string {
  if (decisionType !== null) return `Every decision of type ${decisionType}${ofText(system)}`;
  if (subjectRef !== null) return `A subject${ofText(system)}, on record as ${subjectRef.slice(0, 12)}`;
  return decisionsText(decisionIds, decisionIds.length, system);
}

const namedMax = 3;

function decisionsText(ids: readonly string[], count: number, system: string | null): string {
  if (count === 1 && ids[0] !== undefined) return `Decision ${isolated(ids[0])}${ofText(system)}`;
  const named = ids.length === 0 ? '' : `: ${ids.slice(0, namedMax).map(isolated).join(', ')}${ids.length > namedMax ? ', …' : ''}`;
  return `${count === 1 ? '1 decision' : `${countText(count)} decisions`}${ofText(system)}${named}`;
}

function ofText(system: string | null): string {
  return system === null ? '' : ` of ${isolated(system)}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function erasureState({ state }: Pick<Erasure, 'state'>): { text: string; tone: Tone } {
  switch (state) {
    case 'requested': return { text: 'Waits for a second officer', tone: 'warn' };
    case 'refused': return { text: 'Refused', tone: 'plain' };
    case 'approved': case 'entombed': case 'listed': return { text: 'Begun', tone: 'accent' };
    case 'destroyed': case 'announced': return { text: 'Keys destroyed, services at it', tone: 'accent' };
    case 'completed': return { text: 'Erased', tone: 'good' };
  }
}

/** It runs by itself to its end. */
export function isRunning({ state }: Pick<Erasure, 'state'>): boolean {
  return state !== 'requested' && state !== 'refused' && state !== 'completed';
}

/** `12 decisions, 1 kept by a legal hold`; of a subject nobody counts before it is approved. */
export function extentText({ kind, state, decisions, held, eventIds }: Erasure): string {
  if (kind === 'events') return eventIds.length === 1 ? '1 event' : `${countText(eventIds.length)} events`;
  if (kind === 'subject' && (state === 'requested' || state === 'refused')) return 'every decision until it is approved';
  const all = decisions === 1 ? '1 decision' : `${countText(decisions)} decisions`;
  return held === 0 ? all : `${all}, ${countText(held)} kept by a legal hold`;
}

export function holdState({ state }: Pick<LegalHold, 'state'>): { text: string; tone: Tone } {
  switch (state) {
    case 'standing': return { text: 'In force', tone: 'accent' };
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

export function dayState({ state }: Pick<RetentionDay, 'state'>): { text: string; tone: Tone } {
  switch (state) {
    case 'kept': return { text: 'Kept', tone: 'plain' };
    case 'due': return { text: 'Due', tone: 'accent' };
    case 'held': return { text: 'Held', tone: 'warn' };
    case 'exported': return { text: 'Exported', tone: 'accent' };
    case 'applied': return { text: 'Gone from the database', tone: 'plain' };
  }
}

/** Counted once a day is exported. */
export function recordsText({ state, records }: Pick<RetentionDay, 'state' | 'records'>): string {
  return state === 'exported' || state === 'applied' ? countText(records) : '–';
}

/** `log 0 to 119`; nothing where none of the day had its place. */
export function indicesText({ firstIndex, lastIndex }: Pick<RetentionDay, 'firstIndex' | 'lastIndex'>): string {
  return firstIndex === null || lastIndex === null ? '–' : `${firstIndex} to ${lastIndex}`;
}

/** Ids as they are typed or pasted: one a line, or with commas between them. */
export function idsOf(text: string): string[] {
  return [...new Set(text.split(/[\n,]+/).map((each) => each.trim()).filter((each) => each !== ''))];
}

/** Nobody agrees with themselves. */
export function isSecond(askedBy: string | null, personId: string): boolean {
  return askedBy !== null && askedBy !== personId;
}
