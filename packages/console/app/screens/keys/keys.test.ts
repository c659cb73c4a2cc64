import { describe, expect, test } from '@jest/globals';
import type { ApiKey } from '../../api/contract.ts';
import { inOrder, isGood, missingOf, stateOf, systemsOf } from './keys.ts';

const now = Date.parse('2026-02-03T12:00:00Z');
const key: ApiKey = { keyId: 'k', name: 'mailroom', systems: ['mailroom'], createdBy: 'root', createdAt: '2026-01-01T00:00:00Z', expiresAt: '2026-04-01T00:00:00Z', lastUsedAt: null, state: 'active', replacedBy: null };

describe('an API key', () => {
  test('says how it stands, and by itself that it ends soon or has ended', () => {
    expect(stateOf(key, now).text).toBe('Active');
    expect(stateOf({ ...key, expiresAt: '2026-02-05T12:00:00Z' }, now)).toEqual({ text: 'Ends in 2 d', tone: 'warn' });
    expect(stateOf({ ...key, state: 'rotating', expiresAt: '2026-02-03T13:00:00Z' }, now).text).toBe('Replaced, ends in 1 h');
    // Read a while ago, and expired since.
    for (const state of ['active', 'rotating'] as const) expect(stateOf({ ...key, state, expiresAt: '2026-02-03T12:00:00Z' }, now).text).toBe('Expired');
    expect(stateOf({ ...key, state: 'revoked' }, now).text).toBe('Revoked');
  });

  test('that opens something comes before one that does not, the newest first', () => {
    const newer = { ...key, keyId: 'newer', createdAt: '2026-02-01T00:00:00Z' };
    const gone = { ...key, keyId: 'gone', state: 'revoked' as const, createdAt: '2026-02-02T00:00:00Z' };
    expect(inOrder([gone, key, newer], now).map(({ keyId }) => keyId)).toEqual(['newer', 'k', 'gone']);
    expect(isGood({ ...key, state: 'expired' }, now)).toBe(false);
  });

  test('needs a name, a system and a life of at most 400 days', () => {
    expect(systemsOf(' mailroom, loans;loans\nclaims ')).toEqual(['mailroom', 'loans', 'claims']);
    expect(missingOf({ name: ' ', systems: 'a', days: 90 })).toMatch(/for/);
    expect(missingOf({ name: 'a', systems: ' , ', days: 90 })).toMatch(/system/);
    for (const days of [0, 401, 1.5, NaN]) expect(missingOf({ name: 'a', systems: 'a', days })).toMatch(/400/);
    expect(missingOf({ name: 'a', systems: 'a', days: 400 })).toBeNull();
  });
});
