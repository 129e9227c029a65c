// The certificates the edge makes: what they are good for, and that other implementations agree.
import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  certificateThumbprint,
  createAuthority,
  type Credential,
  deviceLifetimeMs,
  issueDeviceCertificate,
  issueEdgeCertificate,
} from '../../../../edge/identity/pki.ts';
import { installedProgram } from '../../../support/debian-programs.ts';
import { createProgramGroup } from '../../../support/processes.ts';

const now = new Date('2026-06-01T12:00:00Z');
const openssl = installedProgram('openssl');
const group = createProgramGroup();
let authority: Credential;
let edge: Credential;
let device: Credential;

beforeAll(async () => {
  authority = await createAuthority('Contoso Zürich', now);
  edge = await issueEdgeCertificate(
    authority,
    {
      name: 'edge.contoso.test',
      organisation: 'Contoso Zürich',
      names: ['w4.contoso.test', 'edge.contoso.test'],
      addresses: ['192.0.2.1', '2001:db8::1'],
    },
    now,
  );
  device = await issueDeviceCertificate(
    authority,
    { name: 'laptop-7', organisation: 'Contoso Zürich', lifetimeMs: deviceLifetimeMs },
    now,
  );
});
afterAll(() => group.end());

function read({ certificate }: Credential): X509Certificate {
  return new X509Certificate(certificate);
}

describe('authority', () => {
  test('signs itself and may sign others', () => {
    const certificate = read(authority);
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.subject).toContain('Contoso Zürich');
  });
});

describe('edge certificate', () => {
  test('stands for every name and address, and is signed by the authority', () => {
    const certificate = read(edge);
    expect(certificate.checkHost('edge.contoso.test')).toBeDefined();
    expect(certificate.checkHost('w4.contoso.test')).toBeDefined();
    expect(certificate.checkHost('login.contoso.test')).toBeUndefined();
    expect(certificate.checkIP('192.0.2.1')).toBeDefined();
    expect(certificate.checkIP('2001:db8::1')).toBeDefined();
    expect(certificate.ca).toBe(false);
    expect(certificate.checkIssued(read(authority))).toBe(true);
    expect(certificate.verify(read(authority).publicKey)).toBe(true);
  });
});

describe('device certificate', () => {
  test('is for clients only and carries the name', () => {
    const certificate = read(device);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(certificate.subject).toContain('CN=laptop-7');
    expect(certificate.checkPrivateKey(createPrivateKey(device.key))).toBe(true);
  });

  test('holds a year, and from a little earlier than it was made', () => {
    const { validFromDate, validToDate } = read(device);
    expect(validFromDate.getTime()).toBeLessThan(now.getTime());
    expect((validToDate.getTime() - now.getTime()) / 86_400_000).toBeCloseTo(365, 5);
  });

  test('its thumbprint is the SHA-256 of its DER form', () => {
    const digest = createHash('sha256').update(read(device).raw).digest('base64url');
    expect(certificateThumbprint(device.certificate)).toBe(digest);
  });
});

test('serial numbers are positive, of full length and differ', () => {
  const serials = [authority, edge, device].map((credential) => read(credential).serialNumber);
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
  expect(new Set(serials).size).toBe(3);
});

describe.skipIf(openssl === null)('openssl (Debian package openssl)', () => {
  const verify = (purpose: string, credential: Credential): string => {
    const file = (name: string, text: string): string => {
      const path = join(group.folder, name);
      writeFileSync(path, text);
      return path;
    };
    const ca = file('ca.crt', authority.certificate);
    const leaf = file('leaf.crt', credential.certificate);
    const time = String(now.getTime() / 1000);
    const args = ['verify', '-x509_strict', '-attime', time, '-purpose', purpose, '-CAfile', ca, leaf];
    try {
      return execFileSync(openssl ?? '', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
    } catch (error) {
      return (error as { stderr: string }).stderr;
    }
  };

  test('takes both in strict mode for their purposes, and neither for the other', () => {
    expect(verify('sslserver', edge)).toMatch(/: OK$/);
    expect(verify('sslclient', device)).toMatch(/: OK$/);
    expect(verify('sslserver', device)).toMatch(/purpose/);
    expect(verify('sslclient', edge)).toMatch(/purpose/);
  });
});
