// `opengsa-edge admin certificate` as a person types it: certificates that it makes, those that OpenSSL made, and what is
// refused.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AdminEdge, notAnAuthority, p256, selfSigned, startAdminEdge } from '../support/admin-edge.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { initEdge, runEdge } from '../support/edge-program.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

// Each test starts programs; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const openssl = installedProgram('openssl');
let group: ProgramGroup;
let admin: AdminEdge['admin'];
let makeAdministrator: AdminEdge['makeAdministrator'];

beforeAll(async () => {
  group = createProgramGroup();
  ({ admin, makeAdministrator } = await startAdminEdge(group));
});
afterAll(() => group.end());

const at = (name: string): string => join(group.folder, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');

describe('the command', () => {
  test('makes files for the owner alone, with which the API is used', async () => {
    const made = await admin('certificate', '--role', 'security-reader', '--name', 'alex', '--out', 'alex');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toMatch(
      /^alex is Security Reader until \d{4}-\d\d-\d\d\. Key and certificate: .*alex\.crt\n/,
    );
    expect(readdirSync(at('alex')).sort()).toEqual(['alex.crt', 'alex.key']);
    expect(statSync(at('alex')).mode & 0o777).toBe(0o700);
    for (const name of ['alex/alex.key', 'alex/alex.crt'])
      expect(statSync(at(name)).mode & 0o777).toBe(0o600);
    const list = await admin('list', '--json');
    const { administrators } = JSON.parse(list.stdout) as { administrators: object[] };
    expect(administrators).toContainEqual(
      expect.objectContaining({
        name: 'alex',
        role: 'Security Reader',
        proof: { kind: 'certificate', thumbprint: expect.stringMatching(/^[\w-]{43}$/) as unknown },
      }),
    );
    await admin('token', '--role', 'security-reader', '--name', 'lee');
    const { stdout } = await admin('list');
    expect(stdout).toMatch(/^alex +Security Reader +until .* certificate$/m);
    expect(stdout).toMatch(/^lee +Security Reader +until .* token$/m);
    const revoked = await admin('revoke', 'alex');
    expect(revoked.stdout).toBe('alex may not use the administration API any more\n');
  });

  test('makes up a name where none is given, and tells scripts what it made', async () => {
    const made = await admin('certificate', '--role', 'security-reader', '--out', 'made', '--json');
    const told = JSON.parse(made.stdout) as { administrator: { name: string }; files: string[] };
    expect(told.administrator.name).toMatch(/^administrator-[0-9a-f]{8}$/);
    expect(told).toMatchObject({ directory: at('made') });
    expect(readdirSync(at('made')).sort()).toEqual(told.files.toSorted());
  });

  test('leaves no files behind where the name is taken', async () => {
    await makeAdministrator('taken');
    const words = ['certificate', '--role', 'security-reader', '--name', 'taken', '--out', 'again'];
    const { code, stderr } = await admin(...words);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('an administrator named taken exists; revoke it'),
    ]);
    expect(readdirSync(group.folder)).not.toContain('again');
  });

  test("refuses a device's certificate", async () => {
    expect((await runEdge(group, ['devices', 'add', 'laptop', '--out', 'laptop'])).code).toBe(0);
    const words = ['certificate', '--role', 'security-reader', '--certificate', 'laptop/device.crt'];
    const { code, stderr } = await admin(...words);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('is that of the device laptop; an administrator'),
    ]);
  });
});

