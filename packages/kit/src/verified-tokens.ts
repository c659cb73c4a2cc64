import type { Identity } from './identity.ts';

const rememberedMax = 5000;
/** How long a key that a remote issuer withdrew may still count; a file of keys is looked at each time. */
const rememberedMs = 10_000;

type Remembered = { identity: Identity; untilMs: number; keysOf: string };

/**
 * Signatures that were found good a moment ago: a reviewer's client sends the same token several times a second, and to check an Ed25519
 * signature costs more than the rest of a request. A token is forgotten when it expires, and when the keys change.
 */
export class VerifiedTokens {
  readonly #tokens = new Map<string, Remembered>();

  /** `keysOf` names the state of the keys now. */
  get(token: string, keysOf: string, nowMs: number): Identity | undefined {
    const known = this.#tokens.get(token);
    if (known === undefined) return undefined;
    if (known.keysOf === keysOf && nowMs < known.untilMs) return known.identity;
    this.#tokens.delete(token);
    return undefined;
  }

  set(token: string, identity: Identity, keysOf: string, expiresMs: number, nowMs: number): void {
    if (this.#tokens.size >= rememberedMax) this.#tokens.clear();
    this.#tokens.set(token, { identity, keysOf, untilMs: Math.min(expiresMs, nowMs + rememberedMs) });
  }
}
