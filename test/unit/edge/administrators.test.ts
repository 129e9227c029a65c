// Administrators' tokens: shown once, known by their hash, refused when they should be.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Administrators, createAdministrators } from '../../../edge/administrators.ts';
import { createAudit } from '../../../edge/audit.ts';
import { openSqliteStore } from '../../../edge/store/sqlite/store.ts';
import type { Store } from '../../../edge/store/store.ts';
import { createProgramGroup, type ProgramGroup } from '../../support/processes.ts';

let group: ProgramGroup;
let store: Store;
let now: Date;
let administrators: Administrators;
beforeEach(() => {
  group = createProgramGroup();
  now = new Date('2026-06-01T12:00:00.000Z');
  store = openSqliteStore(join(group.folder, 'edge.db'), now.toISOString());
  administrators = createAdministrators(store, () => now, createAudit({ store, now: () => now }));
});
afterEach(async () => {
  store.close();
  await group.end();
});

const adele = { name: 'adele', role: 'Security Reader', lifetimeMs: 3_600_000 } as const;

test('a token is good until it ends or is revoked, and its name can be given again', () => {
  const { token, administrator } = administrators.add(adele, 'uid 0');
  expect(administrators.authenticate(token)).toMatchObject({ name: 'adele', role: 'Security Reader' });
  expect(() => administrators.add(adele, 'uid 0')).toThrow('an administrator named adele exists');
  now = new Date(administrator.expiresAt);
  expect(administrators.authenticate(token)).toBe('expired');
  expect(administrators.revoke('adele', 'uid 0').revokedAt).toBe(now.toISOString());
  expect(administrators.authenticate(token)).toBe('revoked');
  expect(() => administrators.revoke('adele', 'uid 0')).toThrow('there is no administrator named adele');
  const again = administrators.add(adele, 'uid 0').token;
  expect(again).not.toBe(token);
  expect(administrators.authenticate(`${again} `)).toBe('unknown');
  expect(store.audit.latest(10).map(({ action, detail }) => `${action} ${detail}`)).toEqual([
    'administrators.add adele as Security Reader until 2026-06-01T14:00:00.000Z',
    'administrators.revoke adele',
    'administrators.add adele as Security Reader until 2026-06-01T13:00:00.000Z',
  ]);
});

test('it has 256 random bits and is in no file', () => {
  const { token } = administrators.add({ ...adele, name: null }, 'uid 0');
  expect(Buffer.from(token.replace(/^opengsa_/, ''), 'base64url')).toHaveLength(32);
  expect(administrators.list()).toMatchObject([
    { name: expect.stringMatching(/^administrator-[0-9a-f]{8}$/) as unknown },
  ]);
  const files = ['edge.db', 'edge.db-wal'].map((name) => readFileSync(join(group.folder, name), 'latin1'));
  expect(files.join('')).not.toContain(token);
});

test.each(['', 'a b', '-x', 'x'.repeat(65), 'a\nb'])('the name %j is refused', (name) => {
  expect(() => administrators.add({ ...adele, name }, 'uid 0')).toThrow("the administrator's name");
});
