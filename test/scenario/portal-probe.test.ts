// The question for a captive portal against servers that behave and misbehave: what is concluded, how soon, from how much.
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../agent/clock.ts';
import { portalBudgetMs, portalProbe } from '../../agent/network/portal-probe.ts';
import { createPortalListener } from '../../edge/server/portal-listener.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const localAddress = { ipv4: null, ipv6: null };

function ask(port: number, { isEdge = true, addresses = ['127.0.0.1'] } = {}) {
  const url = `http://edge.contoso.test:${port}/generate_204`;
  return portalProbe({ url, addresses, isEdge }, localAddress, systemClock)(new AbortController().signal);
}

async function startServer(server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function portal(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  return startServer(createHttpServer(answer));
}

test('the edge itself is known by the challenge that it gives back', async () => {
  const listener = createPortalListener({ address: '127.0.0.1', port: 0 });
  await listener.listen();
  closing.push(listener.close);
  expect(await ask(listener.address()!.port)).toEqual({ kind: 'open' });
});

describe('a network that answers in the place of the edge is a portal', () => {
  test('when it redirects, and its page is named', async () => {
    const port = await portal((_, response) => {
      response.writeHead(302, { location: 'http://192.0.2.1/login?from=wifi' }).end('sign in');
    });
    expect(await ask(port)).toEqual({ kind: 'portal', page: 'http://192.0.2.1/login?from=wifi' });
  });

  test('when it shows its page at once', async () => {
    const port = await portal((_, response) => void response.end('<h1>Welcome</h1>'));
    expect(await ask(port)).toEqual({ kind: 'portal', page: null });
  });

  test('when it pretends that all is well, and repeats every field it was sent', async () => {
    const port = await portal(({ rawHeaders }, response) => void response.writeHead(204, rawHeaders).end());
    expect(await ask(port)).toEqual({ kind: 'portal', page: null });
  });

  test('when it gives a wrong challenge', async () => {
    const port = await portal((_, response) => {
      response.writeHead(204, { 'portal-response': 'response 0123456789abcdef' }).end();
    });
    expect(await ask(port)).toEqual({ kind: 'portal', page: null });
  });

  test('when its page never ends: the body is not read', async () => {
    let sent = 0;
    const port = await portal((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const began = performance.now();
    expect(await ask(port)).toEqual({ kind: 'portal', page: null });
    expect(performance.now() - began).toBeLessThan(portalBudgetMs);
    // What the kernel's buffers take; the program behind them took none of it.
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });
});

describe('nothing is concluded, in bounded time,', () => {
  test.each<[string, () => Promise<number>]>([
    [
      'when nobody listens',
      async () => {
        const server = createServer();
        const port = await startServer(server);
        server.close();
        await once(server, 'close');
        return port;
      },
    ],
    ['from a server that is silent', () => startServer(createServer())],
    [
      'from one that drips its head',
      () =>
        startServer(
          createServer((socket) => {
            socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
            const timer = setInterval(() => socket.write('a'), 100);
            socket.on('close', () => clearInterval(timer));
          }),
        ),
    ],
    [
      'from a head of megabytes',
      () =>
        startServer(
          createServer((socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(4_000_000)}`)),
        ),
    ],
    [
      'from what is not HTTP',
      () => startServer(createServer((socket) => void socket.end('SSH-2.0-server\r\n'))),
    ],
    [
      'from a front that has no edge behind it',
      () => portal((_, response) => void response.writeHead(502).end()),
    ],
  ])('%s', async (_, start) => {
    const port = await start();
    const began = performance.now();
    expect(await ask(port)).toEqual({ kind: 'unanswered' });
    expect(performance.now() - began).toBeLessThan(portalBudgetMs + 1500);
  });

  test('when the question is given up', async () => {
    const port = await startServer(createServer());
    const abort = new AbortController();
    const check = { url: `http://127.0.0.1:${port}/`, addresses: [], isEdge: true };
    const verdict = portalProbe(check, localAddress, systemClock)(abort.signal);
    abort.abort();
    expect(await verdict).toEqual({ kind: 'unanswered' });
  });
});

test('another server than the edge is believed without a challenge, and its silence means no internet', async () => {
  const port = await portal((_, response) => void response.writeHead(204).end());
  expect(await ask(port, { isEdge: false })).toEqual({ kind: 'open' });
  expect(await ask(1, { isEdge: false })).toEqual({ kind: 'offline' });
});

test('the addresses are tried in their order until one answers', async () => {
  const listener = createPortalListener({ address: '127.0.0.1', port: 0 });
  await listener.listen();
  closing.push(listener.close);
  const { port } = listener.address()!;
  expect(await ask(port, { addresses: ['127.0.0.2', '127.0.0.1'] })).toEqual({ kind: 'open' });
});
