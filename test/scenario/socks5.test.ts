// The SOCKS5 proxy between real programs: names and addresses, credentials, refusals by reply code, nothing lost.
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerPath, createCaptureFixture } from '../support/capture-fixture.ts';
import { blocked, connectTo } from '../support/capture-rig.ts';
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
  startResetting,
} from '../support/origins.ts';
import { createProgramGroup } from '../support/processes.ts';
import { readAll } from '../support/relay-chain.ts';

const curl = installedProgram('curl');
const tenMiB = 10 * 1024 * 1024;
const noAuth = [5, 1, 0];
const success = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];

const capture = createCaptureFixture();
beforeEach(() => capture.begin());
afterEach(() => capture.end());

describe('a flow', () => {
  test('keeps data sent before the reply, in order, even in one segment with the handshake', async () => {
    const echo = await capture.use(startEcho());
    const socket = await talk([...noAuth, ...connectRequest(echo.port), ...Buffer.from('first ')]);
    socket.end('second');
    expect((await readAll(socket)).bytes).toEqual(
      Buffer.concat([Buffer.of(5, 0), Buffer.from(success), Buffer.from('first second')]),
    );
  });

  test('works however the handshake is cut', async () => {
    const echo = await capture.use(startEcho());
    const socket = await talk([]);
    socket.setNoDelay();
    for (const byte of [...noAuth, ...connectRequest(echo.port)]) {
      await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
    }
    socket.end('x');
    expect((await readAll(socket)).bytes).toEqual(Buffer.from([5, 0, ...success, 120]));
  });

  test('lets a server speak first and keeps the half-close of the application', async () => {
    const banner = await capture.use(startBanner('hi'));
    const first = await talk([...noAuth, ...connectRequest(banner.port)]);
    await expect.poll(() => first.bytesRead).toBe(14);
    first.destroy();
    const origin = await capture.use(startAnswerAfterFin());
    const socket = await talk([...noAuth, ...connectRequest(origin.port)]);
    socket.end();
    expect((await readAll(socket)).bytes.subarray(12).toString()).toBe('got 0 bytes');
  });

  test('carries 10 MiB each way at once, intact', async () => {
    const origin = await startDigest(tenMiB);
    capture.atEnd(origin.close);
    const socket = await talk([...noAuth, ...connectRequest(origin.port)]);
    await expect.poll(() => socket.bytesRead).toBeGreaterThanOrEqual(12);
    expect(socket.read(12)).toEqual(Buffer.from([5, 0, ...success]));
    const got = digestOf(socket);
    sendReproducible(socket, tenMiB, 5);
    expect(await got).toEqual(origin.sent);
    expect(await origin.received).toEqual(reproducibleDigest(tenMiB, 5));
  });

  test('passes a reset on as a reset', async () => {
    const origin = await capture.use(startResetting('partial'));
    const socket = await talk([...noAuth, ...connectRequest(origin.port)]);
    await expect.poll(() => socket.bytesRead).toBe(19);
    socket.write('x');
    expect((await readAll(socket)).end).not.toBe('fin');
  });

  test('goes to a name as a name', async () => {
    const echo = await capture.use(startEcho());
    await capture.restart({ names: { 'app.contoso.test': '127.0.0.1' } });
    const name = Buffer.from('app.contoso.test');
    const socket = await talk([...noAuth, 5, 1, 0, 3, name.length, ...name, echo.port >> 8, echo.port & 255]);
    socket.end('x');
    expect((await readAll(socket)).bytes.at(-1)).toBe(120);
    expect(capture.rig().table.list(1)[0]).toMatchObject({
      via: 'socks5',
      destination: `app.contoso.test:${echo.port}`,
    });
  });
});

describe('a refusal is told by its reply code', () => {
  test('02 for a block', async () => {
    await capture.restart({ decide: () => blocked });
    expect(await replyTo(connectRequest(443))).toBe(2);
    expect(capture.rig().table.list(1)[0]).toMatchObject({ state: 'refused', reason: 'hardening-block' });
  });

  test('02 for the proxies themselves', async () => {
    expect(await replyTo(connectRequest(capture.rig().http.listening.port))).toBe(2);
  });

  test('05 where nothing listens', async () => {
    expect(await replyTo(connectRequest(await closedPort()))).toBe(5);
  });

  test('04 for a name that does not exist', async () => {
    const name = Buffer.from('nowhere.contoso.test');
    expect(await replyTo([5, 1, 0, 3, name.length, ...name, 1, 187])).toBe(4);
  });

  test.each([
    ['07 for BIND', [5, 2, 0, 1, 127, 0, 0, 1, 0, 80], 7],
    ['07 for UDP ASSOCIATE', [5, 3, 0, 1, 0, 0, 0, 0, 0, 0], 7],
    ['08 for an unknown address type', [5, 1, 0, 9, 0, 0], 8],
  ])('%s', async (_, request, code) => {
    expect(await replyTo(request)).toBe(code);
    expect(capture.rig().table.counters().total).toBe(0);
  });
});

