// The store: what it keeps across restarts and between processes, and what it refuses.
import { chmodSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrations } from '../../../../../edge/store/sqlite/migrations.ts';
import { openSqliteStore } from '../../../../../edge/store/sqlite/store.ts';
import type { Store } from '../../../../../edge/store/store.ts';
import { createProgramGroup, type ProgramGroup } from '../../../../support/processes.ts';

const made = '2026-06-01T00:00:00.000Z';
const later = '2026-06-02T00:00:00.000Z';
let group: ProgramGroup;
let open: Store[];

beforeEach(() => {
  group = createProgramGroup();
  open = [];
});
afterEach(async () => {
  for (const store of open) store.close();
  await group.end();
});

function file(): string {
  return join(group.folder, 'edge.db');
}

function store(at = made): Store {
  const opened = openSqliteStore(file(), at);
  open.push(opened);
  return opened;
}

const laptop = { name: 'laptop', thumbprint: 'AAAA', createdAt: made, expiresAt: later };

test('the file and its journals are for the owner only', () => {
  store().devices.add(laptop);
  for (const name of ['edge.db', 'edge.db-wal', 'edge.db-shm']) {
    expect(statSync(join(group.folder, name)).mode & 0o777).toBe(0o600);
  }
});

describe('devices', () => {
  test('are found by their thumbprint, in this process and in another', () => {
    store().devices.add(laptop);
    expect(store().devices.byThumbprint('AAAA')).toEqual({
      id: 1,
      ...laptop,
      revokedAt: null,
      profile: null,
      owner: null,
    });
    expect(store().devices.byThumbprint('BBBB')).toBeNull();
  });

  test('are found by their key and by who enrolled them, while they are good', () => {
    const { devices } = store();
    const megan = { issuer: 'https://login.contoso.test', subject: 'megan', name: 'megan@contoso.test' };
    const device = devices.add({ ...laptop, keyHash: 'K', owner: megan });
    expect(device.owner).toEqual(megan);
    devices.add({ ...laptop, name: 'desk', thumbprint: 'BBBB', owner: { ...megan, subject: 'adele' } });
    expect([devices.byKey('K')?.name, devices.byKey('L')]).toEqual(['laptop', null]);
    expect(devices.ownedBy({ ...megan, name: 'renamed' }, made)).toEqual(['laptop']);
    expect(devices.ownedBy(megan, later)).toEqual([]);
    devices.revoke('laptop', later);
    expect(devices.ownedBy(megan, made)).toEqual([]);
    expect(devices.byKey('K')?.revokedAt).toBe(later);
  });

  test('a name is given once, and again after its device was revoked', () => {
    const s = store();
    s.devices.add(laptop);
    expect(() => s.devices.add({ ...laptop, thumbprint: 'BBBB' })).toThrow(/laptop exists; revoke it first/);
    expect(s.devices.revoke('laptop', later)).toMatchObject({ ...laptop, revokedAt: later });
    s.devices.add({ ...laptop, thumbprint: 'BBBB' });
    expect(s.devices.list().map((d) => [d.thumbprint, d.revokedAt])).toEqual([
      ['AAAA', later],
      ['BBBB', null],
    ]);
  });

  test('revoking what is not there or revoked already gives null and changes nothing', () => {
    const s = store();
    s.devices.add(laptop);
    s.devices.revoke('laptop', later);
    expect(s.devices.revoke('laptop', '2027-01-01T00:00:00.000Z')).toBeNull();
    expect(s.devices.revoke('desktop', later)).toBeNull();
    expect(s.devices.byThumbprint('AAAA')?.revokedAt).toBe(later);
  });
});

