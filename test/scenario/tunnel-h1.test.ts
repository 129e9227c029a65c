// The tunnel over HTTP/1.1: nothing leaves before the complete answer, and nothing after a refusal.
import { once } from 'node:events';
import type net from 'node:net';
import tls from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { listen, readAll } from '../support/relay-chain.ts';
import { pki, reaches, startFront, startTunnel } from '../support/test-edge.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

/** An HTTP/1.1 proxy that answers each CONNECT with `answer` and keeps what it is sent. */
async function h1Edge(answer: (socket: tls.TLSSocket) => void) {
  const received: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = tls.createServer(
    {
      cert: pki.edge.cert,
      key: pki.edge.key,
      ca: pki.ca.cert,
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
      allowHalfOpen: true,
    },
    (socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      let head = '';
      socket.on('data', (chunk: Buffer) => {
        if (head.includes('\r\n\r\n')) {
          received.push(chunk.toString());
          return;
        }
        head += chunk.toString();
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!head.startsWith('CONNECT ')) {
          socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
          return;
        }
        if (head.length > end + 4) received.push(`early: ${head.slice(end + 4)}`);
        answer(socket);
      });
    },
  );
  const port = await listen(server);
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((done) => server.close(done));
  });
  const tunnel = startTunnel([{ url: `https://edge.contoso.test:${port}` }]);
  cleanUp.push(tunnel.close);
  await reaches(tunnel, 'connected');
  const front = await startFront(tunnel, 443);
  cleanUp.push(front.close);
  return { received, tunnel, front };
}

test('an answer of HTTP/1.0, in pieces, with the first bytes of a server that speaks first', async () => {
  const { tunnel, front, received } = await h1Edge((socket) => {
    socket.write('HTTP/1.0 200 Conn');
    setImmediate(() => socket.write('ection established\r\n\r\n220 hello'));
  });
  const app = await front.connect();
  app.write('EHLO');
  expect(String((await once(app, 'data'))[0])).toBe('220 hello');
  await expect.poll(() => received).toEqual(['EHLO']);
  expect(tunnel.channels()[0]).toMatchObject({ state: 'up', protocol: 'http/1.1' });
  app.resetAndDestroy();
});

test('a refusal is followed by nothing: what the application sent never reaches the proxy', async () => {
  const { front, received } = await h1Edge((socket) => {
    socket.write('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n');
  });
  const app = await front.connect();
  app.write('GET /admin HTTP/1.1\r\nhost: inside.contoso.test\r\n\r\n');
  expect((await readAll(app)).end).toBe('reset');
  expect(front.opened.refused).toBe(1);
  expect(received).toEqual([]);
});
