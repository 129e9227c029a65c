// Where the provider keeps sessions, grants and codes: in memory, for as long as it runs.
import type { Adapter, AdapterPayload } from 'oidc-provider';

type Entry = { readonly payload: AdapterPayload; readonly expiresAt: number };

/** An adapter factory over one store. Expired entries are not found and are dropped when they are looked for. */
export function memoryAdapter(now: () => number): (model: string) => Adapter {
  const store = new Map<string, Entry>();
  return (model) => {
    const keyOf = (id: string) => `${model}:${id}`;
    const get = (key: string): AdapterPayload | undefined => {
      const entry = store.get(key);
      if (entry === undefined) return undefined;
      if (entry.expiresAt > now()) return entry.payload;
      store.delete(key);
      return undefined;
    };
    const findBy = (field: 'uid' | 'userCode', value: string): AdapterPayload | undefined => {
      const hit = [...store].find(
        ([key, entry]) => key.startsWith(`${model}:`) && entry.payload[field] === value,
      );
      return hit === undefined ? undefined : get(hit[0]);
    };
    return {
      upsert: (id, payload, expiresInS) => {
        const expiresAt = expiresInS === undefined ? Infinity : now() + expiresInS * 1_000;
        store.set(keyOf(id), { payload, expiresAt });
        return Promise.resolve();
      },
      find: (id) => Promise.resolve(get(keyOf(id))),
      findByUid: (uid) => Promise.resolve(findBy('uid', uid)),
      findByUserCode: (userCode) => Promise.resolve(findBy('userCode', userCode)),
      consume: (id) => {
        const payload = get(keyOf(id));
        if (payload !== undefined) payload.consumed = Math.floor(now() / 1_000);
        return Promise.resolve();
      },
      destroy: (id) => {
        store.delete(keyOf(id));
        return Promise.resolve();
      },
      revokeByGrantId: (grantId) => {
        for (const [key, { payload }] of store) if (payload.grantId === grantId) store.delete(key);
        return Promise.resolve();
      },
    };
  };
}
