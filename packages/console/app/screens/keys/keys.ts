/** API keys in words, and what a new one needs. Pure: the present is an argument. */

import type { ApiKey } from '../../api/contract.ts';
import type { Tone } from '../../parts/badge.tsx';
import { durationText } from '../../parts/instant.ts';

const dayMs = 86_400_000;
/** A key that ends so soon asks to be rotated. */
const soonMs = 14 * dayMs;

export function stateOf({ state, expiresAt }: ApiKey, nowMs: number): { text: string; tone: Tone } {
  const leftMs = Date.parse(expiresAt) - nowMs;
  switch (state) {
    case 'revoked': return { text: 'Revoked', tone: 'bad' };
    case 'expired': return { text: 'Expired', tone: 'plain' };
    case 'rotating': return leftMs <= 0 ? { text: 'Expired', tone: 'plain' } : { text: `Replaced, ends in ${durationText(leftMs)}`, tone: 'warn' };
    case 'active': return leftMs <= 0 ? { text: 'Expired', tone: 'plain' } : leftMs < soonMs ? { text: `Ends in ${durationText(leftMs)}`, tone: 'warn' } : { text: 'Active', tone: 'good' };
    default: return state satisfies never;
  }
}

/** It still opens something. */
export function isGood({ state, expiresAt }: ApiKey, nowMs: number): boolean {
  return (state === 'active' || state === 'rotating') && Date.parse(expiresAt) > nowMs;
}

/** Good ones first, and within them the newest. */
export function inOrder(keys: readonly ApiKey[], nowMs: number): ApiKey[] {
  return [...keys].sort((a, b) => Number(isGood(b, nowMs)) - Number(isGood(a, nowMs)) || Date.parse(b.createdAt) - Date.parse(a.createdAt));
}

/** Systems as somebody types them, between commas or spaces; each once. */
export function systemsOf(typed: string): string[] {
  return [...new Set(typed.split(/[\s,;]+/).filter((system) => system !== ''))];
}

export type Wish = { name: string; systems: string; days: number };

/** What keeps it from being made, or null. */
export function missingOf({ name, systems, days }: Wish): string | null {
  if (name.trim() === '') return 'Say what it is for.';
  if (systemsOf(systems).length === 0) return 'Say which system it may speak for.';
  return Number.isInteger(days) && days >= 1 && days <= 400 ? null : 'A key lives between 1 and 400 days.';
}
