// Administrators with certificates at a real edge: curl and Node as clients, both versions of TLS, resumed sessions, and
// connections that are open when the right is taken away.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { type Browser, chromium as launcher } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { administratorRoles } from '../../edge/core/admin-access.ts';
import { createClientCredential, type Credential } from '../../edge/identity/pki.ts';
import { type AdminEdge, notAnAuthority, p256, selfSigned, startAdminEdge } from '../support/admin-edge.ts';
import { secretsIn } from '../support/canary.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { runEdge } from '../support/edge-program.ts';
import { type Origin, startOrigin } from '../support/origins.ts';
import { writeIdentity } from '../support/pki.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

// Each test starts programs; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const settings = '/v1.0/networkAccess/settings/conditionalAccess';
const day = 86_400_000;
const curl = installedProgram('curl');
const openssl = installedProgram('openssl');
const chromium = installedProgram('chromium');
let group: ProgramGroup;
let edge: AdminEdge;
let port: number;

beforeAll(async () => {
  group = createProgramGroup();
  edge = await startAdminEdge(group);
  ({ port } = edge);
  expect((await runEdge(group, ['devices', 'add', 'laptop', '--out', 'laptop'])).code).toBe(0);
});
afterAll(() => group.end());

const at = (name: string): string => join(group.folder, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');

/** What Node's TLS takes. */
function shown(identity: Credential | null): { key?: string; cert?: string } {
  return identity === null ? {} : { key: identity.key, cert: identity.certificate };
}

/** Status and message of an answer to a question that is written by hand. */
function exchange(socket: TLSSocket, headers = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.once('error', reject);
    socket.once('end', () => resolve(verdictOf(text)));
    socket.write(`GET ${settings} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`);
  });
}

function verdictOf(answer: string): string {
  const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'none';
  return `${status} ${/"message":"(.*?)"/.exec(answer)?.[1] ?? ''}`.trimEnd();
}

describe.skipIf(curl === null)('curl (Debian package curl)', () => {
  const ask = async (pair: string | null, ...words: string[]): Promise<string> => {
    const { stdout, code, stderr } = await group.run(curl ?? '', [
      ...['-sS', '-i', '--cacert', 'state/ca.crt'],
      ...(pair === null ? [] : ['--cert', `${pair}.crt`, '--key', `${pair}.key`]),
      ...words,
      `https://127.0.0.1:${port}${settings}`,
    ]);
    expect([code, stderr]).toEqual([0, '']);
    return verdictOf(stdout);
  };
  const mayRead = (role: string): boolean => role !== 'Global Secure Access Log Reader';

  test.each(administratorRoles)('%s', async (role) => {
    const name = role.replaceAll(' ', '.');
    await edge.makeAdministrator(name, role);
    const pair = `${name}/${name}`;
    expect(await ask(pair)).toMatch(
      mayRead(role) ? /^200$/ : /^403 this needs NetworkAccess\.Read\.All; the role /,
    );
    const json = ['-H', 'Content-Type: application/json', '-d', '{"signalingStatus":"enabled"}'];
    const mayWrite = role === 'Global Secure Access Administrator';
    expect(await ask(pair, '-X', 'PATCH', ...json)).toMatch(mayWrite ? /^204$/ : /^403 /);
  });

  test.runIf(openssl !== null).each([
    ['P-256', p256],
    ['Ed25519', ['-newkey', 'ed25519']],
    ['RSA', ['-newkey', 'rsa:3072']],
  ])('with a key of its own: %s, over both versions of TLS', async (_, words) => {
    await selfSigned(group, 'curl', ...words, ...notAnAuthority);
    const name = `curl.${words.at(-1)?.replace(/\W/, '-') ?? ''}`;
    const role = ['--role', 'security-reader', '--name', name];
    expect((await edge.admin('certificate', ...role, '--certificate', 'curl.crt')).code).toBe(0);
    expect(await ask('curl', '--tls-max', '1.2')).toBe('200');
    expect(await ask('curl', '--tlsv1.3')).toBe('200');
  });

  test('without, with a stranger’s or a device’s, and with a token beside it', async () => {
    await edge.makeAdministrator('good');
    expect(await ask(null)).toMatch(
      /^401 there is neither an Authorization header .* nor a client certificate/,
    );
    const { key, certificate } = await createClientCredential({ name: 'good', lifetimeMs: day }, new Date());
    writeIdentity(group.folder, 'stranger', { key, cert: certificate });
    for (const pair of ['stranger', 'laptop/device', 'state/edge']) {
      expect(await ask(pair)).toMatch(/^401 the client certificate is no administrator of this edge/);
    }
    expect(await ask('good/good', '-H', 'Authorization: Bearer guess')).toMatch(/^401 the token is not one/);
    const { stdout: token } = await edge.admin('token', '--role', 'security-reader', '--name', 'both');
    writeFileSync(at('token.curl'), `header = "Authorization: Bearer ${token.trim()}"\n`, { mode: 0o600 });
    expect(await ask('stranger', '-K', 'token.curl')).toBe('200');
    expect(await ask('good/good')).toBe('200');
  });

  test('with the certificate of one and the key of another is no client at all', async () => {
    for (const name of ['one', 'another']) await edge.makeAdministrator(name);
    const words = [
      '-sS',
      '--cacert',
      'state/ca.crt',
      '--cert',
      'one/one.crt',
      '--key',
      'another/another.key',
    ];
    const { code } = await group.run(curl ?? '', [...words, `https://127.0.0.1:${port}${settings}`]);
    expect(code).toBe(58);
  });
});

