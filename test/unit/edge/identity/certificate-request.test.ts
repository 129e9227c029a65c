// Certificate requests: those of OpenSSL and of our own devices, and everything that a stranger might send instead.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { certificateRequest, makeDeviceKey } from '../../../../agent/enrollment/key-request.ts';
import { readCertificateRequest } from '../../../../edge/identity/certificate-request.ts';
import { installedProgram } from '../../../support/debian-programs.ts';
import { createProgramGroup } from '../../../support/processes.ts';

const openssl = installedProgram('openssl');
const group = createProgramGroup();
let own: string;
let other: string;

beforeAll(async () => {
  own = certificateRequest(await makeDeviceKey());
  other = certificateRequest(await makeDeviceKey());
});
afterAll(() => group.end());

function reasonOf(pem: string): string {
  const read = readCertificateRequest(pem);
  return read.kind === 'refused' ? read.reason : '';
}

test("a device's own is good, and two of one key have one hash", async () => {
  const key = await makeDeviceKey();
  const [first, second] = [certificateRequest(key), certificateRequest(key)].map(readCertificateRequest);
  expect(first).toMatchObject({
    kind: 'good',
    publicKey: expect.stringContaining('BEGIN PUBLIC KEY') as string,
  });
  expect(second).toEqual(first);
  expect(readCertificateRequest(other)).not.toEqual(first);
});

test('a signature of another key is refused', () => {
  // The end of the DER is the signature: each of these is whole, and neither holds for the other's key.
  const bytes = (pem: string) => Buffer.from(pem.replaceAll(/-----.*-----|\s/g, ''), 'base64');
  const mixed = Buffer.concat([bytes(own).subarray(0, -256), bytes(other).subarray(-256)]);
  const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${mixed.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE REQUEST-----\n`;
  expect(reasonOf(pem)).toMatch(/is not signed by its own key/);
});

test.each([
  ['', /cannot be read/],
  ['-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n', /cannot be read/],
  ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', /cannot be read/],
  ['x'.repeat(8193), /is longer than 8192 characters/],
])('%# is refused', (pem, reason) => {
  expect(reasonOf(pem)).toMatch(reason);
});

test('no damage makes it throw, or be taken for another key', () => {
  const good = readCertificateRequest(own);
  fc.assert(
    fc.property(
      fc.nat(own.length - 1),
      fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '+', '/', '=', '-', '\n'),
      (at, character) => {
        const read = readCertificateRequest(own.slice(0, at) + character + own.slice(at + 1));
        if (read.kind === 'good') expect(read).toEqual(good);
      },
    ),
    { numRuns: 300, seed: 4 },
  );
});

describe.skipIf(openssl === null)('openssl (Debian package openssl)', () => {
  const request = (...words: string[]): string => {
    const file = join(group.folder, 'request.pem');
    const key = join(group.folder, 'key.pem');
    execFileSync(openssl ?? '', ['req', '-new', '-nodes', '-keyout', key, '-out', file, ...words], {
      stdio: 'pipe',
    });
    return readFileSync(file, 'utf8');
  };

  test('finds our requests well formed and signed', () => {
    const file = join(group.folder, 'own.pem');
    writeFileSync(file, own);
    const said = execFileSync(openssl ?? '', ['req', '-in', file, '-verify', '-noout', '-subject'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(said).toMatch(/subject=\s*$/);
  });

  test('makes requests that are good', () => {
    expect(readCertificateRequest(request('-newkey', 'rsa:2048', '-subj', '/'))).toMatchObject({
      kind: 'good',
    });
  });

  test.each([
    [['-newkey', 'rsa:1024', '-subj', '/'], /has an RSA key of 1024 bits/],
    [['-newkey', 'rsa:2048', '-subj', '/CN=admin'], /names a subject/],
    [['-newkey', 'rsa:2048', '-subj', '/', '-addext', 'basicConstraints=CA:TRUE'], /asks for extensions/],
    [
      ['-newkey', 'rsa:2048', '-subj', '/', '-addext', 'subjectAltName=DNS:edge.contoso.test'],
      /asks for extensions/,
    ],
    [['-newkey', 'rsa:2048', '-subj', '/', '-sha1'], /is not signed by RSA with SHA-256/],
    [['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-subj', '/'], /cannot be read/],
    [
      ['-newkey', 'rsa:2048', '-pkeyopt', 'rsa_keygen_pubexp:3', '-subj', '/'],
      /an exponent other than 65537/,
    ],
  ])('%j is refused', (words, reason) => {
    expect(reasonOf(request(...words))).toMatch(reason);
  });
});
