// Invitations in SQLite.
import { z } from 'zod';
import type { InvitationRecord, InvitationStore } from '../invitation-store.ts';
import type { Database } from './database.ts';

const invitationRow = z
  .object({
    id: z.int(),
    device_name: z.string().nullable(),
    profile: z.string().nullable(),
    created_at: z.string(),
    expires_at: z.string(),
    revoked_at: z.string().nullable(),
    redeemed_at: z.string().nullable(),
    device: z.int().nullable(),
  })
  .transform((row): InvitationRecord => ({
    id: row.id,
    device: row.device_name,
    profile: row.profile,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    redeemedAt: row.redeemed_at,
    deviceId: row.device,
  }));

export function createInvitationStore({ prepare, read }: Database): InvitationStore {
  const unused = 'revoked_at IS NULL AND redeemed_at IS NULL';
  const sql = {
    list: prepare('SELECT * FROM invitations ORDER BY id'),
    add: prepare(
      `INSERT INTO invitations (secret_hash, device_name, profile, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?) RETURNING *`,
    ),
    bySecretHash: prepare('SELECT * FROM invitations WHERE secret_hash = ?'),
    revoke: prepare(`UPDATE invitations SET revoked_at = ? WHERE id = ? AND ${unused} RETURNING *`),
    redeem: prepare(
      `UPDATE invitations SET redeemed_at = ?1, device = ?2 WHERE id = ?3 AND ${unused} AND expires_at > ?1`,
    ),
  };
  return {
    list: () => read(z.array(invitationRow), sql.list.all()),
    add: ({ secretHash, device, profile, createdAt, expiresAt }) =>
      read(invitationRow, sql.add.get(secretHash, device, profile, createdAt, expiresAt)),
    bySecretHash: (hash) => read(invitationRow.nullable(), sql.bySecretHash.get(hash) ?? null),
    revoke: (id, at) => read(invitationRow.nullable(), sql.revoke.get(at, id) ?? null),
    redeem: (id, deviceId, at) => Number(sql.redeem.run(at, deviceId, id).changes) === 1,
  };
}
