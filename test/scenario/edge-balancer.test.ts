// Edges behind a load balancer: whom they take a connection to be from, and what they refuse to hear.
import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { exportJWK } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseAddress, parsePrefix } from '../../protocol/address.ts';
import { encodeProxyHeader, type ProxyHeader } from '../../protocol/proxy-v2.ts';
import { witnessPath } from '../../protocol/tunnel.ts';
import {
  answered,
  type DataPlane,
  edgeName,
  generousLimits,
  opaqueTo,
  openSession,
  startDataPlane,
  textOf,
} from '../support/data-plane.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { closedPort, type Origin, startEcho } from '../support/origins.ts';
import { patience } from '../support/patience.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';
import { startTcpHaproxy } from '../support/tcp-haproxy.ts';

const haproxy = installedProgram('haproxy');
const balancer = '127.30.0.1';
const workstation = '127.10.0.7';

let echo: Origin;
let edge: DataPlane;

beforeAll(async () => {
  echo = await startEcho();
  edge = await startBehindBalancer({ handshakeSeconds: 1 });
});
afterAll(async () => {
  await edge.close();
  await echo.close();
});
beforeEach(() => {
  edge.records.length = 0;
  edge.logged.length = 0;
});

function startBehindBalancer(
  limits: Partial<typeof generousLimits>,
  shared?: Pick<DataPlane, 'pki'> & { readonly options: object },
): Promise<DataPlane> {
  const listen = [{ address: '127.0.0.1', port: 0, proxyFrom: [parsePrefix(balancer)!] }];
  return startDataPlane({
    classes: [opaqueTo('echo.contoso.test', echo)],
    limits,
    ...(shared === undefined ? {} : { pki: shared.pki }),
    options: { listen, ...shared?.options },
  });
}

