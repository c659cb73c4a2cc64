/**
 * Drafts: on this machine at once, on the server every two seconds. The local copy goes once the server has the same words, so that a
 * shared machine keeps no more than it must. Without React; storage, server and timer are handed in.
 */

import type { Draft, SavedDraft, StoredDraft } from '../api/contract.ts';
import { isPassing } from '../api/problem.ts';

export type DraftState = 'clean' | 'kept-here' | 'saved';

export type DraftParts = {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  nowMs(): number;
  /** Sends a draft; throws where it did not arrive. */
  put(draft: Draft): Promise<void>;
  read(): Promise<StoredDraft>;
  schedule(run: () => void, ms: number): () => void;
  onState(state: DraftState): void;
};

export const saveEveryMs = 2000;
const retryMs = 5000;
/** The last that was answered, and one that may be on its way. */
const sentMax = 2;

/** `sent`: what went to the server before it, answered or not. There it is the older one, whenever it arrived and whatever clock dated it. */
type Local = { draft: Draft; savedAtMs: number; sent?: readonly Draft[] };

/** The drafts of one task of one person. */
export class DraftKeeper {
  readonly #key: string;
  readonly #parts: DraftParts;
  #latest: Draft | null = null;
  #sent: readonly Draft[] = [];
  #dirty = false;
  #saving = false;
  #stopped = false;
  #paused = false;
  #cancel: (() => void) | null = null;

  constructor(personId: string, taskId: string, parts: DraftParts) {
    this.#key = draftKey(personId, taskId);
    this.#parts = parts;
  }

  /** What was written before, here or on the server, whichever is later; null where nothing was. */
  async load(): Promise<Draft | null> {
    const local = readLocal(this.#parts.storage, this.#key);
    const stored = await this.#parts.read().catch(() => null);
    const remote = stored?.draft == null ? null : draftFrom(stored.draft);
    const elsewhere = remote !== null && local?.sent?.some((each) => isSame(each, remote)) !== true;
    // Words that are written on with from now on, here or there; before what was sent while this was read.
    this.#sent = [...(local?.sent ?? []), ...(remote === null ? [] : [remote]), ...this.#sent].slice(-sentMax);
    if (local === null) return remote;
    if (elsewhere && stored?.savedAt != null && Date.parse(stored.savedAt) > local.savedAtMs) return remote;
    return local.draft;
  }

  /** Called with each change. */
  change(draft: Draft): void {
    if (this.#stopped) return;
    this.#latest = draft;
    this.#dirty = true;
    this.#keepHere(draft);
    this.#parts.onState('kept-here');
    this.#plan(saveEveryMs);
  }

  /** While the judgement itself is on its way, its draft is not sent beside it. */
  pause(paused: boolean): void {
    this.#paused = paused;
    if (!paused && this.#dirty) this.#plan(saveEveryMs);
  }

  /** Nothing is sent any more, and what is here stays: the claim is gone, or another screen is shown. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** It was judged: the words are on record, the draft has done its work. */
  done(): void {
    this.stop();
    this.#parts.storage.removeItem(this.#key);
  }

  #keepHere(draft: Draft): void {
    writeLocal(this.#parts.storage, this.#key, { draft, savedAtMs: this.#parts.nowMs(), sent: this.#sent });
  }

  #plan(ms: number): void {
    if (this.#cancel !== null || this.#saving || this.#stopped) return;
    this.#cancel = this.#parts.schedule(() => {
      this.#cancel = null;
      void this.#save();
    }, ms);
  }

  async #save(): Promise<void> {
    const draft = this.#latest;
    if (draft === null || !this.#dirty || this.#stopped || this.#paused) return;
    this.#saving = true;
    this.#dirty = false;
    this.#sent = [...this.#sent, draft].slice(-sentMax);
    this.#keepHere(draft);
    try {
      await this.#parts.put(draft);
      if (!this.#dirty && !this.#stopped) {
        this.#parts.storage.removeItem(this.#key);
        this.#parts.onState('saved');
      }
      this.#saving = false;
    } catch (error) {
      this.#saving = false;
      this.#dirty = true;
      // What the server will never take is not sent again and again; the next change is.
      if (isPassing(error)) this.#plan(retryMs);
      return;
    }
    if (this.#dirty) this.#plan(saveEveryMs);
  }
}

function isSame(one: SavedDraft, other: SavedDraft): boolean {
  return JSON.stringify(draftFrom(one)) === JSON.stringify(draftFrom(other));
}

const decisions = ['approve', 'reject', 'modify'] as const;

/** What this console understands of a draft. */
function draftFrom({ decision, answer, output, reasonCodes = [], reasoning = '' }: SavedDraft): Draft {
  const said = decisions.find((each) => each === decision);
  return {
    ...(said === undefined ? {} : { decision: said }),
    ...(answer == null ? {} : { answer }),
    ...(output?.label == null ? {} : { output: { label: output.label, content: output.content ?? null } }),
    reasonCodes: [...reasonCodes], reasoning,
  };
}

const prefix = 'countersign.draft';

function draftKey(personId: string, taskId: string): string {
  return `${prefix}.${encodeURIComponent(personId)}.${taskId}`;
}

function readLocal(storage: DraftParts['storage'], key: string): Local | null {
  try {
    const read = JSON.parse(storage.getItem(key) ?? 'null') as Local | null;
    return typeof read?.draft?.reasoning === 'string' && Array.isArray(read.draft.reasonCodes) ? read : null;
  } catch {
    return null;
  }
}

/** A full or forbidden storage must not stop anybody from typing; the server still gets it. */
function writeLocal(storage: DraftParts['storage'], key: string, local: Local): void {
  try {
    storage.setItem(key, JSON.stringify(local));
  } catch {
    // Told by the state: it says `saved` only once the server has it.
  }
}
