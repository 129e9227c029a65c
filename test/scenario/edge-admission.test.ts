// Who gets in, and what the refused are told: real TLS clients at the edge's door.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseProxyStatus } from '../../protocol/proxy-status.ts';
import {
  answered,
  type DataPlane,
  edgeName,
  opaqueTo,
  openSession,
  startDataPlane,
  textOf,
} from '../support/data-plane.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { type Origin, startEcho } from '../support/origins.ts';
import { patience } from '../support/patience.ts';
import { writeIdentity } from '../support/pki.ts';

const openssl = installedProgram('openssl');
const curl = installedProgram('curl');

let dir: string;
let edge: DataPlane;
let echo: Origin;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'opengsa-door-'));
  echo = await startEcho();
  edge = await startDataPlane({
    classes: [
      opaqueTo('echo.contoso.test', echo),
      { match: 'direct.contoso.test', class: 'direct' },
      {
        match: 'closed.contoso.test',
        class: 'opaque',
        upstream: { address: '127.0.0.1', port: await closedPort() },
      },
      { match: '*.names.test', class: 'opaque' },
      { match: '0.0.0.0/0', class: 'opaque' },
      { match: '::/0', class: 'opaque' },
    ],
    options: {
      resolve: (name) =>
        Promise.resolve(
          name.startsWith('inside')
            ? { kind: 'resolved', addresses: [{ family: 'ipv4', text: '127.0.0.1', bytes: [127, 0, 0, 1] }] }
            : { kind: 'failed', denial: { error: 'dns_error', reason: 'name-not-found' } },
        ),
    },
  });
});

afterAll(async () => {
  await edge.close();
  await echo.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a device without a good certificate reaches nothing', () => {
  const cases = [
    ['none', () => null],
    ['one of another authority', () => edge.pki.rogueDevice()],
    ['an expired one', () => edge.pki.expired()],
    ['one that is not valid yet', () => edge.pki.notYetValid()],
    ['a server certificate', () => edge.pki.wrongUsage()],
  ] as const;

  test.skipIf(openssl === null).each(cases)('%s', async (_which, identity) => {
    const before = echo.connections();
    const shown = identity();
    const files = shown === null ? null : writeIdentity(dir, 'shown', shown);
    const output = await sClient([
      ...['-alpn', 'http/1.1', '-tls1_3'],
      ...(files === null ? [] : ['-cert', files.cert, '-key', files.key]),
    ]);
    expect(output).not.toContain('HTTP/1.1');
    expect(echo.connections()).toBe(before);
  });

  test.skipIf(openssl === null)(
    'a good one is served, so that the refusals above mean something',
    async () => {
      const files = writeIdentity(dir, 'good', edge.device);
      const output = await sClient(['-alpn', 'http/1.1', '-cert', files.cert, '-key', files.key]);
      expect(output).toContain('HTTP/1.1 200');
    },
  );

  test.skipIf(openssl === null)('TLS 1.2 is refused', async () => {
    const files = writeIdentity(dir, 'good', edge.device);
    const output = await sClient(['-tls1_2', '-cert', files.cert, '-key', files.key]);
    expect(output).not.toContain('HTTP/1.1');
  });
});

describe('a device of our authority', () => {
  test('that is not registered is refused at each CONNECT', async () => {
    const session = await openSession(edge, { device: edge.pki.device('stranger') });
    await expectRefusal(session, 'echo.contoso.test:443', 403, 'http_request_denied', 'device-unknown');
    session.destroy();
  });

  test('that is revoked is refused on the session that it already has', async () => {
    const device = edge.pki.device('lost');
    edge.state.standings.set(device.thumbprint, { kind: 'active', name: 'lost' });
    const session = await openSession(edge, { device });
    expect((await answered(session, 'echo.contoso.test:443')).status).toBe(200);
    edge.state.standings.set(device.thumbprint, { kind: 'revoked', name: 'lost' });
    await expectRefusal(session, 'echo.contoso.test:443', 403, 'http_request_denied', 'device-revoked');
    session.destroy();
  });
});

test.each([
  ['echo.contoso.test', 400, 'http_request_error', 'bad-authority'],
  ['127.1:443', 400, 'http_request_error', 'bad-authority'],
  ['0x7f000001:443', 400, 'http_request_error', 'bad-authority'],
  ['echo.contoso.test:22', 403, 'http_request_denied', 'port-not-allowed'],
  ['unknown.example.com:443', 403, 'http_request_denied', 'destination-not-allowed'],
  ['direct.contoso.test:443', 403, 'http_request_denied', 'class-direct'],
  ['127.0.0.1:443', 502, 'destination_ip_prohibited', 'own-address'],
  ['169.254.169.254:443', 502, 'destination_ip_prohibited', 'address-link-local'],
  ['[64:ff9b::169.254.169.254]:443', 502, 'destination_ip_prohibited', 'embedded-link-local'],
  ['inside.names.test:443', 502, 'destination_ip_prohibited', 'own-address'],
  ['missing.names.test:443', 502, 'dns_error', 'name-not-found'],
  ['closed.contoso.test:443', 502, 'connection_refused', 'connect-refused'],
])('%s is refused with %i %s (%s)', async (authority, status, error, reason) => {
  const before = echo.connections();
  const session = await openSession(edge);
  await expectRefusal(session, authority, status, error, reason);
  expect(echo.connections()).toBe(before);
  session.destroy();
});