describe('the certificates of a device', () => {
  const certificate = (name: string) => ({
    thumbprint: name,
    issuedAt: later,
    expiresAt: later,
    keyHash: name,
  });

  test('show one device, which stays the same; the list names the latest', () => {
    const s = store();
    const { id } = s.devices.add(laptop);
    s.devices.addCertificate(id, { ...certificate('BBBB'), certificate: 'PEM' });
    expect(s.devices.list()).toMatchObject([{ id, name: 'laptop', thumbprint: 'BBBB', createdAt: made }]);
    expect(s.devices.byThumbprint('AAAA')).toMatchObject({ id, thumbprint: 'AAAA', expiresAt: later });
    expect(s.devices.thumbprints(id)).toEqual(['AAAA', 'BBBB']);
    expect(s.devices.certificateFor(id, 'BBBB')).toBe('PEM');
    expect(s.devices.certificateFor(id, 'CCCC')).toBeNull();
  });

  test('are revoked together', () => {
    const s = store();
    const { id } = s.devices.add(laptop);
    s.devices.addCertificate(id, certificate('BBBB'));
    s.devices.revoke('laptop', later);
    for (const name of ['AAAA', 'BBBB']) expect(s.devices.byThumbprint(name)?.revokedAt).toBe(later);
  });

  test('are five at most: the oldest are forgotten', () => {
    const s = store();
    const { id } = s.devices.add(laptop);
    for (const name of ['B', 'C', 'D', 'E', 'F']) s.devices.addCertificate(id, certificate(name));
    expect(s.devices.thumbprints(id)).toEqual(['B', 'C', 'D', 'E', 'F']);
  });
});

test('devices of a store from before certificates had a table of their own are kept', () => {
  const database = new DatabaseSync(file());
  database.exec(migrations[0] ?? '');
  database.exec(`INSERT INTO devices VALUES ('AAAA', 'laptop', '${made}', '${later}', '${later}');
    INSERT INTO devices VALUES ('BBBB', 'laptop', '${made}', '${later}', NULL);
    PRAGMA user_version = 1;`);
  database.close();
  const { devices } = store();
  expect(devices.list()).toEqual([
    { id: 1, ...laptop, revokedAt: later, profile: null, owner: null },
    { id: 2, ...laptop, thumbprint: 'BBBB', revokedAt: null, profile: null, owner: null },
  ]);
  expect(devices.byThumbprint('BBBB')?.name).toBe('laptop');
  expect(devices.named('laptop')?.thumbprint).toBe('BBBB');
});

test('administrators of a store from before certificates proved them are kept', () => {
  const database = new DatabaseSync(file());
  for (const step of migrations.slice(0, 4)) database.exec(step);
  const row = (id: string, hash: string, revoked: string): string =>
    `INSERT INTO administrators VALUES ('${id}', 'alex', 'Security Reader', '${hash}', '${made}', '${later}', ${revoked});`;
  database.exec(`${row('a', 'AAAA', `'${later}'`)}${row('b', 'BBBB', 'NULL')}PRAGMA user_version = 4;`);
  database.close();
  const { administrators } = store();
  const alex = { name: 'alex', role: 'Security Reader', proof: { kind: 'token' }, createdAt: made } as const;
  expect(administrators.list()).toEqual([
    { id: 'a', ...alex, expiresAt: later, revokedAt: later },
    { id: 'b', ...alex, expiresAt: later, revokedAt: null },
  ]);
  expect(administrators.byProof({ kind: 'token', hash: 'BBBB' })?.id).toBe('b');
  expect(administrators.byProof({ kind: 'certificate', hash: 'BBBB' })).toBeNull();
});

describe('administrators', () => {
  const certificate = { kind: 'certificate', hash: 'CCCC' } as const;
  const adele = {
    id: 'a',
    name: 'adele',
    role: 'Security Reader',
    createdAt: made,
    expiresAt: later,
  } as const;

  test('with a certificate that is good under another name are refused; a revoked one can be registered again', () => {
    const { administrators } = store();
    administrators.add({ ...adele, proof: certificate });
    const again = { ...adele, id: 'b', name: 'alex', proof: certificate };
    expect(() => administrators.add(again)).toThrow(
      'the certificate is that of the administrator adele; revoke it first',
    );
    expect(administrators.byProof(certificate)?.id).toBe('a');
    administrators.revoke('adele', later);
    expect(administrators.byProof(certificate)).toMatchObject({ id: 'a', revokedAt: later });
    administrators.add(again);
    expect(administrators.byProof(certificate)).toMatchObject({ id: 'b', revokedAt: null });
    administrators.revoke('alex', later);
    expect(administrators.byProof(certificate)).toMatchObject({ id: 'b', revokedAt: later });
  });

  test('who are known by a certificate are told with its thumbprint, others without a hash', () => {
    const { administrators } = store();
    administrators.add({ ...adele, proof: certificate });
    administrators.add({ ...adele, id: 'b', name: 'alex', proof: { kind: 'token', hash: 'secret' } });
    expect(administrators.list().map(({ proof }) => proof)).toEqual([
      { kind: 'certificate', thumbprint: 'CCCC' },
      { kind: 'token' },
    ]);
  });
});

