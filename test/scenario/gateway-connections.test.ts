// The gateway's connections: how they are shared, replaced, switched to WebSocket, and what is refused on either side.
import { once } from 'node:events';
import http2 from 'node:http2';
import type http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  closeAll,
  closeLater,
  gatewayTo,
  h1Request,
  h2Session,
  openTls,
  tlsTo,
} from '../support/gateway-client.ts';
import { gatewayPki, openUpstream, owned, startGateway, startHttpOrigin } from '../support/gateway-rig.ts';
import { answerOf, h2AnswerOf } from '../support/owned-host.ts';
import { patience } from '../support/patience.ts';
import { listen } from '../support/relay-chain.ts';

const versions = ['http/1.1', 'h2'] as const;

afterEach(closeAll);

describe('connections', () => {
  test('requests of one HTTP/2 session share a few HTTP/1.1 connections, which are kept', async () => {
    let atOnce = 0;
    let most = 0;
    const { origin, rig } = await gatewayTo(
      'http/1.1',
      (_request, response) => {
        most = Math.max(most, ++atOnce);
        setTimeout(() => {
          atOnce -= 1;
          response.end('x');
        }, 20);
      },
      { limits: { maxConnections: 4 } },
    );
    const session = h2Session(rig);
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => h2AnswerOf(session.request({ ':path': '/' }))),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(most).toBeLessThanOrEqual(4);
    expect(most).toBeGreaterThan(1);
    expect(origin.connections()).toBeLessThanOrEqual(4);
  });

  test('a kept connection that the destination has closed is replaced without a word', async () => {
    let last: net.Socket | null = null;
    const { origin, rig } = await gatewayTo('http/1.1', (request, response) => {
      last = request.socket;
      response.end('x');
    });
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    expect((await answerOf(h1Request(rig, { agent }).end())).status).toBe(200);
    last!.destroy();
    await once(last!, 'close');
    expect((await answerOf(h1Request(rig, { agent }).end())).status).toBe(200);
    expect(origin.connections()).toBe(2);
    agent.destroy();
    expect(await rig.outcome(0)).toMatchObject({ clean: true, broken: null });
  });

  test('a connection that the destination closed before the first request is replaced', async () => {
    const { origin, rig } = await gatewayTo('http/1.1', (_request, response) => void response.end('x'));
    const tls = await openTls(rig);
    await origin.endAll();
    tls.write('GET / HTTP/1.1\r\nHost: app.contoso.test\r\n\r\n');
    const [chunk] = (await once(tls, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 200 /);
    expect(origin.connections()).toBe(2);
  });

  test('a connection that was gone before the flow began is replaced', async () => {
    const origin = await startHttpOrigin('h2', (_request, response) => void response.end('x'));
    const first = await openUpstream(origin.port, ['h2']);
    if (first.kind === 'failed') throw new Error(first.denial.reason);
    first.connection.flow.duplex.destroy();
    await once(first.connection.flow.duplex, 'close');
    const rig = await startGateway(origin.port, { first: first.connection });
    closeLater(origin.close, rig.close);
    expect((await h2AnswerOf(h2Session(rig).request({ ':path': '/' }))).status).toBe(200);
  });

  test('a session that the destination ends is replaced', async () => {
    const sessions: http2.ServerHttp2Session[] = [];
    const { origin, rig } = await gatewayTo('h2', (request, response) => {
      sessions.push(
        (request as unknown as http2.Http2ServerRequest).stream.session as http2.ServerHttp2Session,
      );
      response.end('x');
    });
    const session = h2Session(rig);
    expect((await h2AnswerOf(session.request({ ':path': '/' }))).status).toBe(200);
    sessions[0]!.close();
    await once(sessions[0]!, 'close');
    expect((await h2AnswerOf(session.request({ ':path': '/' }))).status).toBe(200);
    expect(origin.connections()).toBe(2);
  });

  test('a destination that cannot be reached again is said so by name', async () => {
    const { origin, rig } = await gatewayTo('h2', (_request, response) => void response.end('x'), {
      open: () =>
        Promise.resolve({
          kind: 'failed',
          denial: { error: 'connection_refused', reason: 'connect-refused' },
        }),
    });
    const session = h2Session(rig);
    await h2AnswerOf(session.request({ ':path': '/' }));
    await origin.close();
    await vi.waitFor(async () => {
      const { status, headers, text } = await h2AnswerOf(session.request({ ':path': '/' }));
      expect(status).toBe(502);
      expect(headers['proxy-status']).toBe(
        'edge.contoso.test;error=connection_refused;details="connect-refused"',
      );
      expect(text).toContain('connect-refused');
    }, patience);
  });

  test('a connection reset by the application is one of the application', async () => {
    const { rig } = await gatewayTo('http/1.1', () => undefined);
    const raw = net.connect(rig.port, '127.0.0.1');
    const tls = connectTls({ socket: raw, servername: 'app.contoso.test', ca: gatewayPki.ca.cert });
    tls.on('error', () => undefined);
    await once(tls, 'secureConnect');
    raw.resetAndDestroy();
    await vi.waitFor(() => expect(rig.gateways).toHaveLength(1), patience);
    expect(await rig.outcome(0)).toMatchObject({ clean: false, broken: 'a' });
  });
});

