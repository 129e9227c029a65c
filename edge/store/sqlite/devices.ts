// Devices and their certificates in SQLite.
import type { StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { OpenGsaError } from '../../../protocol/error.ts';
import type { Device, DeviceStore } from '../device-store.ts';
import type { Database } from './database.ts';

/** The one in use, the one that replaces it, and what was issued when answers were lost. */
const certificatesPerDevice = 5;

const columns =
  'd.id, d.name, c.thumbprint, d.created_at, c.expires_at, d.revoked_at, d.profile, d.owner_issuer, d.owner_subject, d.owner_name';
/** In the order of `columns`. */
const deviceRow = z
  .tuple([
    z.int(),
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.string().nullable(),
    z.string().nullable(),
    z.string().nullable(),
    z.string().nullable(),
    z.string().nullable(),
  ])
  .transform(
    ([id, name, thumbprint, createdAt, expiresAt, revokedAt, profile, issuer, subject, owner]): Device => ({
      ...{ id, name, thumbprint, createdAt, expiresAt, revokedAt, profile },
      owner: issuer === null || subject === null || owner === null ? null : { issuer, subject, name: owner },
    }),
  );
const latest = '(SELECT max(rowid) FROM device_certificates WHERE device = d.id)';
const joined = `SELECT ${columns} FROM devices d JOIN device_certificates c ON c.device = d.id`;
/** The latest certificates of all in one pass: ten thousand questions for one each take a fifth longer. */
const allJoined = `SELECT ${columns}
  FROM (SELECT device, max(rowid) AS row FROM device_certificates GROUP BY device) l
  JOIN device_certificates c ON c.rowid = l.row JOIN devices d ON d.id = l.device`;
const idRow = z.object({ id: z.int() });
const thumbprintRow = z.object({ thumbprint: z.string() });
const nameRow = z.object({ name: z.string() });
const certificateRow = z.object({ certificate: z.string() });

export function createDeviceStore({ prepare, read, transaction }: Database): DeviceStore {
  const sql = statements(prepare);
  const byId = (id: number): Device => read(deviceRow, sql.byId.get(id));
  const good = (name: string): number | null =>
    read(idRow.nullable(), sql.good.get(name) ?? null)?.id ?? null;
  const named = (name: string): Device | null => {
    const id = good(name);
    return id === null ? null : byId(id);
  };
  const addCertificate: DeviceStore['addCertificate'] = (id, given) =>
    transaction(() => {
      const { thumbprint, issuedAt, expiresAt, keyHash = null, certificate = null } = given;
      sql.addCertificate.run(id, thumbprint, issuedAt, expiresAt, keyHash, certificate);
      sql.forget.run(id, certificatesPerDevice);
    });
  return {
    list: () => read(z.array(deviceRow), sql.list.all()),
    byThumbprint: (thumbprint) => read(deviceRow.nullable(), sql.byThumbprint.get(thumbprint) ?? null),
    byKey: (keyHash) => read(deviceRow.nullable(), sql.byKey.get(keyHash) ?? null),
    ownedBy: ({ issuer, subject }, now) =>
      read(z.array(nameRow), sql.ownedBy.all(issuer, subject, now)).map(({ name }) => name),
    named,
    add: ({ name, createdAt, profile = null, owner = null, ...certificate }) =>
      transaction(() => {
        if (good(name) !== null) {
          throw new OpenGsaError('already-exists', `a device named ${name} exists; revoke it first`);
        }
        const { id } = read(
          idRow,
          sql.add.get(
            name,
            createdAt,
            profile,
            owner?.issuer ?? null,
            owner?.subject ?? null,
            owner?.name ?? null,
          ),
        );
        addCertificate(id, { ...certificate, issuedAt: createdAt });
        return byId(id);
      }),
    addCertificate,
    certificateFor: (id, keyHash) =>
      read(certificateRow.nullable(), sql.certificateFor.get(id, keyHash) ?? null)?.certificate ?? null,
    thumbprints: (id) =>
      read(z.array(thumbprintRow), sql.thumbprints.all(id)).map(({ thumbprint }) => thumbprint),
    revoke: (name, at) =>
      transaction(() => {
        const id = good(name);
        if (id === null) return null;
        sql.revoke.run(at, id);
        return byId(id);
      }),
  };
}

function statements(prepare: Database['prepare']) {
  /** Rows as arrays: V8 keeps those that SQLite names the columns of as dictionaries, slow to make and slower to read. */
  const selectDevices = (condition: string, from = joined): StatementSync => {
    const statement = prepare(`${from} ${condition}`);
    statement.setReturnArrays(true);
    return statement;
  };
  return {
    list: selectDevices('ORDER BY d.name, d.created_at', allJoined),
    byThumbprint: selectDevices('WHERE c.thumbprint = ?'),
    byId: selectDevices(`AND c.rowid = ${latest} WHERE d.id = ?`),
    byKey: selectDevices('WHERE c.key_hash = ? ORDER BY c.rowid DESC LIMIT 1'),
    ownedBy: prepare(
      `SELECT d.name FROM devices d JOIN device_certificates c ON c.device = d.id AND c.rowid = ${latest}
       WHERE d.owner_issuer = ? AND d.owner_subject = ? AND d.revoked_at IS NULL AND c.expires_at > ? ORDER BY d.name`,
    ),
    good: prepare('SELECT id FROM devices WHERE name = ? AND revoked_at IS NULL'),
    add: prepare(
      `INSERT INTO devices (name, created_at, profile, owner_issuer, owner_subject, owner_name)
       VALUES (?, ?, ?, ?, ?, ?) RETURNING id`,
    ),
    addCertificate: prepare(
      `INSERT INTO device_certificates (device, thumbprint, issued_at, expires_at, key_hash, certificate)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    forget: prepare(
      `DELETE FROM device_certificates WHERE device = ?1 AND rowid NOT IN
         (SELECT rowid FROM device_certificates WHERE device = ?1 ORDER BY rowid DESC LIMIT ?2)`,
    ),
    certificateFor: prepare(
      `SELECT certificate FROM device_certificates
       WHERE device = ? AND key_hash = ? AND certificate IS NOT NULL ORDER BY rowid DESC LIMIT 1`,
    ),
    thumbprints: prepare('SELECT thumbprint FROM device_certificates WHERE device = ?'),
    revoke: prepare('UPDATE devices SET revoked_at = ? WHERE id = ?'),
  };
}
