/** Drafts as this browser has them: what the server does not have yet, or never will since the claim is gone. */

import type { Draft } from '../api/contract.ts';

export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** `draft` null: everything was taken away again. `sent`: what went to the server before it, answered or not. There it is the older one, whenever it arrived and whatever clock dated it. */
export type Local = { draft: Draft | null; savedAtMs: number; sent?: readonly Draft[] };

export type HereDraft = { taskId: string; savedAtMs: number };

const prefix = 'countersign.draft';
/** They are about somebody, and no erasure reaches them here: over a weekend, and no longer. */
export const keptHereMsMax = 3 * 86_400_000;

export function draftKey(personId: string, taskId: string): string {
  return `${prefix}.${encodeURIComponent(personId)}.${taskId}`;
}

export function readLocal(storage: Pick<DraftStorage, 'getItem'>, key: string): Local | null {
  try {
    const read = JSON.parse(storage.getItem(key) ?? 'null') as Local | null;
    if (read === null || typeof read.savedAtMs !== 'number') return null;
    return read.draft === null || (typeof read.draft?.reasoning === 'string' && Array.isArray(read.draft.reasonCodes)) ? read : null;
  } catch {
    return null;
  }
}

/** A full or forbidden storage must not stop anybody from typing; the server still gets it. */
export function writeLocal(storage: Pick<DraftStorage, 'setItem'>, key: string, local: Local): void {
  try {
    storage.setItem(key, JSON.stringify(local));
  } catch {
    // Told by the state: it says `saved` only once the server has it.
  }
}

/**
 * What only this browser has of a person's words. `known`: the tasks that they hold, or of which the server lists their words; what is here of
 * those is found there. Of everybody, what is too old or cannot be read goes: its task is long done or in other hands.
 */
export function draftsHere(storage: DraftStorage, keys: readonly string[], personId: string, known: ReadonlySet<string>, nowMs: number): HereDraft[] {
  const own = draftKey(personId, '');
  const left: HereDraft[] = [];
  for (const key of keys) {
    if (!key.startsWith(`${prefix}.`)) continue;
    const taskId = key.startsWith(own) ? key.slice(own.length) : null;
    if (taskId !== null && known.has(taskId)) continue;
    const local = readLocal(storage, key);
    if (local === null || nowMs - local.savedAtMs > keptHereMsMax) storage.removeItem(key);
    else if (taskId !== null && local.draft !== null) left.push({ taskId, savedAtMs: local.savedAtMs });
  }
  return left;
}
