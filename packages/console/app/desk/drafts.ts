/**
 * Drafts: on this machine at once, on the server every two seconds. The local copy goes once the server has the same words, so that a
 * shared machine keeps no more than it must. Without React; storage, server and timer are handed in.
 */

import type { Draft, SavedDraft, StoredDraft } from '../api/contract.ts';
import { isPassing } from '../api/problem.ts';
import { draftKey, readLocal, writeLocal } from './local-drafts.ts';
import type { DraftStorage, Local } from './local-drafts.ts';

export type DraftState = 'clean' | 'kept-here' | 'saved';

export type DraftParts = {
  storage: DraftStorage;
  nowMs(): number;
  /** Sends a draft, or that there is none any more; throws where it did not arrive. */
  put(draft: Draft | null): Promise<void>;
  read(): Promise<StoredDraft>;
  schedule(run: () => void, ms: number): () => void;
  onState(state: DraftState): void;
};

export const saveEveryMs = 2000;
const retryMs = 5000;
/** The last that was answered, and one that may be on its way. */
const sentMax = 2;

/** The drafts of one task of one person. */
export class DraftKeeper {
  readonly #key: string;
  readonly #parts: DraftParts;
  #latest: Draft | null = null;
  #sent: readonly Draft[] = [];
  #dirty = false;
  #saving = false;
  #sending: Promise<void> = Promise.resolve();
  #stopped = false;
  #paused = false;
  #cancel: (() => void) | null = null;

  constructor(personId: string, taskId: string, parts: DraftParts) {
    this.#key = draftKey(personId, taskId);
    this.#parts = parts;
  }

  /** What was written before, here or on the server, whichever is later; null where nothing was, or all of it was taken away. */
  async load(): Promise<Draft | null> {
    const local = readLocal(this.#parts.storage, this.#key);
    const stored = await this.#parts.read().catch(() => null);
    const remote = stored?.draft == null ? null : draftFrom(stored.draft);
    // Words that are written on with from now on, here or there; before what was sent while this was read.
    this.#sent = [...(local?.sent ?? []), ...(remote === null ? [] : [remote]), ...this.#sent].slice(-sentMax);
    return laterOf(local, stored);
  }

  /** Called with each change; null where nothing is chosen or written any more. */
  change(draft: Draft | null): void {
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

  /** Nothing is sent any more, and what is here stays. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** Another screen is shown: what was not sent yet goes at once. Where it does not arrive, it stays here. */
  leave(): void {
    const unsent = this.#dirty && !this.#stopped && !this.#paused;
    this.stop();
    // Behind one that is on its way: the server keeps what arrives last.
    if (unsent) void this.#sending.catch(() => undefined).then(() => this.#send(this.#latest)).catch(() => undefined);
  }

  /** It was judged: the words are on record, the draft has done its work. */
  done(): void {
    this.stop();
    this.#parts.storage.removeItem(this.#key);
  }

  #keepHere(draft: Draft | null): void {
    writeLocal(this.#parts.storage, this.#key, { draft, savedAtMs: this.#parts.nowMs(), sent: this.#sent });
  }

  /** The copy here goes once the server has it, unless another one was written by then. */
  async #send(draft: Draft | null): Promise<void> {
    await this.#parts.put(draft);
    const local = readLocal(this.#parts.storage, this.#key);
    if (local !== null && isSame(local.draft, draft)) this.#parts.storage.removeItem(this.#key);
  }

  #plan(ms: number): void {
    if (this.#cancel !== null || this.#saving || this.#stopped) return;
    this.#cancel = this.#parts.schedule(() => {
      this.#cancel = null;
      void this.#save();
    }, ms);
  }

  async #save(): Promise<void> {
    if (!this.#dirty || this.#stopped || this.#paused) return;
    this.#saving = true;
    this.#dirty = false;
    if (this.#latest !== null) this.#sent = [...this.#sent, this.#latest].slice(-sentMax);
    this.#keepHere(this.#latest);
    this.#sending = this.#send(this.#latest);
    try {
      await this.#sending;
      if (!this.#dirty && !this.#stopped) this.#parts.onState('saved');
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

/** Of what is here and what the server has, what was written last. */
export function laterOf(local: Local | null, stored: StoredDraft | null): Draft | null {
  const remote = stored?.draft == null ? null : draftFrom(stored.draft);
  if (local === null) return remote;
  const elsewhere = remote !== null && local.sent?.some((each) => isSame(each, remote)) !== true;
  return elsewhere && stored?.savedAt != null && Date.parse(stored.savedAt) > local.savedAtMs ? remote : local.draft;
}

function isSame(one: SavedDraft | null, other: SavedDraft | null): boolean {
  return JSON.stringify(one === null ? null : draftFrom(one)) === JSON.stringify(other === null ? null : draftFrom(other));
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
