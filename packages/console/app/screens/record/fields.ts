/** Reads what an event says. Whatever is not there, or is something else than was expected, is left out: old events stay readable. Pure. */

import type { Fields } from '../../api/audit-contract.ts';

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf).filter((each) => each !== '') : [];
}

export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** Events carry microseconds since 1970; null where there are none. */
export function instantOf(micros: unknown): string | null {
  const ms = typeof micros === 'number' ? micros / 1000 : NaN;
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null;
}

/** The parts that are there, with a dot between them. */
export function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

/** `VerdictConflict` as `Verdict conflict`. */
export function spaced(name: string): string {
  const words = name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