describe('HTTP/1.1', () => {
  test('carries a flow, with bytes sent right behind the head', async () => {
    const tls = await openTls();
    tls.write('CONNECT echo.contoso.test:443 HTTP/1.1\r\nHost: echo.contoso.test:443\r\n\r\nearly');
    tls.end();
    const text = await textOf(tls);
    expect(text).toMatch(
      /^HTTP\/1\.1 200 OK\r\negress-observed: "127\.0\.0\.1";assurance=observed\r\n\r\nearly$/,
    );
  });

  test('closes after a refusal and never reads what follows as a request', async () => {
    const before = echo.connections();
    const tls = await openTls();
    const bad = 'CONNECT unknown.example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n';
    tls.write(`${bad}CONNECT echo.contoso.test:443 HTTP/1.1\r\nHost: a\r\n\r\n`);
    const text = await textOf(tls);
    expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(text).toContain('403 Forbidden');
    expect(parseProxyStatus(/proxy-status: (.*)\r/.exec(text)?.[1] ?? '')).toMatchObject({
      proxy: edgeName,
      reason: 'destination-not-allowed',
    });
    expect(echo.connections()).toBe(before);
  });

  test('a broken destination is a reset, not the end of the stream', async () => {
    const breaking = createServer((socket) => {
      socket.write('part');
      socket.once('data', () => socket.resetAndDestroy());
      socket.on('error', () => undefined);
    });
    breaking.listen(0, '127.0.0.1');
    await once(breaking, 'listening');
    const address = breaking.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    edge.state.policy = {
      ...edge.state.policy,
      classes: [...edge.state.policy.classes, opaqueTo('breaking.contoso.test', { host: '127.0.0.1', port })],
    };
    const tls = await openTls();
    const failed = once(tls, 'error') as Promise<[NodeJS.ErrnoException]>;
    failed.catch(() => undefined);
    const ended = vi.fn();
    tls.on('end', ended);
    tls.write('CONNECT breaking.contoso.test:443 HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(tls, 'data');
    tls.write('go');
    tls.resume();
    const closed = once(tls, 'close').catch(() => undefined);
    await Promise.race([failed.catch(() => undefined), closed]);
    expect(ended).not.toHaveBeenCalled();
    breaking.close();
  });

  test.skipIf(curl === null)('curl gets through as a proxy client with a certificate', async () => {
    const files = writeIdentity(dir, 'curl', edge.device);
    const ca = join(dir, 'ca.crt');
    const { cert } = writeIdentity(dir, 'ca', { cert: edge.pki.ca.cert, key: '' });
    expect(cert).toBe(ca);
    const output = await run(curl ?? '', [
      ...['-sv', '--max-time', '5', '--noproxy', '', '--resolve', `${edgeName}:${edge.port}:127.0.0.1`],
      ...['-x', `https://${edgeName}:${edge.port}`, '--proxy-cacert', ca],
      ...['--proxy-cert', files.cert, '--proxy-key', files.key],
      'https://unknown.example.com/',
    ]);
    expect(output).toMatch(/HTTP\/1\.1 403/);
    expect(output).toContain('destination-not-allowed');
  });
});

async function expectRefusal(
  session: Awaited<ReturnType<typeof openSession>>,
  authority: string,
  status: number,
  error: string,
  reason: string,
): Promise<void> {
  const answer = await answered(session, authority);
  expect(answer.status).toBe(status);
  const field = String(answer.headers['proxy-status']);
  expect(parseProxyStatus(field)).toEqual({ proxy: edgeName, error, reason });
  await vi.waitFor(() => {
    expect(edge.records.at(-1)).toMatchObject({ authority, result: 'refused', proxyError: error, reason });
  }, patience);
}

async function openTls(): Promise<TLSSocket> {
  const tls = connectTls({
    host: '127.0.0.1',
    port: edge.port,
    servername: edgeName,
    ca: edge.pki.ca.cert,
    cert: edge.device.cert,
    key: edge.device.key,
    ALPNProtocols: ['http/1.1'],
  });
  tls.allowHalfOpen = true;
  tls.on('error', () => undefined);
  await once(tls, 'secureConnect');
  return tls;
}

/** What the edge says to a CONNECT sent through `openssl s_client`. */
function sClient(options: readonly string[]): Promise<string> {
  const args = [
    's_client',
    '-connect',
    `127.0.0.1:${edge.port}`,
    '-servername',
    edgeName,
    '-ign_eof',
    ...options,
  ];
  return run(openssl ?? '', args, 'CONNECT echo.contoso.test:443 HTTP/1.1\r\nHost: a\r\n\r\n');
}

function run(program: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve) => {
    // A server that stays silent must not hold the test.
    const child = execFile(program, args, { timeout: 1500 }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.write(input);
  });
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