describe('invitations', () => {
  const invitation = { secretHash: 'h', device: null, profile: null, createdAt: made, expiresAt: later };
  const before = '2026-06-01T23:59:59.999Z';

  test('are used once, before they expire', () => {
    const s = store();
    const device = s.devices.add(laptop);
    const { id } = s.invitations.add(invitation);
    expect(s.invitations.redeem(id, device.id, later)).toBe(false);
    expect(s.invitations.redeem(id, device.id, before)).toBe(true);
    expect(s.invitations.redeem(id, device.id, before)).toBe(false);
    expect(s.invitations.bySecretHash('h')).toMatchObject({ redeemedAt: before, deviceId: device.id });
    expect(s.invitations.revoke(id, before)).toBeNull();
  });

  test('are not used once they are revoked', () => {
    const s = store();
    const device = s.devices.add(laptop);
    const { id } = s.invitations.add(invitation);
    expect(s.invitations.revoke(id, before)).toMatchObject({ revokedAt: before });
    expect(s.invitations.redeem(id, device.id, before)).toBe(false);
    expect(s.invitations.bySecretHash('other')).toBeNull();
  });
});

describe('signalling', () => {
  test('is enabled from the start and stays as it was switched', () => {
    expect(store().settings.signaling()).toEqual({ status: 'enabled', since: made });
    expect(store(later).settings.signaling()).toEqual({ status: 'enabled', since: made });
    store().settings.setSignaling({ status: 'disabled', since: later });
    expect(store().settings.signaling()).toEqual({ status: 'disabled', since: later });
  });
});

test('the revision only grows, across openings and between two users', () => {
  const a = store();
  const b = store();
  expect([
    a.settings.nextRevision(),
    b.settings.nextRevision(),
    a.settings.nextRevision(),
    store().settings.nextRevision(),
  ]).toEqual([1, 2, 3, 4]);
});

test('the audit log gives the latest first', () => {
  const s = store();
  s.audit.add({ at: made, who: 'uid 1', action: 'devices.add', detail: 'laptop' });
  s.audit.add({ at: later, who: 'uid 2', action: 'signaling.disable', detail: 'confirmed' });
  expect(s.audit.latest(1)).toEqual([
    { at: later, who: 'uid 2', action: 'signaling.disable', detail: 'confirmed' },
  ]);
  expect(s.audit.latest(10)).toHaveLength(2);
});

describe('several calls as one', () => {
  test('are kept together, or none of them', () => {
    const s = store();
    expect(() =>
      s.transaction(() => {
        s.devices.add(laptop);
        s.transaction(() => s.settings.setSignaling({ status: 'disabled', since: later }));
        throw new Error('thought better of it');
      }),
    ).toThrow('thought better of it');
    expect([s.devices.list(), s.settings.signaling().status]).toEqual([[], 'enabled']);
    expect(s.transaction(() => s.settings.nextRevision())).toBe(1);
    expect(store().settings.nextRevision()).toBe(2);
  });
});

describe('a file that is not its own is refused and left alone', () => {
  test('something else than a database', () => {
    writeFileSync(file(), 'these are notes, not a database, and long enough to be looked at. '.repeat(20));
    expect(() => openSqliteStore(file(), made)).toThrow(/edge\.db: cannot be opened as the edge's database/);
  });

  test('the store of a later version', () => {
    const database = new DatabaseSync(file());
    database.exec('PRAGMA user_version = 999');
    database.close();
    expect(() => openSqliteStore(file(), made)).toThrow(/later version/);
  });

  test('a symbolic link', () => {
    const target = join(group.folder, 'target');
    writeFileSync(target, '');
    chmodSync(target, 0o600);
    symlinkSync(target, file());
    expect(() => openSqliteStore(file(), made)).toThrow(/cannot be opened/);
  });
});

test('what another process changed is told once, what this one changed is not', () => {
  const [ours, other] = [store(), store()];
  // The other one has set the shape and the settings up as well.
  ours.changedElsewhere();
  expect(ours.changedElsewhere()).toBe(false);
  ours.devices.add(laptop);
  expect([ours.changedElsewhere(), other.changedElsewhere(), other.changedElsewhere()]).toEqual([
    ...[false, true, false],
  ]);
  other.devices.revoke('laptop', later);
  expect([ours.changedElsewhere(), ours.changedElsewhere()]).toEqual([true, false]);
});
