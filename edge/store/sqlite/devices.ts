// Devices in SQLite.
import { z } from 'zod';
import { OpenGsaError } from '../../../protocol/error.ts';
import type { Device, DeviceStore } from '../device-store.ts';
import type { Database } from './database.ts';

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

export function createDeviceStore({ prepare, read, transaction }: Database): DeviceStore {
  const sql = {
    list: prepare('SELECT * FROM devices ORDER BY name, created_at'),
    byThumbprint: prepare('SELECT * FROM devices WHERE thumbprint = ?'),
    good: prepare('SELECT * FROM devices WHERE name = ? AND revoked_at IS NULL'),
    add: prepare('INSERT INTO devices (name, thumbprint, created_at, expires_at) VALUES (?, ?, ?, ?)'),
    revoke: prepare('UPDATE devices SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL RETURNING *'),
  };
  return {
    list: () => read(z.array(deviceRow), sql.list.all()),
    byThumbprint: (thumbprint) => read(deviceRow.nullable(), sql.byThumbprint.get(thumbprint) ?? null),
    add: ({ name, thumbprint, createdAt, expiresAt }) =>
      transaction(() => {
        if (sql.good.get(name) !== undefined) {
          throw new OpenGsaError('already-exists', `a device named ${name} exists; revoke it first`);
        }
        sql.add.run(name, thumbprint, createdAt, expiresAt);
      }),
    revoke: (name, at) => read(deviceRow.nullable(), sql.revoke.get(at, name) ?? null),
  };
}
