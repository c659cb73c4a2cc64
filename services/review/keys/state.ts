/** What an API key is at an instant, as a pure function of its row. */

import type { StoredApiKey } from './store.ts';

export const apiKeyStates = ['active', 'rotating', 'expired', 'revoked'] as const;
export type ApiKeyState = (typeof apiKeyStates)[number];

/** `rotating`: replaced, and good until the overlap ends. A revoked key stays revoked, whatever else became of it. */
export function stateOf(key: Pick<StoredApiKey, 'revokedAt' | 'expiresAt' | 'replacedBy'>, now: number): ApiKeyState {
  if (key.revokedAt !== null) return 'revoked';
  if (key.expiresAt <= now) return 'expired';
  return key.replacedBy === null ? 'active' : 'rotating';
}

/** The state as published: expiry is a matter of the clock of whoever asks. */
export function publishedStateOf(key: Pick<StoredApiKey, 'revokedAt' | 'replacedBy'>): 'active' | 'rotating' | 'revoked' {
  if (key.revokedAt !== null) return 'revoked';
  return key.replacedBy === null ? 'active' : 'rotating';
}