describe('who may enter', () => {
  const credentials = (user: string, password: string) => [
    1,
    user.length,
    ...Buffer.from(user),
    password.length,
    ...Buffer.from(password),
  ];

  test('without configured users: anybody, with or without credentials', async () => {
    expect(await answerTo([5, 2, 0, 2])).toEqual([5, 0]);
    expect(await answerTo([5, 1, 2, ...credentials('tab-1', '')])).toEqual([5, 2, 1, 0]);
  });

  test('with configured users: only their pairs', async () => {
    await capture.restart({ users: { alice: 'right', bob: 'other' } });
    expect(await answerTo([5, 1, 0])).toEqual([5, 255]);
    expect(await answerTo([5, 2, 0, 2, ...credentials('alice', 'right')])).toEqual([5, 2, 1, 0]);
    for (const [user, password] of [
      ['alice', 'wrong'],
      ['alice', 'other'],
      ['', ''],
      ['carol', 'right'],
    ] as const) {
      expect(await answerTo([5, 1, 2, ...credentials(user, password)])).toEqual([5, 2, 1, 1]);
    }
  });

  test.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['SOCKS4', Buffer.of(4, 1, 0, 80, 127, 0, 0, 1, 0)],
    ['an offer of unknown methods only', Buffer.of(5, 1, 0x80)],
  ])('not who speaks %s', async (_, bytes) => {
    const socket = await talk([...bytes]);
    expect([...(await readAll(socket)).bytes.subarray(0, 2)]).not.toEqual([5, 0]);
    expect(capture.rig().table.counters().total).toBe(0);
  });

  test('nor who does not finish the handshake in time', async () => {
    await capture.restart({ limits: { handshakeTimeoutMs: 100 } });
    const socket = await talk([5, 1]);
    expect((await readAll(socket)).bytes.length).toBe(0);
  });
});

describe.skipIf(curl === null)('curl (Debian package curl)', () => {
  const programs = createProgramGroup();
  afterAll(() => programs.end());
  const run = (...args: string[]) => programs.run(curl!, ['-sS', '--max-time', '20', ...args]);
  const proxy = () => `127.0.0.1:${capture.rig().socks5.listening.port}`;

  test('goes by name with --socks5-hostname and by address with --socks5', async () => {
    await capture.restart({ names: { 'app.contoso.test': '127.0.0.1' } });
    const { authority } = await capture.useWeb(answerPath);
    const port = authority.split(':')[1]!;
    const byName = await run('--socks5-hostname', proxy(), `http://app.contoso.test:${port}/name`);
    expect(byName).toMatchObject({ code: 0, stdout: '/name' });
    expect(await run('--socks5', proxy(), `http://${authority}/address`)).toMatchObject({
      stdout: '/address',
    });
    expect(
      capture
        .rig()
        .table.list(2)
        .map(({ destination }) => destination),
    ).toEqual([authority, `app.contoso.test:${port}`]);
  });

  test('authenticates with --proxy-user, and not with a wrong password', async () => {
    await capture.restart({ users: { alice: 'right' } });
    const { authority } = await capture.useWeb(answerPath);
    const url = `http://${authority}/in`;
    expect(await run('--socks5-hostname', proxy(), '--proxy-user', 'alice:right', url)).toMatchObject({
      stdout: '/in',
    });
    expect((await run('--socks5-hostname', proxy(), '--proxy-user', 'alice:wrong', url)).code).not.toBe(0);
    expect((await run('--socks5-hostname', proxy(), url)).code).not.toBe(0);
  });
});

async function talk(bytes: readonly number[]) {
  const socket = await connectTo(capture.rig().socks5);
  if (bytes.length > 0) socket.write(Buffer.from(bytes));
  return socket;
}

function connectRequest(port: number): number[] {
  return [5, 1, 0, 1, 127, 0, 0, 1, port >> 8, port & 255];
}

/** The reply code for `request` after a handshake without authentication; the proxy must then close. */
async function replyTo(request: readonly number[]): Promise<number | undefined> {
  const socket = await talk([...noAuth, ...request]);
  const { bytes, end } = await readAll(socket);
  expect(end).toBe('fin');
  return bytes[3];
}

/** What comes back for `bytes` when nothing follows. */
async function answerTo(bytes: readonly number[]): Promise<number[]> {
  const socket = await talk(bytes);
  socket.end();
  return [...(await readAll(socket)).bytes];
}
