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
    proof_kind: z.enum(['token', 'certificate']),
    proof_hash: z.string(),
    created_at: z.string(),
    expires_at: z.string(),
    revoked_at: z.string().nullable(),
  })
  .transform((row): Administrator => ({
    id: row.id,
    name: row.name,
    role: row.role,
    proof:
      row.proof_kind === 'token' ? { kind: 'token' } : { kind: 'certificate', thumbprint: row.proof_hash },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  }));

export function createAdministratorStore({ prepare, read, transaction }: Database): AdministratorStore {
  const columns = 'id, name, role, proof_kind, proof_hash, created_at, expires_at, revoked_at';
  const sql = {
    list: prepare(`SELECT ${columns} FROM administrators ORDER BY name, created_at`),
    byProof: prepare(
      `SELECT ${columns} FROM administrators WHERE proof_hash = ? AND proof_kind = ?
       ORDER BY revoked_at IS NULL DESC, number DESC LIMIT 1`,
    ),
    good: prepare('SELECT 1 FROM administrators WHERE name = ? AND revoked_at IS NULL'),
    add: prepare(
      `INSERT INTO administrators (id, name, role, proof_kind, proof_hash, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING ${columns}`,
    ),
    revoke: prepare(
      `UPDATE administrators SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL RETURNING ${columns}`,
    ),
  };
  const byProof: AdministratorStore['byProof'] = ({ kind, hash }) =>
    read(administratorRow.nullable(), sql.byProof.get(hash, kind) ?? null);
  return {
    list: () => read(z.array(administratorRow), sql.list.all()),
    byProof,
    add: ({ id, name, role, proof, createdAt, expiresAt }) =>
      transaction(() => {
        if (sql.good.get(name) !== undefined) {
          throw new OpenGsaError('already-exists', `an administrator named ${name} exists; revoke it first`);
        }
        const known = byProof(proof);
        if (known?.revokedAt === null) {
          const message = `the ${proof.kind} is that of the administrator ${known.name}; revoke it first`;
          throw new OpenGsaError('already-exists', message);
        }
        return read(
          administratorRow,
          sql.add.get(id, name, role, proof.kind, proof.hash, createdAt, expiresAt),
        );
      }),
    revoke: (name, at) => read(administratorRow.nullable(), sql.revoke.get(at, name) ?? null),
  };
}
