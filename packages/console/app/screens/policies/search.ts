/** What the address of the policies says: of which type, and which version. */

export type PoliciesSearch = { type?: string; version?: string; shown?: 'text' };

export function readPoliciesSearch({ type, version, shown }: Record<string, unknown>): PoliciesSearch {
  return { ...(typeof type === 'string' ? { type } : {}), ...(typeof version === 'string' ? { version } : {}), ...(shown === 'text' ? { shown } : {}) };
}