describe('WebSocket', () => {
  test.each(versions)('passes where the destination otherwise speaks %s', async (up) => {
    const server =
      up === 'h2'
        ? http2.createSecureServer({ cert: owned.cert, key: owned.key, allowHTTP1: true })
        : https.createServer({ cert: owned.cert, key: owned.key });
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request: http.IncomingMessage, socket: net.Socket, head: Buffer) =>
      sockets.handleUpgrade(request, socket, head, (ws) =>
        ws.on('message', (data) => ws.send(`echo ${(data as Buffer).toString()}`)),
      ),
    );
    server.on('request', (_request: http.IncomingMessage, response: http.ServerResponse) =>
      response.writeHead(404).end(),
    );
    const port = await listen(server);
    const rig = await startGateway(port);
    closeLater(() => void server.close(), rig.close);
    const ws = new WebSocket(`wss://app.contoso.test:443/chat`, {
      createConnection: () => tlsTo(rig),
    });
    await once(ws, 'open');
    for (const text of ['one', 'two']) {
      ws.send(text);
      const [data] = (await once(ws, 'message')) as [Buffer];
      expect(data.toString()).toBe(`echo ${text}`);
    }
    ws.close(1000);
    const [code] = (await once(ws, 'close')) as [number];
    expect(code).toBe(1000);
    expect(await rig.outcome(0)).toMatchObject({ clean: true });
  });

  test('a destination that declines answers as it likes', async () => {
    const { rig } = await gatewayTo(
      'http/1.1',
      (_request, response) => void response.writeHead(403).end('no'),
    );
    const ws = new WebSocket('wss://app.contoso.test/', {
      createConnection: () => tlsTo(rig),
    });
    const [error] = (await once(ws, 'error')) as [Error];
    expect(error.message).toBe('Unexpected server response: 403');
  });
});

