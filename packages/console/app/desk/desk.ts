/**
 * The work on a person's desk: what is claimed and loaded, the next task fetched ahead under a pre-claim, and the judgement that can
 * still be taken back. Without React; what a screen shows of it is `view`.
 */

import type { Answer, ApiClient } from '../api/client.ts';
import type { Claim, ClaimOutcome, Draft, HeldClaim, Presentation, Submission, Submitted, Undone } from '../api/contract.ts';
import { isPassing, ProblemError } from '../api/problem.ts';

/** A task with all that is needed to show and to judge it. Whatever is sent names this claim and this digest. */
export type LoadedTask = { claim: Claim; presentation: Presentation; digest: string };

export type Undoable = { task: LoadedTask; finalAtMs: number; said: string; draft: Draft };

export type DeskView = { undoable: Undoable | null };

export type Taken = { outcome: 'task'; task: LoadedTask } | { outcome: 'empty' } | { outcome: 'all-claimed'; until: string };

export type DeskParts = {
  api: Pick<ApiClient, 'call' | 'send'>;
  /** By the server's clock. */
  nowMs(): number;
  schedule(run: () => void, ms: number): void;
};

/** A pre-claim with less left is not begun with: it would end under the reader's eyes. */
const nextLeftMsMin = 3000;
const prefetchPauseMs = 10_000;

export class Desk {
  readonly #parts: DeskParts;
  readonly #listeners = new Set<() => void>();
  readonly #loaded = new Map<string, LoadedTask>();
  readonly #restored = new Map<string, Draft>();
  #view: DeskView = { undoable: null };
  #next: LoadedTask | null = null;
  #prefetching: Promise<void> | null = null;
  #prefetchAfterMs = 0;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): DeskView => this.#view;

  /** What is here already, for a first frame without waiting. */
  loaded(taskId: string): LoadedTask | undefined {
    return this.#loaded.get(taskId);
  }

