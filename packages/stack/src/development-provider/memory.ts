import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

const entriesMax = 5000;

type Entry = { payload: AdapterPayload; expiresAtMs: number };

/** What a provider knows, in the memory of its process: the oldest gives way. */
export function memoryStorage(): AdapterFactory {
  const entries = new Map<string, Entry>();
  const find = (matches: (key: string, payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    for (const [key, { payload, expiresAtMs }] of entries) if (expiresAtMs > Date.now() && matches(key, payload)) return payload;
    return undefined;
  };
  return (model): Adapter => {
    const keyOf = (id: string) => `${model}:${id}`;
    return {
      upsert: async (id, payload, expiresInS) => {
        entries.delete(keyOf(id));
        const [oldest] = entries.keys();
        if (entries.size >= entriesMax && oldest !== undefined) entries.delete(oldest);
        entries.set(keyOf(id), { payload, expiresAtMs: expiresInS === undefined ? Infinity : Date.now() + expiresInS * 1000 });
      },
      find: async (id) => {
        const entry = entries.get(keyOf(id));
        return entry !== undefined && entry.expiresAtMs > Date.now() ? entry.payload : undefined;
      },
      findByUid: async (uid) => find((key, payload) => key.startsWith(`${model}:`) && payload.uid === uid),
      findByUserCode: async (userCode) => find((key, payload) => key.startsWith(`${model}:`) && payload.userCode === userCode),
      consume: async (id) => {
        const entry = entries.get(keyOf(id));
        if (entry !== undefined) entry.payload.consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => void entries.delete(keyOf(id)),
      revokeByGrantId: async (grantId) => {
        for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key);
      },
    };
  };
}
