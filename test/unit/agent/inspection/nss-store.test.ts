// The real certutil on databases in a home of the test's own.
import { join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createLocalAuthority, fingerprintOf } from '../../../../agent/inspection/local-authority.ts';
import { createNssStore, nssDirectories } from '../../../../agent/inspection/nss-store.ts';
import type { TrustStore } from '../../../../agent/inspection/trust-store.ts';
import { installedProgram } from '../../../support/debian-programs.ts';
import { createAuthority } from '../../../support/pki.ts';
import { createProgramGroup } from '../../../support/processes.ts';

const certutil = installedProgram('certutil');
const group = createProgramGroup();
afterAll(() => group.end());
const now = new Date();
const [first, second] = [await createLocalAuthority(now), await createLocalAuthority(now)];
const fingerprint = fingerprintOf(first.certificate);

test('Chromium’s older place counts where it exists, else where it exists of the XDG directories', () => {
  const home = join(group.folder, 'home');
  const legacy = join(home, '.pki/nssdb');
  expect(nssDirectories(home, {})).toEqual([legacy]);
  const xdg = join(home, '.local/share/pki/nssdb');
  for (const place of [xdg, legacy]) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'cert9.db'), '');
  }
  expect(nssDirectories(home, {})).toEqual([legacy, xdg]);
  expect(nssDirectories(home, { XDG_DATA_HOME: '/elsewhere' })).toEqual([legacy]);
});

describe.skipIf(certutil === null)('an NSS database (libnss3-tools)', () => {
  let directory: string;
  let store: TrustStore;
  let count = 0;
  const run = (...args: string[]) => group.run(certutil ?? '', [...args, '-d', `sql:${directory}`]);
  const list = async () => (await run('-L')).stdout;
  const add = async (nickname: string, certificate: string) => {
    writeFileSync(join(group.folder, 'one.crt'), certificate);
    await run('-A', '-n', nickname, '-t', 'C,,', '-i', join(group.folder, 'one.crt'));
  };

  beforeEach(() => {
    directory = join(group.folder, `nssdb-${(count += 1)}`);
    store = createNssStore(directory);
  });

  test('install makes the database where there is none; remove leaves no entry', async () => {
    expect(await store.state(fingerprint, now)).toEqual({ kind: 'absent' });
    await store.install(first.certificate);
    expect(await store.state(fingerprint, now)).toMatchObject({ kind: 'present', fingerprint });
    expect(await list()).toMatch(/OpenGSA local inspection +C,,/);
    await store.remove();
    await store.remove();
    expect(await store.state(fingerprint, now)).toEqual({ kind: 'absent' });
    expect(await list()).not.toContain('OpenGSA');
  });

  test('other entries stay as they are, and a renewed authority takes the place of the older one', async () => {
    await store.install(first.certificate);
    await add('Contoso root', createAuthority('Contoso root').cert);
    expect(await store.state(fingerprintOf(second.certificate), now)).toMatchObject({
      kind: 'other',
      fingerprint,
    });
    await store.install(second.certificate);
    await store.install(second.certificate);
    expect((await list()).match(/OpenGSA/g)).toHaveLength(1);
    await store.remove();
    expect(await list()).toMatch(/Contoso root +C,,/);
    expect(await list()).not.toContain('OpenGSA');
  });

  test('a crash between database and entry, or with an older entry left, is healed by either command', async () => {
    mkdirSync(directory);
    await run('-N', '--empty-password');
    await store.remove();
    await store.install(first.certificate);
    // An older one under the same nickname, as a crash amid a renewal leaves it.
    await add('OpenGSA local inspection', second.certificate);
    expect(await store.state(fingerprint, now)).toMatchObject({ kind: 'present' });
    await store.remove();
    expect(await list()).not.toContain('OpenGSA');
  });

  test('a certificate of somebody else under our nickname is left alone', async () => {
    mkdirSync(directory);
    await run('-N', '--empty-password');
    await add('OpenGSA local inspection', createAuthority('Contoso root').cert);
    expect(await store.state(fingerprint, now)).toMatchObject({ kind: 'foreign' });
    await expect(store.install(first.certificate)).rejects.toThrow('OpenGSA did not make');
    await expect(store.remove()).rejects.toThrow('OpenGSA did not make');
    expect(await list()).toContain('OpenGSA local inspection');
  });
});