describe('what is refused', () => {
  test.each([
    ['garbage', 'garbage\r\n\r\n', /^HTTP\/1\.1 400 /],
    [
      'a length and a coding',
      'POST / HTTP/1.1\r\nHost: app.contoso.test\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'two codings',
      'POST / HTTP/1.1\r\nHost: app.contoso.test\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'a folded field',
      'GET / HTTP/1.1\r\nHost: app.contoso.test\r\nX-A: b\r\n c\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : app.contoso.test\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: app.contoso.test\r\nHost: evil.test\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['another host', 'GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n', /^HTTP\/1\.1 421 /],
    [
      'a head without end',
      `GET / HTTP/1.1\r\nHost: app.contoso.test\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431 /,
    ],
    [
      'too many fields',
      `GET / HTTP/1.1\r\nHost: app.contoso.test\r\n${'X: a\r\n'.repeat(300)}\r\n`,
      /^HTTP\/1\.1 431 /,
    ],
  ])('%s', async (_, text, answer) => {
    let asked = 0;
    const { rig } = await gatewayTo('http/1.1', (_request, response) => {
      asked += 1;
      response.end();
    });
    const tls = await openTls(rig);
    tls.write(text);
    const [chunk] = (await once(tls, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(answer);
    expect(asked).toBe(0);
  });

  test('trailers that HTTP/2 does not carry: that message alone is broken off', async () => {
    const { rig } = await gatewayTo('h2', (request, response) => {
      request.on('error', () => undefined);
      request.resume();
      request.on('end', () => response.end('x'));
    });
    for (const trailers of [
      'Age: 1\r\nAge: 2',
      'Content-Type: a\r\nContent-Type: b',
      'Connection: x\r\nTE: y',
    ]) {
      const tls = await openTls(rig);
      tls.write(
        'POST / HTTP/1.1\r\nHost: app.contoso.test\r\nTransfer-Encoding: chunked\r\n\r\n' +
          `1\r\na\r\n0\r\n${trailers}\r\n\r\n`,
      );
      const [chunk] = (await once(tls, 'data')) as [Buffer];
      expect(chunk.toString()).toMatch(/^HTTP\/1\.1 (200|502) /);
    }
  });

  test('a head that does not come to its end in time', async () => {
    const { rig } = await gatewayTo('http/1.1', () => undefined, { limits: { headMs: 200 } });
    const tls = await openTls(rig);
    tls.write('GET / HTTP/1.1\r\nHost: app');
    await expect(once(tls, 'close')).rejects.toThrow();
    expect(await rig.outcome(0)).toMatchObject({ clean: false, broken: 'a' });
  });

  test('an application that never begins TLS', async () => {
    const { rig } = await gatewayTo('http/1.1', () => undefined, { limits: { handshakeMs: 200 } });
    const socket = net.connect(rig.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await new Promise((closed) => socket.once('close', closed));
    expect(await rig.outcome(0)).toMatchObject({ clean: false, broken: 'a' });
  });

  test.each([
    ['another name', { names: ['other.contoso.test'] }, 'certificate-name-mismatch'],
    ['an end in the past', { notBefore: new Date(0), notAfter: new Date(1e12) }, 'certificate-expired'],
    ['a beginning in the future', { notBefore: new Date(Date.now() + 1e9) }, 'certificate-not-yet-valid'],
    ['the usage of a client', { usage: 'client' }, 'certificate-wrong-usage'],
    ['another authority', null, 'certificate-untrusted'],
  ] as const)('a destination whose certificate has %s', async (_, wrong, reason) => {
    const authority = wrong === null ? gatewayPki.rogue : gatewayPki.ca;
    const { cert, key } = authority.issue('app.contoso.test', {
      usage: 'server',
      names: ['app.contoso.test'],
      ...wrong,
    });
    const server = createTlsServer({ cert, key });
    server.on('tlsClientError', () => undefined);
    const port = await listen(server);
    closeLater(() => void server.close());
    expect(await openUpstream(port, ['h2', 'http/1.1'])).toEqual({
      kind: 'failed',
      denial: { error: 'tls_certificate_error', reason },
    });
  });

  test('a destination that does not speak TLS, or only an old one', async () => {
    const plain = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('220 ready\r\n');
    });
    const old = createTlsServer({
      cert: owned.cert,
      key: owned.key,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
    });
    old.on('tlsClientError', () => undefined);
    for (const server of [plain, old]) {
      const port = await listen(server);
      closeLater(() => void server.close());
      expect(await openUpstream(port, ['http/1.1'])).toMatchObject({
        kind: 'failed',
        denial: { error: 'tls_protocol_error' },
      });
    }
  });
});
