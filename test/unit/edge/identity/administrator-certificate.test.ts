// Certificates that administrators bring along: those that hold, those that do not, and texts that are none.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAdministratorCertificate } from '../../../../edge/identity/administrator-certificate.ts';
import {
  certificateThumbprint,
  createAuthority,
  createClientCredential,
  issueEdgeCertificate,
} from '../../../../edge/identity/pki.ts';
import { OpenGsaError } from '../../../../protocol/error.ts';
import { installedProgram } from '../../../support/debian-programs.ts';
import { createProgramGroup } from '../../../support/processes.ts';

const openssl = installedProgram('openssl');
const group = createProgramGroup();
const now = new Date('2026-06-01T12:00:00.000Z');
let own: string;

beforeAll(async () => {
  own = (await createClientCredential({ name: 'adele', lifetimeMs: 86_400_000 }, now)).certificate;
});
afterAll(() => group.end());

function refusalOf(pem: string): string {
  try {
    readAdministratorCertificate(pem);
    return '';
  } catch (error) {
    expect(error).toMatchObject({ name: 'OpenGsaError', code: 'bad-certificate' });
    return (error as OpenGsaError).message;
  }
}

test('one that we make is good', () => {
  const certificate = readAdministratorCertificate(own);
  expect(certificate.subject).toBe('CN=adele');
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

test("an authority's and a server's are refused", async () => {
  const authority = await createAuthority('Contoso', now);
  const subject = { name: 'edge.contoso.test', organisation: 'Contoso', names: [], addresses: [] };
  const server = await issueEdgeCertificate(authority, subject, now);
  expect(refusalOf(authority.certificate)).toMatch(
    /is that of an authority.*basicConstraints=critical,CA:FALSE/,
  );
  expect(refusalOf(server.certificate)).toMatch(/is not for clients; it needs clientAuth/);
});

test.each([
  '',
  'adele',
  '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
])('%j cannot be read', (pem) => {
  expect(refusalOf(pem)).toBe('the certificate cannot be read: it must be X.509 in PEM');
});

test('damage is refused, or makes a certificate that is another', () => {
  const thumbprint = certificateThumbprint(own);
  fc.assert(
    fc.property(
      fc.nat(own.length - 1),
      fc.constantFrom('A', 'z', '0', '+', '=', '-', '\n'),
      (at, character) => {
        const damaged = own.slice(0, at) + character + own.slice(at + 1);
        try {
          const read = readAdministratorCertificate(damaged);
          // A line that ends elsewhere is the same text in base64.
          if (!read.raw.equals(readAdministratorCertificate(own).raw)) {
            expect(certificateThumbprint(read)).not.toBe(thumbprint);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-certificate' });
        }
      },
    ),
    { numRuns: 300, seed: 4 },
  );
});

describe.skipIf(openssl === null)('openssl (Debian package openssl)', () => {
  const notAnAuthority = ['-addext', 'basicConstraints=critical,CA:FALSE'];
  const certificate = (...words: string[]): string => {
    const [key, file] = [join(group.folder, 'key.pem'), join(group.folder, 'certificate.pem')];
    const common = [
      'req',
      '-x509',
      '-nodes',
      '-days',
      '9',
      '-subj',
      '/CN=adele',
      '-keyout',
      key,
      '-out',
      file,
    ];
    execFileSync(openssl ?? '', [...common, ...words], { stdio: 'pipe' });
    return readFileSync(file, 'utf8');
  };

  test.each([
    [['-newkey', 'rsa:2048']],
    [['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
    [['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521']],
    [['-newkey', 'ed25519']],
    [['-newkey', 'ed25519', '-addext', 'extendedKeyUsage=serverAuth,clientAuth']],
  ])('makes one with %j that is good', (words) => {
    expect(refusalOf(certificate(...words, ...notAnAuthority))).toBe('');
  });

  test.each([
    [
      ['-newkey', 'rsa:1024'],
      /has an RSA key of 1024 bits; it must be RSA of at least 2048 bits, EC on P-256/,
    ],
    [
      ['-newkey', 'rsa:2048', '-pkeyopt', 'rsa_keygen_pubexp:3'],
      /an RSA key with an exponent other than 65537/,
    ],
    [['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-224'], /has an EC key on the curve secp224r1/],
    [['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1'], /has an EC key on the curve secp256k1/],
    [['-newkey', 'ed448'], /has a key of the kind ed448/],
    [['-newkey', 'rsa:2048', '-addext', 'extendedKeyUsage=serverAuth'], /is not for clients/],
  ])('makes one with %j that is refused', (words, reason) => {
    expect(refusalOf(certificate(...words, ...notAnAuthority))).toMatch(reason);
  });

  test('makes an authority where it is not told otherwise', () => {
    expect(refusalOf(certificate('-newkey', 'ed25519'))).toMatch(/is that of an authority/);
  });
});