describe('the address in the header of a listed balancer', () => {
  test.each([
    ['IPv4', workstation, workstation],
    ['IPv6', '2603:1006:2000::7', '2603:1006:2000::7'],
    ['mapped IPv4', '::ffff:127.10.0.7', workstation],
  ])('is the peer, for the tunnel and the witness: %s', async (_kind, source, seen) => {
    const session = await sessionWith(headerOf(source));
    const { stream, headers } = await answered(session, 'echo.contoso.test:443');
    expect(headers['egress-observed']).toBe(`"${seen}";assurance=observed`);
    expect(payloadOf(await witnessAnswer(session))).toMatchObject({ ip: seen });
    stream.end();
    stream.resume();
    await vi.waitFor(() => expect(edge.records).toHaveLength(1), patience);
    expect(edge.records[0]).toMatchObject({ peerAddress: seen, peerPort: 51_515 });
    session.destroy();
  });

  test('counts byte by byte as well, and may come with the first bytes of TLS', async () => {
    const slow = await dial();
    slow.setNoDelay(true);
    for (const byte of encodeProxyHeader(headerOf(workstation))) {
      slow.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const corked = await dial();
    corked.cork();
    corked.write(encodeProxyHeader(headerOf(workstation)));
    process.nextTick(() => process.nextTick(() => corked.uncork()));
    for (const socket of [slow, corked]) {
      const session = await sessionOver(socket);
      const { headers } = await answered(session, 'echo.contoso.test:443');
      expect(headers['egress-observed']).toBe(`"${workstation}";assurance=observed`);
      session.destroy();
    }
  });

  test('is no source where it is not global', async () => {
    const session = await sessionWith(headerOf('192.168.1.20'));
    const { headers } = await answered(session, 'echo.contoso.test:443');
    expect(headers['egress-observed']).toBe('"192.168.1.20";assurance=unknown');
    const refused = session.request({ ':path': witnessPath });
    expect(JSON.parse(await textOf(refused))).toEqual({
      error: 'address-not-allowed',
      address: '192.168.1.20',
    });
    session.destroy();
  });
});

test('a connection of the balancer itself has no address of a device, not even its own', async () => {
  // 127.0.0.0/8 are possible sources here: the balancer's address must not pass for a workstation's.
  const session = await sessionWith({ command: 'local' });
  const { headers } = await answered(session, 'echo.contoso.test:443');
  expect(headers['egress-observed']).toBe('"0.0.0.0";assurance=unknown');
  const refused = session.request({ ':path': witnessPath });
  expect(await textOf(refused)).toContain('address-not-allowed');
  session.destroy();
});

test.each([
  ['leaves without a word', Buffer.alloc(0)],
  ['leaves after a LOCAL header', encodeProxyHeader({ command: 'local' })],
])('a health check that %s is no fault', async (_how, bytes) => {
  const socket = await dial();
  socket.end(bytes);
  await once(socket.resume(), 'close');
  const session = await sessionWith(headerOf(workstation));
  session.destroy();
  expect(edge.logged).toEqual([]);
});

describe('is reset, with its reason in the log:', () => {
  test.each([
    [
      'no header',
      Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello'),
      'proxy-header-bad-signature',
    ],
    ['version 1', Buffer.from('PROXY TCP4 127.10.0.7 127.0.0.1 1 443\r\n'), 'proxy-header-bad-signature'],
    ['a wrong checksum', damaged(16, 10), 'proxy-header-bad-checksum'],
    ['a header that is too long', damaged(14, 0xff), 'proxy-header-header-too-long'],
    ['an unknown family', damaged(13, 0x31), 'proxy-header-bad-family'],
    ['an unknown command', damaged(12, 0x2f), 'proxy-header-bad-command'],
  ])('%s', async (_name, bytes, reason) => {
    const socket = await dial();
    socket.write(bytes);
    expect(await endOf(socket)).toBe('ECONNRESET');
    await vi.waitFor(
      () => expect(edge.logged).toMatchObject([{ fields: { peer: balancer, reason } }]),
      patience,
    );
  });

  test('half a header, ended or left alone', async () => {
    for (const [end, reason] of [
      [true, 'proxy-header-cut'],
      [false, 'proxy-header-late'],
    ] as const) {
      edge.logged.length = 0;
      const socket = await dial();
      socket.write(encodeProxyHeader(headerOf(workstation)).subarray(0, 20));
      if (end) socket.end();
      expect(await endOf(socket)).toBe('ECONNRESET');
      await vi.waitFor(
        () => expect(edge.logged).toMatchObject([{ fields: { peer: balancer, reason } }]),
        patience,
      );
    }
  });

  test('a peer that is no listed balancer, whatever it would say', async () => {
    const socket = connect({ host: edge.host, port: edge.port, localAddress: '127.30.0.2' });
    expect(await endOf(socket)).toBe('ECONNRESET');
    expect(edge.logged).toMatchObject([
      { fields: { peer: '127.30.0.2', reason: 'peer-is-no-listed-balancer' } },
    ]);
  });
});

test('an edge without balancers does not look for a header', async () => {
  const plain = await startDataPlane();
  const socket = connect({ host: plain.host, port: plain.port, localAddress: balancer });
  socket.write(encodeProxyHeader(headerOf(workstation)));
  expect(['ECONNRESET', 'end']).toContain(await endOf(socket));
  await vi.waitFor(() => expect(plain.logged).toMatchObject([{ fields: { peer: balancer } }]), patience);
  await plain.close();
});

describe.skipIf(haproxy === null)('a fleet of two behind HAProxy in TCP mode', () => {
  let group: ProgramGroup;
  let fleet: readonly DataPlane[];
  let front: { host: string; port: number };

  beforeAll(async () => {
    group = createProgramGroup();
    const first = await startBehindBalancer({});
    const { kid, privateKey } = first.witnessKey;
    const jwk = { ...(await exportJWK(createPublicKey(privateKey))), kid, alg: 'ES256' };
    const second = await startBehindBalancer(
      {},
      { pki: first.pki, options: { witnessKey: first.witnessKey, jwks: { keys: [jwk] } } },
    );
    second.state.standings = first.state.standings;
    fleet = [first, second];
    front = await startTcpBalancer(group, haproxy ?? '', fleet);
  });
  afterAll(async () => {
    await group.end();
    for (const member of fleet) await member.close();
  });

  test('every edge sees the workstation, and takes the statement of any', async () => {
    const [first] = fleet as [DataPlane];
    const through = { ...first, ...front };
    const sessions = await Promise.all(
      [1, 2, 3, 4].map(() => openSession(through, { localAddress: workstation })),
    );
    const statements = await Promise.all(sessions.map(witnessAnswer));
    expect(statements.map(payloadOf).map(({ ip }) => ip)).toEqual(Array(4).fill(workstation));
    for (const session of sessions) {
      for (const statement of statements) {
        const { headers, stream } = await answered(session, 'echo.contoso.test:443', {
          'egress-attestation': `"${statement}"`,
        });
        expect(headers['egress-observed']).toBe(`"${workstation}";assurance=observed+attested`);
        stream.end();
        stream.resume();
      }
    }
    await vi.waitFor(() => expect(fleet.map(({ records }) => records.length)).toEqual([8, 8]), patience);
    for (const { records, logged } of fleet) {
      expect(records.map(({ peerAddress }) => peerAddress)).toEqual(Array(8).fill(workstation));
      // HAProxy's health checks have run meanwhile.
      expect(logged).toEqual([]);
    }
    for (const session of sessions) session.destroy();
  });
});

/** Spreads connections over the edges in turn, and asks each edge continually whether it lives. */
async function startTcpBalancer(group: ProgramGroup, program: string, edges: readonly DataPlane[]) {
  const place = { host: '127.0.0.1', port: await closedPort() };
  startTcpHaproxy(group, program, 'balancer', [
    `bind ${place.host}:${place.port}`,
    'balance roundrobin',
    `source ${balancer}`,
    ...edges.map(({ host, port }, i) => `server edge${i} ${host}:${port} send-proxy-v2 check inter 200`),
  ]);
  for (;;) {
    const socket = connect(place);
    try {
      await once(socket, 'connect');
      return place;
    } catch {
      // Not listening yet; the hook's own limit ends the wait.
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      socket.destroy();
    }
  }
}

function headerOf(source: string): ProxyHeader {
  // A mapped address is written as balancers with an IPv6 listener write it.
  const address = parseAddress(source)!;
  const asIs = source.startsWith('::ffff:')
    ? { ...address, family: 'ipv6' as const, bytes: [...new Uint8Array(10), 255, 255, ...address.bytes] }
    : address;
  const destination = parseAddress(asIs.family === 'ipv6' ? '2001:db8::1' : '192.0.2.10')!;
  return {
    command: 'proxy',
    source: { address: asIs, port: 51_515 },
    destination: { address: destination, port: 443 },
  };
}

function damaged(at: number, value: number): Buffer {
  const bytes = Buffer.from(encodeProxyHeader(headerOf(workstation)));
  bytes[at] = value;
  return bytes;
}

async function dial(): Promise<Socket> {
  const socket = connect({ host: edge.host, port: edge.port, localAddress: balancer, allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function sessionWith(header: ProxyHeader): Promise<ClientHttp2Session> {
  const socket = await dial();
  socket.write(encodeProxyHeader(header));
  return sessionOver(socket);
}

async function sessionOver(socket: Socket): Promise<ClientHttp2Session> {
  const { cert, key } = edge.device;
  const session = connectHttp2(`https://${edgeName}`, {
    createConnection: () =>
      connectTls({ socket, servername: edgeName, ca: edge.pki.ca.cert, cert, key, ALPNProtocols: ['h2'] }),
  });
  session.on('error', () => undefined);
  await once(session, 'connect');
  return session;
}

function witnessAnswer(session: ClientHttp2Session): Promise<string> {
  return textOf(session.request({ ':path': witnessPath }));
}

function payloadOf(token: string): { readonly ip: string } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { ip: string };
}

/** `end` for a clean one, else the error's code. */
function endOf(socket: Socket): Promise<string> {
  socket.resume();
  return new Promise((resolve) => {
    socket.once('end', () => resolve('end'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}