  /** The next task: the one fetched ahead where its pre-claim still lives, else a new claim. */
  async takeNext(): Promise<Taken> {
    await this.#prefetching;
    const ready = this.#takeReady();
    if (ready !== null) return { outcome: 'task', task: ready };
    const outcome = await this.#parts.api.call<ClaimOutcome>({ method: 'POST', path: '/v1/reviews/claims', body: {} });
    return outcome.outcome === 'claimed' ? { outcome: 'task', task: await this.#load(outcome.claim) } : outcome;
  }

  /** The task fetched ahead, at once, or null. */
  #takeReady(): LoadedTask | null {
    const ready = this.#next;
    this.#next = null;
    if (ready === null || !this.#lives(ready.claim)) return null;
    this.#loaded.set(ready.claim.taskId, ready);
    return ready;
  }

  /** One particular task: loaded, held, or claimed anew. Throws what the server says against it. */
  async open(taskId: string): Promise<Taken> {
    const here = this.#loaded.get(taskId);
    if (here !== undefined) return { outcome: 'task', task: here };
    const { claims } = await this.#parts.api.call<{ claims: HeldClaim[] }>({ method: 'GET', path: '/v1/reviews/claims' });
    const held = claims.find((claim) => claim.taskId === taskId);
    if (held !== undefined) return { outcome: 'task', task: await this.#load(held) };
    return await this.claimAgain(taskId);
  }

  /** After a claim was lost: the same task, if it is still there to be had, with the words that stand on the screen. */
  async claimAgain(taskId: string, words: Draft | null = null): Promise<Taken> {
    this.forget(taskId);
    const outcome = await this.#parts.api.call<ClaimOutcome>({ method: 'POST', path: '/v1/reviews/claims', body: { taskId } });
    if (outcome.outcome !== 'claimed') return outcome;
    const task = await this.#load(outcome.claim);
    if (words !== null) this.#restored.set(taskId, words);
    return { outcome: 'task', task };
  }

  /** Shows the same task anew: its second stage, or what an undo gave back. */
  async reload(claim: Claim): Promise<LoadedTask> {
    return await this.#load(claim);
  }

  /** Fetches the next task ahead, unless one is ready. Never throws: without it the next one merely takes longer. */
  prefetch(): Promise<void> {
    if (this.#next !== null && this.#lives(this.#next.claim)) return Promise.resolve();
    if (this.#parts.nowMs() < this.#prefetchAfterMs) return Promise.resolve();
    this.#prefetching ??= this.#prefetch().finally(() => (this.#prefetching = null));
    return this.#prefetching;
  }

  async #prefetch(): Promise<void> {
    try {
      const outcome = await this.#parts.api.call<ClaimOutcome>({ method: 'POST', path: '/v1/reviews/claims', body: { prefetch: true } });
      // Asked while one that was fetched ahead is still coming to the screen, the server names that one again: it is no next one.
      if (outcome.outcome === 'claimed' && this.#loaded.get(outcome.claim.taskId)?.claim.etag === outcome.claim.etag) return;
      if (outcome.outcome === 'claimed') this.#next = await this.#fetch(outcome.claim);
      else this.#prefetchAfterMs = this.#parts.nowMs() + prefetchPauseMs;
    } catch {
      this.#prefetchAfterMs = this.#parts.nowMs() + prefetchPauseMs;
    }
  }

  /** The server said that a claim is gone. */
  forget(taskId: string): void {
    this.#loaded.delete(taskId);
    if (this.#next?.claim.taskId === taskId) this.#next = null;
  }

  /** Sends a judgement on what was painted. A repeat of the same submission is answered as the first was. */
  async submit(task: LoadedTask, submission: Submission, said: string, draft: Draft): Promise<Submitted> {
    const { claim } = task;
    const submitted = await this.#parts.api.call<Submitted>({ method: 'POST', path: `${pathOf(claim)}/judgement`, etag: claim.etag, body: submission });
    if (submitted.revealed === true) return submitted;
    this.#loaded.delete(claim.taskId);
    this.#offerUndo({ task, finalAtMs: Date.parse(submitted.finalAt), said, draft });
    return submitted;
  }

  #offerUndo(undoable: Undoable): void {
    this.#show({ undoable });
    this.#parts.schedule(() => {
      if (this.#view.undoable === undoable) this.#show({ undoable: null });
    }, Math.max(0, undoable.finalAtMs - this.#parts.nowMs()));
  }

  /** Takes the last judgement back; the task is the person's again, with its words. Throws what the server says against it. */
  async undo(): Promise<Undoable | null> {
    const { undoable } = this.#view;
    if (undoable === null) return null;
    const { claim } = undoable.task;
    // Taken at once: a second press undoes nothing else.
    this.#show({ undoable: null });
    try {
      const undone = await this.#parts.api.call<Undone>({ method: 'POST', path: `${pathOf(claim)}/undo`, etag: claim.etag });
      const task = { ...undoable.task, claim: { ...claim, ...undone } };
      this.#loaded.set(claim.taskId, task);
      this.#restored.set(claim.taskId, undoable.draft);
      return { ...undoable, task };
    } catch (error) {
      if (isPassing(error) && undoable.finalAtMs > this.#parts.nowMs()) this.#show({ undoable });
      throw error;
    }
  }

  /** The words of a judgement that was taken back, or of a claim that was lost, once. */
  takeRestored(taskId: string): Draft | null {
    const draft = this.#restored.get(taskId) ?? null;
    this.#restored.delete(taskId);
    return draft;
  }

  /** Releases, escalates, holds or hands over. */
  async leave<T>(task: LoadedTask, how: 'release' | 'escalate' | 'hold' | 'hand-over', body: object): Promise<T> {
    const answer = await this.#parts.api.call<T>({ method: 'POST', path: `${pathOf(task.claim)}/${how}`, etag: task.claim.etag, body });
    this.#loaded.delete(task.claim.taskId);
    return answer;
  }

  /** Says that the frame with this task was really shown. */
  async painted({ claim, digest }: LoadedTask): Promise<void> {
    await this.#parts.api.call({ method: 'POST', path: `${pathOf(claim)}/painted`, etag: claim.etag, body: { presentationDigest: digest } });
  }

  async #load(claim: Claim): Promise<LoadedTask> {
    const task = await this.#fetch(claim);
    this.#loaded.set(claim.taskId, task);
    return task;
  }

  async #fetch(claim: Claim): Promise<LoadedTask> {
    const { body, headers }: Answer<Presentation> = await this.#parts.api.send<Presentation>({ method: 'GET', path: `${pathOf(claim)}/presentation`, etag: claim.etag });
    const digest = headers.get('x-presentation-digest');
    if (digest === null) throw new Error('The presentation came without its digest.');
    return { claim, presentation: body, digest };
  }

  #lives({ expiresAt }: Claim): boolean {
    return Date.parse(expiresAt) - this.#parts.nowMs() > nextLeftMsMin;
  }

  #show(view: DeskView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}

function pathOf({ taskId }: Claim): string {
  return `/v1/reviews/tasks/${taskId}`;
}

/** True where the claim under which something was sent is no longer the person's. */
export function isClaimLost(error: unknown): boolean {
  return error instanceof ProblemError && ['claim-lost', 'task-closed', 'task-taken', 'task-not-found'].includes(error.refusal);
}