describe('a connection', () => {
  const open = (
    version: 'TLSv1.2' | 'TLSv1.3',
    identity: Credential | null,
    session?: Buffer,
  ): Promise<TLSSocket> =>
    new Promise((resolve, reject) => {
      const socket = connect({
        ...{ host: '127.0.0.1', port, ca: read('state/ca.crt'), ...shown(identity) },
        ...{ minVersion: version, maxVersion: version },
        ...(session === undefined ? {} : { session }),
      });
      socket.once('error', reject);
      socket.once('secureConnect', () => resolve(socket));
    });

  /** Asks, and keeps what a later connection can resume. */
  async function first(version: 'TLSv1.2' | 'TLSv1.3', identity: Credential) {
    const socket = await open(version, identity);
    const sessions: Buffer[] = [];
    // With TLS 1.3 tickets come after the handshake; with TLS 1.2 it came with it.
    socket.on('session', (session: Buffer) => sessions.push(session));
    const early = socket.getSession();
    const verdict = await exchange(socket);
    return { verdict, session: sessions.at(-1) ?? early };
  }

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'that is resumed by %s is judged as the first was',
    async (version) => {
      const name = `resumed.${version}`;
      await edge.makeAdministrator(name);
      const { verdict, session } = await first(version, edge.pair(`${name}/${name}`));
      expect(verdict).toBe('200');
      const resumed = await open(version, edge.pair(`${name}/${name}`), session);
      expect([resumed.isSessionReused(), resumed.getProtocol()]).toEqual([true, version]);
      expect(await exchange(resumed)).toBe('200');
      // Who has the session's secret had the key: the certificate comes with the session.
      expect(await exchange(await open(version, null, session))).toBe('200');
      const guessing = await open(version, null, session);
      expect(await exchange(guessing, 'Authorization: Bearer guess\r\n')).toMatch(/^401 the token/);

      await edge.admin('revoke', name);
      const late = await open(version, edge.pair(`${name}/${name}`), session);
      expect(late.isSessionReused()).toBe(true);
      expect(await exchange(late)).toBe('401 the client certificate was revoked');
    },
  );

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'that is open by %s is refused once the right is gone',
    async (version) => {
      const name = `open.${version}`;
      await edge.makeAdministrator(name);
      const agent = new Agent({
        ...{ keepAlive: true, maxSockets: 1, ca: read('state/ca.crt') },
        ...shown(edge.pair(`${name}/${name}`)),
        ...{ minVersion: version, maxVersion: version },
      });
      const ports = new Set<number | undefined>();
      const status = () =>
        new Promise((resolve, reject) => {
          const asked = request({ host: '127.0.0.1', port, path: settings, agent }, (response) => {
            ports.add(response.socket.localPort);
            response.resume().once('end', () => resolve(response.statusCode));
          });
          asked.once('error', reject).end();
        });
      try {
        expect(await status()).toBe(200);
        await edge.admin('revoke', name);
        expect(await status()).toBe(401);
        expect(ports.size).toBe(1);
      } finally {
        agent.destroy();
      }
    },
  );

  test('by TLS 1.2 cannot change its certificate while it is open', async () => {
    const socket = await open('TLSv1.2', null);
    const outcome = await new Promise((resolve) => {
      socket.once('error', resolve);
      socket.renegotiate({}, (error) => resolve(error ?? 'renegotiated'));
    });
    expect(outcome).toMatchObject({ code: 'ERR_SSL_NO_RENEGOTIATION' });
    socket.destroy();
  });
});

