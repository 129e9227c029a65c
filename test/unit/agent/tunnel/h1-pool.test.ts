// The pool over real TLS connections: an HTTP/1.1 proxy of this file that echoes after each CONNECT.
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../agent/clock.ts';
import { dialEdge } from '../../../../agent/tunnel/dial.ts';
import type { EdgeLink } from '../../../../agent/tunnel/edge-link.ts';
import { createH1Pool } from '../../../../agent/tunnel/h1-pool.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { listen } from '../../../support/relay-chain.ts';
import { device, pki, tunnelRequest } from '../../../support/test-edge.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function startProxy() {
  const sockets = new Set<tls.TLSSocket>();
  let accepted = 0;
  const server = tls.createServer(
    {
      cert: pki.edge.cert,
      key: pki.edge.key,
      ca: pki.ca.cert,
      requestCert: true,
      ALPNProtocols: ['http/1.1'],
    },
    (socket) => {
      accepted += 1;
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(socket);
      });
    },
  );
  const port = await listen(server);
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((done) => server.close(done));
  };
  cleanUp.push(stop);
  return { port, sockets, stop, accepted: () => accepted };
}

async function poolTo(port: number, clock = systemClock): Promise<EdgeLink> {
  const dial = () =>
    dialEdge({
      endpoint: { url: `https://edge.contoso.test:${port}`, addresses: ['127.0.0.1'] },
      credentials: { key: device.key, certificate: device.cert, authority: pki.ca.cert },
      localAddress: { ipv4: null, ipv6: null },
      alpn: ['http/1.1'],
      clock: systemClock,
    });
  const pool = createH1Pool(await dial(), { edge: 'edge.contoso.test', clock, dial });
  cleanUp.push(pool.close);
  return pool;
}

async function openEcho(pool: EdgeLink): Promise<Duplex> {
  const opening = await pool.open(tunnelRequest(443));
  if (opening.kind !== 'open') throw new Error(opening.denial.reason);
  const { duplex } = opening.stream;
  duplex.on('error', () => undefined);
  duplex.write('a');
  expect(String((await once(duplex, 'data'))[0])).toBe('a');
  return duplex;
}

test('a warm connection that the proxy closed meanwhile is not used for a flow', async () => {
  const proxy = await startProxy();
  const pool = await poolTo(proxy.port);
  await expect.poll(() => proxy.sockets.size).toBe(1);
  for (const socket of proxy.sockets) socket.end();
  // Whether the end has been noticed by then or not.
  (await openEcho(pool)).destroy();
  for (const socket of proxy.sockets) socket.end();
  await expect.poll(() => pool.counters().sessions).toBe(0);
  await openEcho(pool);
});

test('its loss is reported when the proxy can be reached no more', async () => {
  const proxy = await startProxy();
  const pool = await poolTo(proxy.port);
  await expect.poll(() => proxy.sockets.size).toBe(1);
  await proxy.stop();
  expect(await pool.open(tunnelRequest(443))).toMatchObject({
    kind: 'refused',
    status: 502,
    denial: { error: 'connection_terminated', reason: 'edge-lost' },
  });
  expect(await pool.lost).toMatchObject({ kind: 'unreachable' });
});

describe('retired', () => {
  test('it closes its warm connections and ends with its last flow', async () => {
    const proxy = await startProxy();
    const pool = await poolTo(proxy.port);
    const flow = await openEcho(pool);
    // Another warm connection was made when the first one was taken.
    await expect.poll(() => proxy.sockets.size).toBe(2);
    let retired = false;
    const ended = pool.retire(60_000).then(() => (retired = true));
    await expect.poll(() => proxy.sockets.size).toBe(1);
    flow.write('b');
    expect(String((await once(flow, 'data'))[0])).toBe('b');
    expect(retired).toBe(false);
    flow.end();
    await ended;
    expect(proxy.accepted()).toBe(2);
  });

  test('without flows it ends at once', async () => {
    const pool = await poolTo((await startProxy()).port);
    await pool.retire(60_000);
  });

  test('what is left after the time is reset', async () => {
    const clock = manualClock();
    const proxy = await startProxy();
    const pool = await poolTo(proxy.port, clock);
    const flow = await openEcho(pool);
    const ended = pool.retire(5000);
    clock.advance(4999);
    expect(flow.destroyed).toBe(false);
    clock.advance(1);
    await ended;
    expect(flow.destroyed).toBe(true);
  });
});
