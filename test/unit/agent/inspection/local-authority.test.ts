import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectedHosts } from '../../../../agent/core/inspected-hosts.ts';
import {
  authorityFault,
  createLocalAuthority,
  isInspectionAuthority,
  issueLeaf,
  type KeyAndCertificate,
} from '../../../../agent/inspection/local-authority.ts';
import { installedProgram } from '../../../support/debian-programs.ts';
import { signBeyondScope } from '../../../support/inspection-leaves.ts';
import { createAuthority } from '../../../support/pki.ts';
import { createProgramGroup, type ProgramGroup } from '../../../support/processes.ts';

const openssl = installedProgram('openssl') ?? '';
const day = 24 * 60 * 60 * 1000;
let group: ProgramGroup;
let authority: KeyAndCertificate;

beforeAll(async () => {
  group = createProgramGroup();
  authority = await createLocalAuthority(new Date());
  writeFileSync(join(group.folder, 'ca.crt'), authority.certificate);
});
afterAll(() => group.end());

test('two machines have different keys and names', async () => {
  const other = await createLocalAuthority(new Date());
  expect(other.key).not.toBe(authority.key);
  const [a, b] = [other, authority].map(({ certificate }) => new X509Certificate(certificate));
  expect(a?.publicKey.equals(b?.publicKey ?? a.publicKey)).toBe(false);
  expect(a?.subject).not.toBe(b?.subject);
  expect(a?.serialNumber).not.toBe(b?.serialNumber);
});

test('the authority lives a year at most, and a leaf a day', async () => {
  const { validFromDate, validToDate } = new X509Certificate(authority.certificate);
  expect(validToDate.getTime() - validFromDate.getTime()).toBeLessThanOrEqual(365 * day);
  const leaf = new X509Certificate((await issueLeaf(authority, 'login.live.com', new Date())).certificate);
  expect(leaf.validToDate.getTime() - Date.now()).toBeLessThanOrEqual(day);
  expect(leaf.subjectAltName).toBe('DNS:login.live.com');
});

test('no certificate is made for another host', async () => {
  const host = 'device.login.microsoftonline.com' as 'login.live.com';
  await expect(issueLeaf(authority, host, new Date())).rejects.toThrow('not inspected');
});

test('an authority of anybody else is known by its limits', () => {
  expect(authorityFault(authority.certificate)).toBeNull();
  expect(isInspectionAuthority(authority.certificate)).toBe(true);
  const named = createAuthority('OpenGSA local inspection 01234567').cert;
  expect(isInspectionAuthority(named)).toBe(true);
  expect(authorityFault(named)).not.toBeNull();
  expect(isInspectionAuthority(createAuthority('Contoso root').cert)).toBe(false);
  expect(authorityFault('nonsense')).toBe('it is not a certificate');
});

describe.skipIf(openssl === '')('openssl', () => {
  const verify = async (certificate: string, host: string) => {
    writeFileSync(join(group.folder, 'leaf.crt'), certificate);
    const args = [
      'verify',
      '-CAfile',
      'ca.crt',
      '-purpose',
      'sslserver',
      '-verify_hostname',
      host,
      'leaf.crt',
    ];
    const { code, stdout, stderr } = await group.run(openssl, args);
    return code === 0 ? 'accepted' : `${stdout}${stderr}`;
  };

  test('reads the constraints as critical and the path as ended', async () => {
    const { stdout } = await group.run(openssl, ['x509', '-in', 'ca.crt', '-noout', '-text']);
    expect(stdout).toContain('X509v3 Name Constraints: critical');
    expect(stdout).toContain('CA:TRUE, pathlen:0');
    for (const host of inspectedHosts) expect(stdout).toContain(`DNS:${host}`);
  });

  test.each(inspectedHosts)('accepts %s', async (host) => {
    expect(await verify((await issueLeaf(authority, host, new Date())).certificate, host)).toBe('accepted');
  });

  test.each([
    'device.login.microsoftonline.com',
    'enterpriseregistration.windows.net',
    'a.login.live.com',
    'graph.microsoft.com',
    'example.test',
    'xlogin.live.com',
    '127.0.0.1',
  ])('refuses %s, which somebody signs with the stolen key', async (name) => {
    const said = await verify(signBeyondScope(authority, name).certificate, name);
    expect(said).toMatch(/permitted subtree violation|excluded subtree violation/);
  });
});
