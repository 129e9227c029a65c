import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCredentials } from '../../../../agent/tunnel/credentials.ts';
import { device, pki } from '../../../support/test-edge.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'credentials-'));
  const edge = {
    version: 1,
    organisation: 'contoso',
    device: 'laptop-1',
    edges: [{ url: 'https://edge.contoso.test:8443', addresses: ['127.0.0.1'] }],
    witness: { ipv4: null, ipv6: null },
    jwks: { keys: [] },
  };
  const files = { 'device.key': device.key, 'device.crt': device.cert, 'ca.crt': pki.ca.cert };
  for (const [name, text] of Object.entries({ ...files, 'edge.json': JSON.stringify(edge) })) {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
  }
});
afterEach(() => rmSync(dir, { recursive: true }));

test('the bundle is read, with the facts of the certificate', () => {
  const credentials = readCredentials(dir);
  expect(credentials.device).toMatchObject({ name: 'laptop-1', thumbprint: device.thumbprint });
  expect(Date.parse(credentials.device.certificateExpiresAt)).toBeGreaterThan(Date.now());
});

test('files that others can read are refused, with the remedy', () => {
  chmodSync(join(dir, 'device.key'), 0o640);
  expect(() => readCredentials(dir)).toThrow(/device\.key: others can read it; run: chmod 600/);
});

test('a renewal that was cut off between certificate and key is read as complete', () => {
  writeFileSync(join(dir, 'device.key.next'), device.key, { mode: 0o600 });
  writeFileSync(join(dir, 'device.key'), pki.ca.key, { mode: 0o600 });
  expect(readCredentials(dir).key).toBe(device.key);
});

test('a renewal that has only begun changes nothing', () => {
  writeFileSync(join(dir, 'device.key.next'), pki.ca.key, { mode: 0o600 });
  expect(readCredentials(dir).key).toBe(device.key);
});

test('a missing directory means: not enrolled', () => {
  expect(() => readCredentials(join(dir, 'none'))).toThrow(expect.objectContaining({ code: 'not-enrolled' }));
});

test('a broken bundle is refused with the path of the fault', () => {
  writeFileSync(join(dir, 'edge.json'), '{"version":1}', { mode: 0o600 });
  expect(() => readCredentials(dir)).toThrow(/edge\.json: organisation/);
});
