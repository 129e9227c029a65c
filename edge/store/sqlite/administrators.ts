// Administrators in SQLite.
import { z } from 'zod';
import { OpenGsaError } from '../../../protocol/error.ts';
import { administratorRoles } from '../../core/admin-access.ts';
import type { Administrator, AdministratorStore } from '../administrator-store.ts';
import type { Database } from './database.ts';

const administratorRow = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(administratorRoles),
    created_at: z.string(),
    expires_at: z.string(),
    revoked_at: z.string().nullable(),
  })
  .transform(({ id, name, role, created_at, expires_at, revoked_at }): Administrator => ({
    ...{ id, name, role },
    createdAt: created_at,
    expiresAt: expires_at,
    revokedAt: revoked_at,
  }));

export function createAdministratorStore({ prepare, read, transaction }: Database): AdministratorStore {
  const columns = 'id, name, role, created_at, expires_at, revoked_at';
  const sql = {
    list: prepare(`SELECT ${columns} FROM administrators ORDER BY name, created_at`),
    byHash: prepare(`SELECT ${columns} FROM administrators WHERE token_hash = ?`),
    good: prepare('SELECT 1 FROM administrators WHERE name = ? AND revoked_at IS NULL'),
    add: prepare(
      'INSERT INTO administrators (id, name, role, token_hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    revoke: prepare(
      `UPDATE administrators SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL RETURNING ${columns}`,
    ),
  };
  return {
    list: () => read(z.array(administratorRow), sql.list.all()),
    byHash: (hash) => read(administratorRow.nullable(), sql.byHash.get(hash) ?? null),
    add: ({ id, name, role, createdAt, expiresAt }, hash) =>
      transaction(() => {
        if (sql.good.get(name) !== undefined) {
          throw new OpenGsaError('already-exists', `an administrator named ${name} exists; revoke it first`);
        }
        sql.add.run(id, name, role, hash, createdAt, expiresAt);
      }),
    revoke: (name, at) => read(administratorRow.nullable(), sql.revoke.get(at, name) ?? null),
  };
}
