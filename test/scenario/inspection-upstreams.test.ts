// A destination that does not prove itself: every way of it is refused by name, and no certificate is made for it.
import { once } from 'node:events';
import net from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { authorityFiles } from '../../agent/inspection/authority-files.ts';
import { createInspector } from '../../agent/inspection/inspector.ts';
import { createLeafCache } from '../../agent/inspection/leaf-cache.ts';
import { parseHost } from '../../protocol/destination.ts';
import { socketFlowStream } from '../../protocol/relay/adapters.ts';
import { listen } from '../support/relay-chain.ts';
import {
  acceptedCertificates,
  goodChain,
  refusedCertificates,
  upstreamAuthorities,
  upstreamHost,
} from '../support/upstream-faults.ts';

const restriction = { tenantId: 'contoso', policyId: 'policy' };
const stateDir = mkdtempSync(join(tmpdir(), 'opengsa-upstreams-'));
const files = authorityFiles(stateDir);
const closers: (() => void)[] = [];

beforeAll(() => files.ensure(new Date()));
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
afterAll(() => rmSync(stateDir, { recursive: true }));

/** `accepted` or the reason, for whom certificates were made, and whether the connection was ended with a reset. */
async function inspect(server: net.Server, handshakeMs = 10_000) {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  const port = await listen(server);
  const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  closers.push(() => {
    socket.destroy();
    for (const one of sockets) one.destroy();
    server.close();
  });
  const stream = socketFlowStream(socket);
  await once(socket, 'connect');
  const leaves = createLeafCache(Date.now);
  const made: string[] = [];
  const inspector = createInspector({
    restriction,
    files,
    leaves: {
      leafFor: (authority, host) => {
        made.push(host);
        return leaves.leafFor(authority, host);
      },
    },
    upstreamAuthorities,
    now: Date.now,
    handshakeMs,
  });
  const result = await inspector({
    destination: { host: parseHost(upstreamHost)!, port: 443 },
    stream,
    reopen: () => Promise.reject(new Error('one connection is enough')),
  });
  const outcome = result.kind === 'ready' ? 'accepted' : result.denial.reason;
  return { outcome, made, open: !socket.destroyed };
}

/** Shows what OpenSSL would not let a server show by itself. */
function tlsServer(options: TlsOptions): net.Server {
  const server = createServer({ ciphers: 'DEFAULT@SECLEVEL=0', ...options });
  server.on('tlsClientError', () => undefined);
  return server;
}

const refusedAs = (outcome: string) => ({ outcome, made: [], open: false });

describe('a certificate is accepted', () => {
  test.each(acceptedCertificates)('%s', async (_what, outcome, chain) => {
    expect(await inspect(tlsServer(chain()))).toEqual({ outcome, made: [upstreamHost], open: true });
  });
});

describe('a certificate is refused', () => {
  test.each(refusedCertificates)('%s: %s', async (_what, outcome, chain) => {
    expect(await inspect(tlsServer(chain()))).toEqual(refusedAs(outcome));
  });
});

describe('a destination is refused', () => {
  const onFirstBytes = (act: (socket: net.Socket) => void) =>
    net.createServer((socket) => socket.once('data', () => act(socket)));

  test('that speaks TLS 1.1 at most: tls-handshake-failed', async () => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' } as const;
    expect(await inspect(tlsServer({ ...goodChain(), ...old }))).toEqual(refusedAs('tls-handshake-failed'));
  });

  test.each<readonly [string, string, (socket: net.Socket) => void]>([
    ['that speaks plain HTTP', 'tls-handshake-failed', (s) => s.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['that sends what is no TLS', 'tls-handshake-failed', (s) => s.write(Buffer.alloc(64, 0xff))],
    ['that closes in the handshake', 'tls-handshake-cut', (s) => s.end()],
    ['that closes within a record', 'tls-handshake-cut', (s) => s.end(Buffer.from('160303', 'hex'))],
    ['that resets the handshake', 'tls-handshake-cut', (s) => s.resetAndDestroy()],
    [
      'that answers with an alert',
      'tls-handshake-failed',
      (s) => s.write(Buffer.from('15030300020228', 'hex')),
    ],
  ])('%s: %s', async (_what, outcome, act) => {
    expect(await inspect(onFirstBytes(act))).toEqual(refusedAs(outcome));
  });

  test('that never answers: tls-handshake-timed-out', async () => {
    expect(
      await inspect(
        onFirstBytes(() => undefined),
        200,
      ),
    ).toEqual(refusedAs('tls-handshake-timed-out'));
  });
});