describe('the command refuses, and registers nobody:', () => {
  const reader = ['--role', 'Security Reader'];
  let before: string;
  beforeAll(async () => {
    writeFileSync(at('large.pem'), 'x'.repeat(300_000));
    writeFileSync(
      at('long.pem'),
      `-----BEGIN CERTIFICATE-----\n${'A'.repeat(16_384)}\n-----END CERTIFICATE-----\n`,
    );
    writeFileSync(at('damaged.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    before = (await admin('list', '--json')).stdout;
  });
  afterAll(async () => {
    expect((await admin('list', '--json')).stdout).toBe(before);
  });

  test.each([
    [reader, 2, /name the certificate with --certificate FILE, or .* --out DIR/],
    [['--out', 'x'], 2, /required option '--role <role>' not specified/],
    [[...reader, '--out', 'x', '--certificate', 'y'], 2, /cannot be used with/],
    [[...reader, '--out', 'state'], 1, /state is not empty \(.*\); nothing was written/],
    [[...reader, '--out', 'edge.yaml'], 1, /edge\.yaml exists and is not a readable directory/],
    [[...reader, '--out', 'x', '--name', '../x'], 2, /the administrator's name "\.\.\/x"/],
    [[...reader, '--out', 'x', '--expires', '9y'], 2, /such as 24h, at most 366d/],
    [[...reader, '--certificate', 'none.pem'], 1, /none\.pem: there is no such file/],
    [[...reader, '--certificate', 'state'], 1, /state: cannot be read/],
    [[...reader, '--certificate', 'edge.yaml'], 1, /edge\.yaml: holds no PEM; it must have/],
    [[...reader, '--certificate', 'state/edge.key'], 1, /holds a private key and no certificate/],
    [[...reader, '--certificate', 'state/ca.crt'], 1, /is that of an authority/],
    [[...reader, '--certificate', 'state/edge.crt'], 1, /is not for clients; it needs clientAuth/],
    [[...reader, '--certificate', 'large.pem'], 1, /too large for a certificate \(300000 bytes\)/],
    [[...reader, '--certificate', 'long.pem'], 1, /has a certificate of more than 16384 characters/],
    [[...reader, '--certificate', 'damaged.pem'], 1, /the certificate in it is damaged/],
  ])('%j', async (words, expected, message) => {
    const { code, stderr, stdout } = await admin('certificate', ...words);
    expect([code, stdout, stderr]).toEqual([expected, '', expect.stringMatching(message)]);
    expect(readdirSync(group.folder)).not.toContain('x');
  });
});

test('works on the store of an edge that does not run as well', async () => {
  const offline = createProgramGroup();
  try {
    await initEdge(offline);
    const words = ['admin', 'certificate', '--role', 'security-reader', '--name', 'first', '--out', 'first'];
    expect(await runEdge(offline, words)).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(join(offline.folder, 'first')).sort()).toEqual(['first.crt', 'first.key']);
    expect((await runEdge(offline, ['admin', 'list'])).stdout).toMatch(/^first .* certificate$/m);
    expect((await runEdge(offline, ['admin', 'revoke', 'first'])).code).toBe(0);
  } finally {
    await offline.end();
  }
});

describe.skipIf(openssl === null)('a certificate that openssl made (Debian package openssl)', () => {
  const register = (file: string, name: string) =>
    admin('certificate', '--role', 'security-reader', '--name', name, '--certificate', file);

  test('is registered from a chain that has its key as well, which stays there', async () => {
    await selfSigned(group, 'own', ...p256, ...notAnAuthority);
    writeFileSync(at('chain.pem'), `${read('own.key')}${read('own.crt')}${read('state/ca.crt')}`);
    const { code, stdout, stderr } = await register('chain.pem', 'chained');
    expect(code).toBe(0);
    expect(stderr).toBe('chain.pem holds 2 certificates; the first one counts, and alone\n');
    // Nine days is what the certificate has; ninety is what the command would give.
    const until = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
    expect(stdout).toMatch(
      new RegExp(`^chained is Security Reader until ${until}, by the certificate [\\w-]{43}\\.`),
    );
    expect((await register('own.crt', 'other')).stderr).toContain(
      'the certificate is that of the administrator chained; revoke it first',
    );
  });

  test.each([
    ['a weak key', ['-newkey', 'rsa:1024', ...notAnAuthority], /has an RSA key of 1024 bits; it must be/],
    ['an authority', p256, /is that of an authority, .* -addext basicConstraints=critical,CA:FALSE/],
  ])('is refused with %s', async (_, words, message) => {
    await selfSigned(group, 'refused', ...words);
    const { code, stderr } = await register('refused.crt', 'refused');
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  });
});
