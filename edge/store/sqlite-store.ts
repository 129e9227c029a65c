// The store in a SQLite file.
import { closeSync, constants, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { OpenGsaError } from '../../protocol/error.ts';
import { parse } from '../../protocol/parse.ts';
import { migrations } from './migrations.ts';
import type { AuditEntry, Device, Store } from './store.ts';

/** How long a write waits for another process's write before it fails. */
const busyTimeoutMs = 5000;

const deviceRow = z
  .object({
    name: z.string(),
    thumbprint: z.string(),
    created_at: z.string(),
    expires_at: z.string(),
    revoked_at: z.string().nullable(),
  })
  .transform((row): Device => ({
    name: row.name,
    thumbprint: row.thumbprint,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  }));
const valueRow = z.object({ value: z.string() });
const signalingValue = z.object({ status: z.enum(['enabled', 'disabled']), since: z.string() });
const auditRow = z.object({
  at: z.string(),
  who: z.string(),
  action: z.enum(['devices.add', 'devices.revoke', 'signaling.enable', 'signaling.disable']),
  detail: z.string(),
});

/**
 * Opens the store, makes it where it does not exist (0600) and brings it to this version's shape.
 *
 * @param createdAt the time; in a fresh store signalling is enabled since then
 * @throws OpenGsaError `bad-config` where the file is no database of this program or of a later version
 */
export function openSqliteStore(file: string, createdAt: string): Store {
  const database = openDatabase(file);
  database
    .prepare("INSERT OR IGNORE INTO settings (key, value) VALUES ('signaling', ?)")
    .run(JSON.stringify({ status: 'enabled', since: createdAt }));
  const sql = {
    devices: database.prepare('SELECT * FROM devices ORDER BY name, created_at'),
    device: database.prepare('SELECT * FROM devices WHERE thumbprint = ?'),
    goodDevice: database.prepare('SELECT * FROM devices WHERE name = ? AND revoked_at IS NULL'),
    addDevice: database.prepare(
      'INSERT INTO devices (name, thumbprint, created_at, expires_at) VALUES (?, ?, ?, ?)',
    ),
    revoke: database.prepare(
      'UPDATE devices SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL RETURNING *',
    ),
    setting: database.prepare('SELECT value FROM settings WHERE key = ?'),
    set: database.prepare(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ),
    count: database.prepare(
      `INSERT INTO settings (key, value) VALUES ('revision', '1')
       ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) RETURNING value`,
    ),
    audit: database.prepare('INSERT INTO audit (at, who, action, detail) VALUES (?, ?, ?, ?)'),
    auditLog: database.prepare('SELECT at, who, action, detail FROM audit ORDER BY id DESC LIMIT ?'),
  };
  const read = <S extends z.ZodType>(schema: S, row: unknown): z.output<S> =>
    parse(schema, row, file, 'bad-config');

  return {
    devices: () => read(z.array(deviceRow), sql.devices.all()),
    deviceByThumbprint: (thumbprint) => read(deviceRow.nullable(), sql.device.get(thumbprint) ?? null),
    addDevice({ name, thumbprint, createdAt: at, expiresAt }) {
      if (sql.goodDevice.get(name) !== undefined) {
        throw new OpenGsaError('already-exists', `a device named ${name} exists; revoke it first`);
      }
      sql.addDevice.run(name, thumbprint, at, expiresAt);
    },
    revokeDevice: (name, at) => read(deviceRow.nullable(), sql.revoke.get(at, name) ?? null),
    signaling: () => read(signalingValue, JSON.parse(read(valueRow, sql.setting.get('signaling')).value)),
    setSignaling: (signaling) => void sql.set.run('signaling', JSON.stringify(signaling)),
    nextRevision: () => Number(read(valueRow, sql.count.get()).value),
    audit: ({ at, who, action, detail }: AuditEntry) => void sql.audit.run(at, who, action, detail),
    auditLog: (limit) => read(z.array(auditRow), sql.auditLog.all(limit)),
    close: () => database.close(),
  };
}

function openDatabase(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    // Made by us first, so that SQLite never chooses the rights; its journal files take those of the file.
    closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600));
    database = new DatabaseSync(file, { timeout: busyTimeoutMs });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    migrate(database, file);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof OpenGsaError) throw cause;
    throw new OpenGsaError('bad-config', `${file}: cannot be opened as the edge's store`, { cause });
  }
}

function migrate(database: DatabaseSync, file: string): void {
  // The lock is taken before the version is read: two programs that open a fresh file must not both migrate it.
  database.exec('BEGIN IMMEDIATE');
  try {
    const { user_version: version } = parse(
      z.object({ user_version: z.int() }),
      database.prepare('PRAGMA user_version').get(),
      file,
      'bad-config',
    );
    if (version > migrations.length) {
      throw new OpenGsaError('bad-config', `${file}: was made by a later version of this program`);
    }
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
