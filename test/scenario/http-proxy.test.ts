// The HTTP proxy between real programs: tunnels by CONNECT, the PAC file, limits; nothing lost at either end.
import { once } from 'node:events';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerPath, createCaptureFixture, proxyStatusOf } from '../support/capture-fixture.ts';
import { blocked, pacText, pacToken, readHead } from '../support/capture-rig.ts';
import { installedProgram } from '../support/debian-programs.ts';
import {
  closedPort,
  digestOf,
  reproducibleDigest,
  sendReproducible,
  startAnswerAfterFin,
  startBanner,
  startDigest,
  startEcho,
  startFinFirst,
  startOrigin,
  startResetting,
  startSilent,
} from '../support/origins.ts';
import { createProgramGroup } from '../support/processes.ts';
import { readAll } from '../support/relay-chain.ts';

const curl = installedProgram('curl');
const tenMiB = 10 * 1024 * 1024;

const capture = createCaptureFixture();
beforeEach(() => capture.begin());
afterEach(() => capture.end());

describe('CONNECT', () => {
  test('relays what was sent before the answer, in order', async () => {
    const echo = await capture.use(startEcho());
    const socket = await capture.rig().talk(`CONNECT ${echo.authority} HTTP/1.1\r\nHost: x\r\n\r\nfirst `);
    socket.end('second');
    expect(await readHead(socket)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await readAll(socket)).toMatchObject({ bytes: Buffer.from('first second'), end: 'fin' });
  });

  test('lets a server speak first', async () => {
    const banner = await capture.use(startBanner('220 mail.contoso.test\r\n'));
    const socket = await capture.tunnelTo(banner);
    const [text] = (await once(socket, 'data')) as [Buffer];
    expect(text.toString()).toBe('220 mail.contoso.test\r\n');
  });

  test('keeps the half-close of an application, even one that comes before the answer', async () => {
    const origin = await capture.use(startAnswerAfterFin());
    const socket = await capture.rig().talk(`CONNECT ${origin.authority} HTTP/1.1\r\nHost: x\r\n\r\n`);
    socket.end();
    expect(await readHead(socket)).toMatch(/ 200 /);
    expect(await readAll(socket)).toMatchObject({ bytes: Buffer.from('got 0 bytes'), end: 'fin' });
  });

  test('keeps the half-close of a destination', async () => {
    const origin = await startFinFirst('done');
    capture.atEnd(origin.close);
    const socket = await capture.tunnelTo(origin);
    expect(await readAll(socket)).toMatchObject({ bytes: Buffer.from('done'), end: 'fin' });
    socket.end('and after that');
    expect(await origin.received).toMatchObject({ bytes: 14 });
  });

  test('carries 10 MiB each way at once, intact, and records them', async () => {
    const origin = await startDigest(tenMiB);
    capture.atEnd(origin.close);
    const socket = await capture.tunnelTo(origin);
    const got = digestOf(socket);
    sendReproducible(socket, tenMiB, 7);
    expect(await got).toEqual(origin.sent);
    expect(await origin.received).toEqual(reproducibleDigest(tenMiB, 7));
    await expect
      .poll(() => capture.rig().table.list(1)[0])
      .toMatchObject({ state: 'closed', bytesSent: tenMiB, bytesReceived: tenMiB, action: 'direct' });
  });

  test('passes a reset on as a reset, in both directions', async () => {
    const resetting = await capture.use(startResetting('partial'));
    const socket = await capture.tunnelTo(resetting);
    socket.write('x');
    expect((await readAll(socket)).end).not.toBe('fin');
    await expect.poll(() => capture.rig().table.list(1)[0]?.state).toBe('reset');
    expect(capture.rig().table.list(1)[0]?.detail).toMatch(/^destination: .*ECONNRESET/);

    const ended = Promise.withResolvers<string>();
    const origin = await capture.use(
      startOrigin((peer) => {
        peer.on('error', (error: NodeJS.ErrnoException) => ended.resolve(error.code ?? ''));
        peer.on('end', () => ended.resolve('fin'));
        peer.resume();
      }),
    );
    const second = await capture.tunnelTo(origin);
    second.resetAndDestroy();
    expect(await ended.promise).toBe('ECONNRESET');
  });

  test('answers 502 with the reason when nothing listens', async () => {
    const answer = await capture.ask(`CONNECT 127.0.0.1:${await closedPort()} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 502 /);
    expect(proxyStatusOf(answer)).toEqual({
      proxy: 'opengsa',
      error: 'connection_refused',
      reason: 'connection-refused',
    });
    expect(answer).toContain('Reason: connection-refused');
  });

  test('answers a name that does not exist with 502 dns_error', async () => {
    const answer = await capture.ask('CONNECT nowhere.contoso.test:443 HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(proxyStatusOf(answer)).toMatchObject({ error: 'dns_error', reason: 'name-not-found' });
  });

  test('answers a local block with 403 and its reason, and dials nothing', async () => {
    await capture.restart({ decide: () => blocked });
    const echo = await capture.use(startEcho());
    const answer = await capture.ask(`CONNECT ${echo.authority} HTTP/1.1\r\nHost: x\r\n\r\nignored`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(proxyStatusOf(answer)).toMatchObject({ error: 'http_request_denied', reason: 'hardening-block' });
    expect(echo.connections()).toBe(0);
    expect(capture.rig().table.list(1)[0]).toMatchObject({
      action: 'block',
      state: 'refused',
      detail: 'opengsa: hardening-block',
    });
    expect(capture.rig().table.counters()).toMatchObject({ blocked: 1, failed: 0, open: 0 });
  });

  test('never connects to the proxy itself, by whatever name', async () => {
    await capture.restart({ names: { 'rebound.contoso.test': '127.0.0.1' } });
    for (const host of ['127.0.0.1', '0.0.0.0', 'rebound.contoso.test']) {
      for (const { listening } of [capture.rig().http, capture.rig().socks5]) {
        const answer = await capture.ask(`CONNECT ${host}:${listening.port} HTTP/1.1\r\nHost: x\r\n\r\n`);
        expect(proxyStatusOf(answer)).toMatchObject({ reason: 'own-listener' });
      }
    }
  });

  test.each([
    ['a target without port', 'CONNECT localhost HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a target with userinfo', 'CONNECT u@localhost:443 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a number-like name', 'CONNECT 0x7f.1:443 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a body', 'CONNECT localhost:443 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc'],
    [
      'a chunked body',
      'CONNECT localhost:443 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no host', 'CONNECT :443 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('refuses %s with 400', async (_, request) => {
    expect(await capture.ask(request)).toMatch(/^HTTP\/1\.1 400 /);
    expect(capture.rig().table.counters().total).toBe(0);
  });

  test('behind an unanswered request is dropped, not mixed into its answer', async () => {
    const silent = await capture.use(startSilent());
    const socket = await capture
      .rig()
      .talk(
        `GET http://${silent.authority}/ HTTP/1.1\r\nHost: x\r\n\r\n` +
          `CONNECT ${silent.authority} HTTP/1.1\r\nHost: x\r\n\r\n`,
      );
    expect((await readAll(socket)).bytes.toString()).toBe('');
  });
});

