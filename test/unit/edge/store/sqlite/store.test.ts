// The store: what it keeps across restarts and between processes, and what it refuses.
import { chmodSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
    expect(store().devices.byThumbprint('AAAA')).toEqual({ ...laptop, revokedAt: null });
    expect(store().devices.byThumbprint('BBBB')).toBeNull();
  });

  test('a name is given once, and again after its device was revoked', () => {
    const s = store();
    s.devices.add(laptop);
    expect(() => s.devices.add({ ...laptop, thumbprint: 'BBBB' })).toThrow(/laptop exists; revoke it first/);
    expect(s.devices.revoke('laptop', later)).toEqual({ ...laptop, revokedAt: later });
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
