// Requests in absolute form between real programs: what the origin sees, streaming, connections, refusals.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerPath, createCaptureFixture, proxyStatusOf } from '../support/capture-fixture.ts';
import { blocked, direct, readHead } from '../support/capture-rig.ts';
import { startOrigin } from '../support/origins.ts';
import { readAll } from '../support/relay-chain.ts';

const capture = createCaptureFixture();
beforeEach(() => capture.begin());
afterEach(() => capture.end());

describe('requests in absolute form', () => {
  test('reach the origin as the program sent them, but for the request line, Host and the fields of the connection', async () => {
    const seen = Promise.withResolvers<string>();
    const origin = await capture.use(
      startOrigin((peer) => {
        peer.once('data', (bytes: Buffer) => {
          seen.resolve(bytes.toString('latin1'));
          peer.end(
            'HTTP/1.1 200 Fine\r\nX-One: 1\r\nx-one: 2\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok',
          );
        });
      }),
    );
    const answer = await capture.ask(
      `GET http://${origin.authority}/a%20b?c=d HTTP/1.1\r\nhost: elsewhere.test\r\nX-Two: a\r\nproxy-connection: keep-alive\r\n` +
        'x-TWO: b\r\nX-Forwarded-For: 192.0.2.1\r\nX-Hop: 1\r\nConnection: close, X-Hop\r\nAccept: */*\r\n\r\n',
    );
    expect((await seen.promise).replace(/Connection: .*\r\n/, '')).toBe(
      `GET /a%20b?c=d HTTP/1.1\r\nHost: ${origin.authority}\r\nX-Two: a\r\nx-TWO: b\r\nX-Forwarded-For: 192.0.2.1\r\nAccept: */*\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 Fine\r\nX-One: 1\r\nx-one: 2\r\nContent-Length: 2\r\n/);
    expect(answer).not.toMatch(/^(via|date):/im);
    expect(answer.endsWith('\r\n\r\nok')).toBe(true);
  });

  test('stream both ways: an answer may begin before the request has ended', async () => {
    const { authority } = await capture.useWeb((request, response) => {
      response.writeHead(200);
      request.on('data', (chunk: Buffer) => response.write(chunk.toString().toUpperCase()));
      request.on('end', () => response.end());
    });
    const socket = await capture
      .rig()
      .talk(
        `POST http://${authority}/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n`,
      );
    expect(await readHead(socket)).toMatch(/ 200 /);
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toBe('3\r\nABC\r\n');
    socket.write('2\r\nde\r\n0\r\n\r\n');
    expect((await readAll(socket)).bytes.toString()).toBe('2\r\nDE\r\n0\r\n\r\n');
  });

  test('keep trailers in both directions', async () => {
    const { authority } = await capture.useWeb((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(200, { Trailer: 'X-Echo' });
        response.write('body');
        response.addTrailers({ 'X-Echo': String(request.trailers['x-sum']) });
        response.end();
      });
    });
    const answer = await capture.ask(
      `POST http://${authority}/ HTTP/1.1\r\nHost: x\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\na\r\n0\r\nX-Sum: 42\r\n\r\n`,
    );
    expect(answer).toMatch(/4\r\nbody\r\n0\r\nX-Echo: 42\r\n\r\n$/);
  });

  test('wait for 100 Continue of the origin', async () => {
    const { server, authority } = await capture.useWeb(() => undefined);
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      response.writeContinue();
      request.on('data', (chunk: Buffer) => response.end(chunk));
    });
    const socket = await capture
      .rig()
      .talk(
        `PUT http://${authority}/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n`,
      );
    expect(await readHead(socket)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('body');
    expect((await readAll(socket)).bytes.toString()).toMatch(/ 200 [^]*body/);
  });

  test('on one connection to one origin share one flow; another origin gets another', async () => {
    const [one, two] = [await capture.useWeb(answerPath), await capture.useWeb(answerPath)];
    const socket = await capture.rig().talk('');
    for (const [authority, path] of [
      [one.authority, '/1'],
      [one.authority, '/2'],
      [two.authority, '/3'],
    ]) {
      socket.write(`GET http://${authority}${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect(await readHead(socket)).toMatch(/Connection: keep-alive/i);
      const [body] = (await once(socket, 'data')) as [Buffer];
      expect(body.toString()).toBe(path);
      socket.pause();
    }
    expect(capture.rig().table.counters().total).toBe(2);
    expect(capture.rig().table.list(1)[0]).toMatchObject({ via: 'http-request', destination: two.authority });
    socket.destroy();
    await expect.poll(() => capture.rig().table.counters().open).toBe(0);
  });

  test('pipelined on one connection are answered in order', async () => {
    const { authority } = await capture.useWeb(answerPath);
    const line = (path: string, rest = '') =>
      `GET http://${authority}${path} HTTP/1.1\r\nHost: x\r\n${rest}\r\n`;
    const answer = await capture.ask(line('/1') + line('/2') + line('/3', 'Connection: close\r\n'));
    expect([...answer.matchAll(/\r\n\r\n(\/\d)/g)].map(([, path]) => path)).toEqual(['/1', '/2', '/3']);
  });

  test('on a kept connection that the origin has closed are sent again when that is safe', async () => {
    const origin = await capture.use(
      startOrigin((peer) => {
        // Keeps the connection, then goes away as soon as a second request comes.
        let requests = 0;
        peer.on('data', () => {
          requests += 1;
          if (requests === 1) peer.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
          else peer.resetAndDestroy();
        });
      }),
    );
    const socket = await capture.rig().talk('');
    for (let i = 0; i < 2; i++) {
      socket.write(`GET http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect(await readHead(socket)).toMatch(/ 200 /);
      await once(socket, 'data');
      socket.pause();
    }
    expect(origin.connections()).toBe(2);
  });

  test('get their answer although the application has sent its FIN', async () => {
    const { authority } = await capture.useWeb(answerPath);
    const socket = await capture.rig().talk(`GET http://${authority}/late HTTP/1.1\r\nHost: x\r\n\r\n`);
    socket.end();
    expect((await readAll(socket)).bytes.toString()).toMatch(/\/late$/);
  });

  test('whose answer breaks off end in a reset, whatever the framing', async () => {
    for (const head of ['Content-Length: 100\r\n', 'Transfer-Encoding: chunked\r\n', '']) {
      const origin = await capture.use(
        startOrigin((peer) => {
          peer.once('data', () => {
            peer.write(`HTTP/1.1 200 OK\r\n${head}\r\n`);
            peer.write('5\r\nhello\r\n', () => setImmediate(() => peer.resetAndDestroy()));
          });
        }),
      );
      const socket = await capture.rig().talk(`GET http://${origin.authority}/ HTTP/1.0\r\n\r\n`);
      expect((await readAll(socket)).end, head).not.toBe('fin');
    }
  });

  test('that get no answer are answered 502', async () => {
    const origin = await capture.use(startOrigin((peer) => peer.once('data', () => peer.resetAndDestroy())));
    const answer = await capture.ask(
      `GET http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 502 /);
    expect(proxyStatusOf(answer)).toMatchObject({ error: 'connection_terminated' });
  });

  test.each([
    ['a control character in its reason', 'HTTP/1.1 200 O\x01K', 'bad-answer'],
    ['a status below 100', 'HTTP/1.1 099 OK', 'bad-status'],
  ])('whose answer has %s are answered 502', async (_, line, details) => {
    const origin = await capture.use(
      startOrigin((peer) => peer.once('data', () => peer.write(`${line}\r\nContent-Length: 0\r\n\r\n`))),
    );
    const answer = await capture.ask(
      `GET http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 502 /);
    expect(proxyStatusOf(answer)).toMatchObject({ error: 'http_protocol_error', reason: details });
  });

  test('are answered 403 by a local block, and the connection serves on', async () => {
    const { authority } = await capture.useWeb(answerPath);
    await capture.restart({
      decide: ({ host }) => (host.kind === 'name' ? blocked : direct),
    });
    const answer = await capture.ask(
      'GET http://blocked.contoso.test/ HTTP/1.1\r\nHost: x\r\n\r\n' +
        `GET http://${authority}/next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(proxyStatusOf(answer)).toMatchObject({ reason: 'hardening-block' });
    expect(answer).toMatch(/HTTP\/1\.1 200 OK[^]*\/next$/);
  });

  test('that ask for another protocol become that connection', async () => {
    const { server, authority } = await capture.useWeb(() => undefined);
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${request.headers.upgrade}\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: abc\r\n\r\nhello `,
      );
      if (head.length > 0) socket.write(head);
      socket.pipe(socket);
    });
    const socket = await capture
      .rig()
      .talk(
        `GET http://${authority}/chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n`,
      );
    const head = await readHead(socket);
    expect(head).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(head).toMatch(/Sec-WebSocket-Accept: abc/);
    socket.end('there');
    expect(await readAll(socket)).toMatchObject({ bytes: Buffer.from('hello there'), end: 'fin' });
  });

  test('whose origin declines another protocol get the plain answer', async () => {
    const { authority } = await capture.useWeb(answerPath);
    const answer = await capture.ask(
      `GET http://${authority}/plain HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK[^]*\/plain/);
  });

  test.each([
    ['an https target', 'GET https://contoso.test/ HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a target with userinfo', 'GET http://u:p@contoso.test/ HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    [
      'both length and chunks',
      'POST http://a.test/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    [
      'two lengths',
      'POST http://a.test/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
    ['a bare line feed in a field', 'GET http://a.test/ HTTP/1.1\nHost: x\n\n', 400],
    ['a space before the colon', 'GET http://a.test/ HTTP/1.1\r\nHost : x\r\n\r\n', 400],
    ['a head over 16 KiB', `GET http://a.test/ HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(17_000)}\r\n\r\n`, 431],
    ['TLS', '\x16\x03\x01\x02\x00\x01', 400],
  ])('with %s are refused before anything is decided', async (_, request, status) => {
    expect(await capture.ask(request)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(capture.rig().table.counters().total).toBe(0);
  });

  test('with a coding that cannot be passed on are answered 501', async () => {
    const { authority } = await capture.useWeb(answerPath);
    const answer = await capture.ask(
      `POST http://${authority}/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 501 /);
  });
});
