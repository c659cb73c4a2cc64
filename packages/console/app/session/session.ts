/**
 * The session of this browser tab: who is signed in, and the short-lived token that every call carries. The cookie opens nothing but
 * the session routes; the token lives in memory only. Without React, so that Node can test it.
 */

import { SessionEndedError, UnreachableError, readProblem } from '../api/problem.ts';

export type Person = { personId: string; name: string; roles: readonly string[]; permissions: readonly string[]; queues: readonly string[]; available: boolean };

type SignedIn = { signedIn: true; csrfToken: string; sessionId: string; expiresAt: string; person: Person; notice: string | null; noticeDue: boolean };
type SessionAnswer = SignedIn | { signedIn: false; providerName: string | null };

export type SessionView =
  | { state: 'unknown' }
  | { state: 'unreachable' }
  | { state: 'signed-out'; providerName: string | null }
  | { state: 'signed-in'; person: Person; sessionId: string; notice: string | null; noticeDue: boolean }
  /** Was signed in and is no longer; the screen stays, so that nothing typed is lost. */
  | { state: 'ended'; person: Person }
  /** Somebody else signed in, in another tab: nothing may be sent in their name from here. */
  | { state: 'replaced'; person: Person; by: string };

export type SessionParts = {
  fetch(path: string, init?: RequestInit): Promise<Response>;
  nowMs(): number;
  /** Tells other tabs that something changed. */
  announce(): void;
};

/** A token is renewed when less than this is left of it, so that no request starts with one about to end. */
export const renewBeforeMs = 60_000;

type Token = { value: string; expiresAtMs: number };

export class Session {
  readonly #parts: SessionParts;
  readonly #listeners = new Set<() => void>();
  #view: SessionView = { state: 'unknown' };
  #csrfToken = '';
  #token: Token | null = null;
  #renewing: Promise<Token> | null = null;
  #checking: Promise<void> | null = null;
  /** Somebody was at this page since the last call: whoever opened it, for a start. */
  #used = true;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** A key, or the pointer: somebody is here. */
  readonly use = (): void => {
    this.#used = true;
  };

  readonly view = (): SessionView => this.#view;

  /** Asks the server who is signed in; at once where it is being asked. Never throws: `view` says how it went. */
  check(): Promise<void> {
    this.#checking ??= this.#ask().finally(() => (this.#checking = null));
    return this.#checking;
  }

  async #ask(): Promise<void> {
    try {
      const answer = await this.#fetch('/v1/session');
      if (!answer.ok) throw await readProblem(answer);
      this.#take((await answer.json()) as SessionAnswer);
    } catch {
      // Whoever was signed in stays so until the server says otherwise.
      if (this.#view.state === 'unknown') this.#show({ state: 'unreachable' });
    }
  }

  #take(answer: SessionAnswer): void {
    const before = knownPerson(this.#view);
    if (!answer.signedIn) {
      this.#token = null;
      this.#show(before === null ? { state: 'signed-out', providerName: answer.providerName } : { state: 'ended', person: before });
      return;
    }
    const { person, sessionId, notice, noticeDue, csrfToken } = answer;
    if (before !== null && before.personId !== person.personId) {
      this.#token = null;
      this.#show({ state: 'replaced', person: before, by: person.name });
      return;
    }
    this.#csrfToken = csrfToken;
    this.#show({ state: 'signed-in', person, sessionId, notice, noticeDue });
  }

  /** A token with time left; renewed first where it is needed. Throws `SessionEndedError` or `UnreachableError`. */
  async token(): Promise<string> {
    if (this.#token !== null && this.#token.expiresAtMs - this.#parts.nowMs() > renewBeforeMs) return this.#token.value;
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = null));
    return (await this.#renewing).value;
  }

  /** The server refused this token: the next call renews it. */
  refused(token: string): void {
    if (this.#token?.value === token) this.#token = null;
  }

  async #renew(): Promise<Token> {
    // One that ended may be there again: somebody signed in anew in another tab, and this one has not looked yet.
    if (['unknown', 'unreachable', 'ended'].includes(this.#view.state)) await this.check();
    let answer = await this.#requestToken();
    if (answer.status === 401 || answer.status === 403) {
      // Signed in anew in another tab, the same person has another session with another CSRF token.
      await this.check();
      answer = await this.#requestToken();
    }
    if (answer.status === 401 || answer.status === 403) {
      this.#end();
      throw new SessionEndedError('The session has ended.');
    }
    if (!answer.ok) throw await readProblem(answer);
    const { token, expiresAt } = (await answer.json()) as { token: string; expiresAt: string };
    return (this.#token = { value: token, expiresAtMs: Date.parse(expiresAt) });
  }

  async #requestToken(): Promise<Response> {
    if (this.#view.state !== 'signed-in') {
      if (this.#view.state === 'unreachable') throw new UnreachableError('The server cannot be reached.');
      throw new SessionEndedError('Nobody is signed in.');
    }
    return await this.unsafe('POST', '/v1/session/token');
  }

  /** A call of the session routes: the cookie and the CSRF token go with it. */
  async unsafe(method: 'POST' | 'DELETE', path: string): Promise<Response> {
    return await this.#fetch(path, { method, headers: { 'x-csrf-token': this.#csrfToken } });
  }

  /** A reading call of the session routes. */
  async read<T>(path: string): Promise<T> {
    const answer = await this.#fetch(path);
    if (!answer.ok) throw await readProblem(answer);
    return (await answer.json()) as T;
  }

  /** Where to go to sign in and come back to `path`. */
  signInAddress(path: string): string {
    return `/auth/sign-in?to=${encodeURIComponent(localPath(path))}`;
  }

  /** Ends the session on the server; the answer is where to go next. Throws where it still stands. */
  async signOut(): Promise<string> {
    const answer = await this.unsafe('POST', '/auth/sign-out');
    if (!answer.ok && answer.status !== 401) throw await readProblem(answer);
    this.#token = null;
    this.#parts.announce();
    if (!answer.ok) return '/sign-in';
    return ((await answer.json()) as { to: string }).to;
  }

  /** The person has read that any review may be checked. */
  async readNotice(): Promise<void> {
    const answer = await this.unsafe('POST', '/v1/session/notice');
    if (!answer.ok) throw await readProblem(answer);
    if (this.#view.state === 'signed-in') this.#show({ ...this.#view, noticeDue: false });
  }

  #end(): void {
    const person = knownPerson(this.#view);
    this.#token = null;
    if (person !== null && this.#view.state === 'signed-in') this.#show({ state: 'ended', person });
  }

  #show(view: SessionView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }

  async #fetch(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const used = this.#used;
    this.#used = false;
    try {
      // What no person caused must not keep the session from ending.
      return await this.#parts.fetch(path, { credentials: 'same-origin', cache: 'no-store', ...init, headers: { ...(used ? {} : { 'x-unattended': 'true' }), ...init.headers } });
    } catch (error) {
      this.#used ||= used;
      throw new UnreachableError('The server cannot be reached.', { cause: error });
    }
  }
}

function knownPerson(view: SessionView): Person | null {
  return 'person' in view ? view.person : null;
}

/** A path of this origin and nothing else: an address handed in by a link must not lead elsewhere. */
export function localPath(path: string): string {
  return /^\/(?![/\\])[^\\\u0000-\u001f]*$/.test(path) && !path.startsWith('/auth/') ? path : '/';
}
