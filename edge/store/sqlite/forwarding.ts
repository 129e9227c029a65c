// Changes of traffic profiles in SQLite.
import { z } from 'zod';
import type { ForwardingStore } from '../forwarding-store.ts';
import type { Database } from './database.ts';

const common = { id: z.string(), at: z.string() };
const changeRow = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.enum(['profile', 'policy']), value: z.enum(['enabled', 'disabled']) }),
  z.object({ ...common, kind: z.literal('rule'), value: z.enum(['forward', 'bypass']) }),
]);

export function createForwardingStore({ prepare, read }: Database): ForwardingStore {
  const list = prepare('SELECT kind, id, value, changed_at AS at FROM forwarding_changes ORDER BY kind, id');
  const set = prepare(
    `INSERT INTO forwarding_changes (kind, id, value, changed_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at`,
  );
  return {
    changes: () => read(z.array(changeRow), list.all()),
    set: ({ kind, id, value }, at) => void set.run(kind, id, value, at),
  };
}
