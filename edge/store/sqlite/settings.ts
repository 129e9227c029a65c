// Settings in SQLite.
import { z } from 'zod';
import type { SettingsStore } from '../settings-store.ts';
import type { Database } from './database.ts';

const valueRow = z.object({ value: z.string() });
const signalingValue = z.object({ status: z.enum(['enabled', 'disabled']), since: z.string() });

/** @param createdAt the time; in a fresh store signalling is enabled since then */
export function createSettingsStore({ prepare, read }: Database, createdAt: string): SettingsStore {
  prepare("INSERT OR IGNORE INTO settings (key, value) VALUES ('signaling', ?)").run(
    JSON.stringify({ status: 'enabled', since: createdAt }),
  );
  const sql = {
    get: prepare('SELECT value FROM settings WHERE key = ?'),
    set: prepare(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ),
    count: prepare(
      `INSERT INTO settings (key, value) VALUES ('revision', '1')
       ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) RETURNING value`,
    ),
  };
  return {
    signaling: () => read(signalingValue, JSON.parse(read(valueRow, sql.get.get('signaling')).value)),
    setSignaling: (signaling) => void sql.set.run('signaling', JSON.stringify(signaling)),
    nextRevision: () => Number(read(valueRow, sql.count.get()).value),
  };
}