describe('the PAC file', () => {
  const path = `/${pacToken}/proxy.pac`;
  const own = () => `127.0.0.1:${capture.rig().http.listening.port}`;

  test('is served under its path, never cached', async () => {
    const answer = await capture.ask(`GET ${path} HTTP/1.1\r\nHost: ${own()}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/content-type: application\/x-ns-proxy-autoconfig/i);
    expect(answer).toMatch(/cache-control: no-store/i);
    expect(answer.endsWith(pacText)).toBe(true);
  });

  test.each([
    ['a guessed path', () => `GET /proxy.pac HTTP/1.1\r\nHost: ${own()}\r\n\r\n`],
    ['another token', () => `GET /${'0'.repeat(32)}/proxy.pac HTTP/1.1\r\nHost: ${own()}\r\n\r\n`],
    ['a page by fetch', () => `GET ${path} HTTP/1.1\r\nHost: ${own()}\r\nOrigin: http://evil.test\r\n\r\n`],
    [
      'a page by script',
      () => `GET ${path} HTTP/1.1\r\nHost: ${own()}\r\nSec-Fetch-Site: cross-site\r\n\r\n`,
    ],
    [
      'a rebound name',
      () => `GET ${path} HTTP/1.1\r\nHost: evil.test:${capture.rig().http.listening.port}\r\n\r\n`,
    ],
    ['two hosts', () => `GET ${path} HTTP/1.1\r\nHost: ${own()}\r\nHost: evil.test\r\n\r\n`],
    ['a POST', () => `POST ${path} HTTP/1.1\r\nHost: ${own()}\r\nContent-Length: 1\r\n\r\nx`],
  ])('is not there for %s', async (_, request) => {
    const answer = await capture.ask(request());
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toContain('FindProxyForURL');
  });
});

describe('limits', () => {
  test('a head that does not come in time ends the connection with 408', async () => {
    await capture.restart({ limits: { handshakeTimeoutMs: 300 } });
    expect(await capture.ask('GET http://a.test/ HTTP/1.1\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('connections over the limit are closed, those within go on', async () => {
    await capture.restart({ limits: { maxConnections: 1 } });
    const echo = await capture.use(startEcho());
    const first = await capture.tunnelTo(echo);
    const second = await capture.rig().talk('');
    expect((await readAll(second)).bytes.length).toBe(0);
    first.end('still here');
    expect((await readAll(first)).bytes.toString()).toBe('still here');
  });

  test('draining lets an open flow end by itself and takes no other', async () => {
    const echo = await capture.use(startEcho());
    const socket = await capture.tunnelTo(echo);
    const idle = await capture.rig().talk('');
    const drained = capture.rig().http.drain();
    expect((await readAll(idle)).bytes.length).toBe(0);
    socket.end('last words');
    expect((await readAll(socket)).bytes.toString()).toBe('last words');
    await drained;
    await expect(capture.rig().talk('')).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe.skipIf(curl === null)('curl (Debian package curl)', () => {
  const programs = createProgramGroup();
  afterAll(() => programs.end());
  const run = (...args: string[]) =>
    programs.run(curl!, [
      '-sS',
      '--max-time',
      '20',
      '--proxy',
      `http://127.0.0.1:${capture.rig().http.listening.port}`,
      ...args,
    ]);

  test('gets a page by a forwarded request and by a tunnel (-p)', async () => {
    const { authority } = await capture.useWeb(answerPath);
    expect(await run(`http://${authority}/forwarded`)).toMatchObject({ code: 0, stdout: '/forwarded' });
    expect(await run('-p', `http://${authority}/tunnelled`)).toMatchObject({ code: 0, stdout: '/tunnelled' });
    expect(
      capture
        .rig()
        .table.list(2)
        .map(({ via }) => via),
    ).toEqual(['http-connect', 'http-request']);
  });

  test('uploads 10 MiB with Expect: 100-continue and gets its digest', async () => {
    const { authority } = await capture.useWeb((request, response) => {
      void digestOf(request).then((digest) => response.end(JSON.stringify(digest)));
    });
    const source = `http://${(await capture.useWeb((_, response) => sendReproducible(response, tenMiB, 3))).authority}/`;
    expect(await run('-o', 'file', source)).toMatchObject({ code: 0 });
    const result = await run('-T', 'file', '-H', 'Expect: 100-continue', `http://${authority}/up`);
    expect(JSON.parse(result.stdout)).toEqual(reproducibleDigest(tenMiB, 3));
  });

  test('is told of a block by 403', async () => {
    await capture.restart({ decide: () => blocked });
    const result = await run('-p', '-w', '%{http_connect}', 'http://blocked.contoso.test/');
    expect(result.stdout).toBe('403');
    expect(await run('-w', '%{http_code}', 'http://blocked.contoso.test/')).toMatchObject({
      stdout: expect.stringMatching(/Reason: hardening-block[^]*403$/) as string,
    });
  });
});
