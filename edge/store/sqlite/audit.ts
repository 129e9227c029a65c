// The audit log in SQLite.
import { z } from 'zod';
import { auditActions, type AuditStore } from '../audit-store.ts';
import type { Database } from './database.ts';

const auditRow = z.object({
  at: z.string(),
  who: z.string(),
  action: z.enum(auditActions),
  detail: z.string(),
});

const numberedRow = auditRow.extend({ number: z.int() });

export function createAuditStore({ prepare, read }: Database): AuditStore {
  const add = prepare('INSERT INTO audit (at, who, action, detail) VALUES (?, ?, ?, ?)');
  const latest = prepare('SELECT at, who, action, detail FROM audit ORDER BY id DESC LIMIT ?');
  const page = prepare(
    'SELECT id AS number, at, who, action, detail FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?',
  );
  return {
    add: ({ at, who, action, detail }) => void add.run(at, who, action, detail),
    latest: (limit) => read(z.array(auditRow), latest.all(limit)),
    page: (limit, before) => read(z.array(numberedRow), page.all(before ?? Number.MAX_SAFE_INTEGER, limit)),
  };
}
