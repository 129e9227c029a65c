// The real update-ca-certificates on directories of the test's own.
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createDebianStore,
  debianCertificateFile,
  type DebianStorePaths,
} from '../../../../agent/inspection/debian-store.ts';
import { createLocalAuthority, fingerprintOf } from '../../../../agent/inspection/local-authority.ts';
import type { TrustStore } from '../../../../agent/inspection/trust-store.ts';
import { installedProgram } from '../../../support/debian-programs.ts';
import { createAuthority } from '../../../support/pki.ts';
import { createProgramGroup } from '../../../support/processes.ts';

const update = installedProgram('update-ca-certificates');
const group = createProgramGroup();
afterAll(() => group.end());
const now = new Date();
const others = [createAuthority('Contoso root').cert, createAuthority('Fabrikam root').cert];
const { certificate } = await createLocalAuthority(now);
const later = (await createLocalAuthority(now)).certificate;
const fingerprint = fingerprintOf(certificate);

describe.skipIf(update === null)('the Debian store (ca-certificates)', () => {
  let paths: DebianStorePaths;
  let store: TrustStore;
  let before: readonly string[];
  let told: string;

  beforeEach(async () => {
    const root = join(group.folder, 'store');
    rmSync(root, { recursive: true, force: true });
    for (const name of ['local', 'trusted', 'packaged']) mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, 'packaged', 'fabrikam.crt'), others[1] ?? '');
    writeFileSync(join(root, 'conf'), 'fabrikam.crt\n');
    writeFileSync(join(root, 'local', 'contoso.crt'), others[0] ?? '');
    // Other stores follow by hooks; this one writes down what it is told.
    const hooks = join(group.folder, 'hooks');
    mkdirSync(hooks, { recursive: true });
    told = join(group.folder, 'told');
    writeFileSync(join(hooks, 'listener'), `#!/bin/sh\ncat >> ${told}\n`, { mode: 0o755 });
    const options = [
      ...['--certsconf', join(root, 'conf'), '--certsdir', join(root, 'packaged')],
      ...['--localcertsdir', join(root, 'local'), '--etccertsdir', join(root, 'trusted')],
      ...['--hooksdir', hooks],
    ];
    paths = {
      local: join(root, 'local'),
      trusted: join(root, 'trusted'),
      update: update ?? '',
      conf: join(root, 'conf'),
      options,
    };
    store = createDebianStore(paths);
    const { code } = await group.run(update ?? '', options);
    expect(code).toBe(0);
    before = snapshot(root);
    rmSync(told, { force: true });
  });
  const after = () => snapshot(join(group.folder, 'store'));

  test('install makes it present, remove leaves the store as it was', async () => {
    expect(await store.state(fingerprint, now)).toEqual({ kind: 'absent' });
    await store.install(certificate);
    expect(await store.state(fingerprint, now)).toMatchObject({
      kind: 'present',
      fingerprint,
      expired: false,
    });
    expect(after()).not.toEqual(before);
    await store.remove();
    expect(await store.state(fingerprint, now)).toEqual({ kind: 'absent' });
    expect(after()).toEqual(before);
  });

  test('stores that follow by a hook are told of both', async () => {
    const pem = join(paths.trusted, 'opengsa-inspection.pem');
    await store.install(certificate);
    expect(readFileSync(told, 'utf8')).toBe(`+${pem}\n`);
    // As after a crash before they were told.
    rmSync(pem);
    rmSync(debianCertificateFile(paths));
    await store.remove();
    expect(readFileSync(told, 'utf8')).toBe(`+${pem}\n-${pem}\n`);
  });

  test('doing either twice changes nothing', async () => {
    await store.install(certificate);
    const once = after();
    await store.install(certificate);
    expect(after()).toEqual(once);
    await store.remove();
    await store.remove();
    expect(after()).toEqual(before);
  });

  test('an authority that was renewed takes the place of the older one', async () => {
    await store.install(certificate);
    expect(await store.state(fingerprintOf(later), now)).toMatchObject({ kind: 'other', fingerprint });
    await store.install(later);
    expect(await store.state(fingerprintOf(later), now)).toMatchObject({ kind: 'present' });
    await store.remove();
    expect(after()).toEqual(before);
  });

  test('an expired one is told', async () => {
    await store.install(certificate);
    const inTwoYears = new Date(now.getTime() + 2 * 365 * 24 * 3600 * 1000);
    expect(await store.state(fingerprint, inTwoYears)).toMatchObject({ kind: 'present', expired: true });
  });

  /** Each step of install and of remove, and what a crash right behind it leaves. */
  const crashes: readonly (readonly [string, () => Promise<void>])[] = [
    [
      'a part of the file written',
      () => {
        writeFileSync(join(paths.local, '.opengsa-inspection.new'), certificate.slice(0, 200));
        return Promise.resolve();
      },
    ],
    [
      'the file in place, the store not updated',
      async () => {
        const failing = createDebianStore({ ...paths, update: '/bin/false' });
        await expect(failing.install(certificate)).rejects.toThrow('update-ca-certificates failed');
      },
    ],
    [
      'the update cut off before the bundle was replaced',
      async () => {
        await store.install(certificate);
        const bundle = join(paths.trusted, 'ca-certificates.crt');
        writeFileSync(bundle, others.toReversed().join(''));
        writeFileSync(`${bundle}.new`, '');
      },
    ],
    ['installed', () => store.install(certificate)],
    [
      'the file removed, links and bundle still there',
      async () => {
        await store.install(certificate);
        rmSync(debianCertificateFile(paths));
        expect(await store.state(fingerprint, now)).toMatchObject({ kind: 'incomplete' });
      },
    ],
    [
      'file and links removed, the bundle still there',
      async () => {
        await store.install(certificate);
        const failing = createDebianStore({ ...paths, update: '/bin/false' });
        await expect(failing.remove()).rejects.toThrow('update-ca-certificates failed');
        expect(await store.state(fingerprint, now)).toMatchObject({ kind: 'incomplete' });
      },
    ],
  ];
  test.each(crashes)('after a crash with %s, remove restores the store', async (_where, crash) => {
    await crash();
    await store.remove();
    expect(await store.state(fingerprint, now)).toEqual({ kind: 'absent' });
    expect(after()).toEqual(before);
  });
  test.each(crashes)('after a crash with %s, install completes', async (_where, crash) => {
    await crash();
    await store.install(certificate);
    expect(await store.state(fingerprint, now)).toMatchObject({ kind: 'present' });
    await store.remove();
    expect(after()).toEqual(before);
  });

  test('a file of somebody else under our name is neither replaced nor removed', async () => {
    writeFileSync(debianCertificateFile(paths), others[0] ?? '');
    const theirs = after();
    expect(await store.state(fingerprint, now)).toMatchObject({ kind: 'foreign' });
    await expect(store.install(certificate)).rejects.toThrow('was not made by OpenGSA');
    await expect(store.remove()).rejects.toThrow('was not made by OpenGSA');
    expect(after()).toEqual(theirs);
  });
});

/** Every entry with what it is and holds. */
function snapshot(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(root, name);
      const facts = lstatSync(path);
      if (facts.isSymbolicLink()) return `${name} -> ${readlinkSync(path)}`;
      if (facts.isDirectory()) return `${name}/`;
      return `${name} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
    });
}
