// Syslog on its way to collectors that go away, come back, or are not whom they should be.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import type { Sender } from '../../../../edge/exports/exporter.ts';
import { createSyslogSender, type SyslogServer } from '../../../../edge/exports/syslog-sender.ts';
import { eventually } from '../../../support/eventually.ts';
import { closedPort } from '../../../support/origins.ts';
import { createPki } from '../../../support/pki.ts';
import { listen } from '../../../support/relay-chain.ts';

const pki = createPki();
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function open(port: number, more: Partial<SyslogServer> = {}): Sender {
  const sender = createSyslogSender({
    ...{ host: '127.0.0.1', port, transport: 'tcp', ca: null, identity: null },
    ...more,
  });
  closers.push(sender.close);
  return sender;
}

const taken = { kind: 'delivered', rejected: 0, reason: null };

test('a collector that ends the connection is dialled again for the next batch', async () => {
  const sockets: Socket[] = [];
  let text = '';
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
    socket.on('error', () => undefined);
  });
  const port = await listen(server);
  closers.push(() => server.close());
  const sender = open(port);
  expect(await sender.deliver(['1 a', '1 b'])).toEqual(taken);
  await eventually(() => text).toBe('1 a1 b');
  sockets[0]?.end();
  await once(sockets[0]!, 'close');
  expect(await sender.deliver(['1 c'])).toEqual(taken);
  await eventually(() => text).toBe('1 a1 b1 c');
  expect(sockets).toHaveLength(2);
});

test('a collector that is not there', async () => {
  expect(await open(await closedPort()).deliver(['1 a'])).toMatchObject({
    ...{ kind: 'failed', reason: expect.stringContaining('ECONNREFUSED') as string },
  });
});

test('by TLS, only the collector that its authority vouches for is told anything', async () => {
  let text = '';
  let devices = 0;
  const server = createTlsServer(
    { key: pki.edge.key, cert: pki.edge.cert, ca: pki.ca.cert, requestCert: true, rejectUnauthorized: false },
    (socket) => {
      if (socket.authorized) devices += 1;
      socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
      socket.on('error', () => undefined);
    },
  );
  server.on('tlsClientError', () => undefined);
  const port = await listen(server);
  closers.push(() => server.close());
  const tls = { transport: 'tls', host: 'localhost' } as const;
  const rogue = await open(port, { ...tls, ca: pki.rogue.cert }).deliver(['1 a']);
  expect(rogue).toMatchObject({ kind: 'failed' });
  expect(await open(port, tls).deliver(['1 b'])).toMatchObject({ kind: 'failed' });
  const { key, cert: certificate } = pki.device('edge-as-client');
  const sender = open(port, { ...tls, ca: pki.ca.cert, identity: { key, certificate } });
  expect(await sender.deliver(['1 c'])).toEqual(taken);
  await eventually(() => text).toBe('1 c');
  expect(devices).toBe(1);
});

test('datagrams: one message each; "port unreachable" is noticed, and a collector that is back is found', async () => {
  const port = await closedPort();
  const sender = open(port, { transport: 'udp' });
  const isFailing = async (): Promise<boolean> => (await sender.deliver(['a'])).kind === 'failed';
  await eventually(isFailing).toBe(true);

  const server = createSocket('udp4');
  const got: string[] = [];
  server.on('message', (bytes) => got.push(bytes.toString()));
  server.bind(port, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  await eventually(async () => {
    await sender.deliver(['b', 'c']);
    return got.slice(-2);
  }).toEqual(['b', 'c']);
});

test('a name that does not resolve', async () => {
  const reason = expect.stringContaining('ENOTFOUND') as string;
  for (const transport of ['udp', 'tcp'] as const) {
    const host = 'no-such-host.localhost.invalid';
    expect(await open(514, { transport, host }).deliver(['a'])).toMatchObject({ kind: 'failed', reason });
  }
});
