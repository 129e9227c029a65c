// Administrators: tokens that are shown once and known by their hash, certificates that are known by themselves; both are
// refused when they should be.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Administrators, createAdministrators } from '../../../edge/administrators.ts';
import { createAudit } from '../../../edge/audit.ts';
import {
  certificateThumbprint,
  createAuthority,
  createClientCredential,
  type Credential,
  issueDeviceCertificate,
  publicKeyHash,
} from '../../../edge/identity/pki.ts';
import { openSqliteStore } from '../../../edge/store/sqlite/store.ts';
import type { Store } from '../../../edge/store/store.ts';
import { createProgramGroup, type ProgramGroup } from '../../support/processes.ts';

let group: ProgramGroup;
let store: Store;
let now: Date;
let administrators: Administrators;
let authority: Credential;
let own: Credential;
const start = new Date('2026-06-01T12:00:00.000Z');
const day = 86_400_000;
beforeAll(async () => {
  authority = await createAuthority('Contoso', start);
  own = await createClientCredential({ name: 'adele', lifetimeMs: 30 * day }, start);
});
beforeEach(() => {
  group = createProgramGroup();
  now = start;
  store = openSqliteStore(join(group.folder, 'edge.db'), now.toISOString());
  administrators = createAdministrators({
    store,
    authority: () => authority.certificate,
    now: () => now,
    audit: createAudit({ store, now: () => now }),
  });
});
afterEach(async () => {
  store.close();
  await group.end();
});

const adele = { name: 'adele', role: 'Security Reader', lifetimeMs: 3_600_000 } as const;

test('a token is good until it ends or is revoked, and its name can be given again', () => {
  const { token, administrator } = administrators.add(adele, 'uid 0');
  expect(administrators.byToken(token)).toMatchObject({ name: 'adele', role: 'Security Reader' });
  expect(() => administrators.add(adele, 'uid 0')).toThrow('an administrator named adele exists');
  now = new Date(administrator.expiresAt);
  expect(administrators.byToken(token)).toBe('expired');
  expect(administrators.revoke('adele', 'uid 0').revokedAt).toBe(now.toISOString());
  expect(administrators.byToken(token)).toBe('revoked');
  expect(() => administrators.revoke('adele', 'uid 0')).toThrow('there is no administrator named adele');
  const again = administrators.add(adele, 'uid 0').token;
  expect(again).not.toBe(token);
  expect(administrators.byToken(`${again} `)).toBe('unknown');
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

describe('a certificate', () => {
  const later = (ms: number): Date => new Date(start.getTime() + ms);
  const recognised = ({ certificate }: Credential) =>
    administrators.byCertificate(new X509Certificate(certificate));
  const wanted = ({ certificate }: Credential, lifetimeMs = day) => ({ ...adele, lifetimeMs, certificate });

  test('is good until the registration ends, and can be registered again once that was revoked', () => {
    expect(recognised(own)).toBe('unknown');
    const administrator = administrators.addCertificate(wanted(own), 'uid 0');
    const thumbprint = certificateThumbprint(own.certificate);
    expect(administrator).toMatchObject({
      proof: { kind: 'certificate', thumbprint },
      expiresAt: later(day).toISOString(),
      revokedAt: null,
    });
    expect(recognised(own)).toMatchObject({ name: 'adele', role: 'Security Reader' });
    now = later(day);
    expect(recognised(own)).toBe('expired');
    administrators.revoke('adele', 'uid 0');
    expect(recognised(own)).toBe('revoked');
    administrators.addCertificate({ ...wanted(own), role: 'Global Secure Access Log Reader' }, 'uid 0');
    expect(recognised(own)).toMatchObject({ role: 'Global Secure Access Log Reader' });
    expect(store.audit.latest(10).map(({ action, detail }) => `${action} ${detail}`)).toEqual([
      `administrators.add adele as Global Secure Access Log Reader until ${later(2 * day).toISOString()} by the certificate ${thumbprint}`,
      'administrators.revoke adele',
      `administrators.add adele as Security Reader until ${later(day).toISOString()} by the certificate ${thumbprint}`,
    ]);
  });

  test('is good until it ends itself, where that is earlier', () => {
    const { expiresAt } = administrators.addCertificate(wanted(own, 90 * day), 'uid 0');
    expect(expiresAt).toBe(new X509Certificate(own.certificate).validToDate.toISOString());
    expect(expiresAt).toBe(later(30 * day).toISOString());
    now = later(30 * day);
    expect(recognised(own)).toBe('expired');
  });

  test('of the same name and with another key is unknown', async () => {
    administrators.addCertificate(wanted(own), 'uid 0');
    const other = await createClientCredential({ name: 'adele', lifetimeMs: 30 * day }, start);
    expect(recognised(other)).toBe('unknown');
  });

  test('can be registered before it begins, not where it would never be good', async () => {
    const early = await createClientCredential({ name: 'adele', lifetimeMs: 30 * day }, later(9 * day));
    expect(() => administrators.addCertificate(wanted(early), 'uid 0')).toThrow(
      /would never be good: it begins on 2026-06-10T11.*, after 2026-06-02T12.*; register it with a longer --expires/,
    );
    administrators.addCertificate(wanted(early, 20 * day), 'uid 0');
    expect(recognised(early)).toBe('not-yet-valid');
    now = later(10 * day);
    expect(recognised(early)).toMatchObject({ name: 'adele' });
    now = later(40 * day);
    expect(() => administrators.addCertificate({ ...wanted(own), name: 'alex' }, 'uid 0')).toThrow(
      /would never be good: it ended on 2026-07-01T12.*; renew it/,
    );
  });

  test("of a device is refused, and what else the edge's authority signed", async () => {
    const subject = { name: 'laptop', organisation: 'Contoso', lifetimeMs: 30 * day };
    const [device, forgotten] = [
      await issueDeviceCertificate(authority, subject, start),
      await issueDeviceCertificate(authority, subject, start),
    ];
    store.devices.add({
      name: 'laptop',
      thumbprint: certificateThumbprint(device.certificate),
      createdAt: start.toISOString(),
      expiresAt: later(30 * day).toISOString(),
    });
    const onItsKey = await createClientCredential({ name: 'adele', lifetimeMs: day }, start);
    store.devices.add({
      name: 'tablet',
      thumbprint: 'of another certificate',
      createdAt: start.toISOString(),
      expiresAt: later(30 * day).toISOString(),
      keyHash: publicKeyHash(new X509Certificate(onItsKey.certificate).publicKey),
    });
    const refusals = [
      [device, /^the certificate is that of the device laptop; an administrator needs one of their own: /],
      [onItsKey, /^the certificate has the key of the device tablet; /],
      [forgotten, /^the certificate was signed by this edge's own authority; /],
      [authority, /^the certificate is that of an authority/],
    ] as const;
    for (const [credential, message] of refusals) {
      expect(() => administrators.addCertificate(wanted(credential), 'uid 0')).toThrow(message);
      expect(recognised(credential)).toBe('unknown');
    }
    expect(administrators.list()).toEqual([]);
  });

  test('whose registration cannot be written down is not registered', () => {
    const refusing = createAdministrators({
      store,
      authority: () => authority.certificate,
      now: () => now,
      audit: () => {
        throw new Error('disk full');
      },
    });
    expect(() => refusing.addCertificate(wanted(own), 'uid 0')).toThrow('disk full');
    expect(recognised(own)).toBe('unknown');
  });
});