describe.skipIf(chromium === null)('Chromium (Debian package chromium)', () => {
  let browser: Browser | undefined;
  let page: Origin;
  beforeAll(async () => {
    page = await startOrigin((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>App'));
    });
  });
  afterAll(async () => {
    await browser?.close();
    await page.close();
  });

  test('shows the certificate for what a person opens, and lends it to no page', async () => {
    await edge.makeAdministrator('browsing', 'Global Secure Access Administrator');
    const { key, certificate } = edge.pair('browsing/browsing');
    const origin = `https://127.0.0.1:${port}`;
    browser = await launcher.launch({
      executablePath: chromium ?? '',
      env: { PATH: process.env.PATH ?? '', HOME: group.folder },
      args: ['--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-sync'],
    });
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      clientCertificates: [{ origin, key: Buffer.from(key), cert: Buffer.from(certificate) }],
    });
    const opened = await context.newPage();
    expect(await opened.goto(`${origin}${settings}`).then((answer) => answer?.status())).toBe(200);

    const app = await context.newPage();
    await app.goto(`http://${page.host}:${page.port}/`);
    const statuses: [string, number][] = [];
    app.on('response', (answer) => statuses.push([answer.request().method(), answer.status()]));
    for (const method of ['GET', 'POST']) {
      await app.evaluate(
        ([url, how]) => fetch(url ?? '', { method: how ?? '', mode: 'no-cors', credentials: 'include' }),
        [`${origin}${settings}`, method],
      );
    }
    expect(statuses).toEqual([
      ['GET', 401],
      ['POST', 401],
    ]);
  });
});

test('the audit log names who is known by a certificate, and no key was written or printed', async () => {
  await edge.makeAdministrator('audited', 'Global Secure Access Log Reader');
  const socket = connect({
    host: '127.0.0.1',
    port,
    ca: read('state/ca.crt'),
    ...shown(edge.pair('audited/audited')),
  });
  const body = '{"signalingStatus":"disabled"}';
  const answered = new Promise<string>((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.once('error', reject);
    socket.once('end', () => resolve(verdictOf(text)));
  });
  socket.write(
    `PATCH ${settings} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect(await answered).toMatch(/^403 /);
  const written = [
    ...edge.printed,
    ...[edge.program.stdout(), edge.program.stderr()],
    ...readdirSync(at('state'))
      .filter((name) => /^(edge|records)\.db|\.jsonl$/.test(name))
      .map((name) => readFileSync(at(`state/${name}`), 'latin1')),
  ].join('\n');
  expect(written).toContain('administrator audited');
  const keys = readdirSync(group.folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.key') && !name.startsWith('state'))
    // A line in the middle of the key: its beginning is that of every key of the kind.
    .map((name) => [name, read(name).split('\n').at(-4) ?? ''] as const);
  expect(keys.length).toBeGreaterThan(3);
  expect(secretsIn(written, Object.fromEntries(keys))).toEqual([]);
});
