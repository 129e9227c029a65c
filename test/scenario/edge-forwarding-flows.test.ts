// Flows whose HTTP the edge ends, as flows: WebSocket, breaks of either side, the idle limit and the end of the edge.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  answered,
  type DataPlane,
  type DataPlaneSettings,
  openSession,
  startDataPlane,
} from '../support/data-plane.ts';
import { gatewayPki } from '../support/gateway-rig.ts';
import { answerOf, openApplication, openH2Application } from '../support/owned-host.ts';
import { patience } from '../support/patience.ts';

const host = 'app.contoso.test';
const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** An application in plain HTTP behind an edge. */
async function start(
  handler: http.RequestListener,
  settings: DataPlaneSettings = {},
  match = host,
): Promise<{ edge: DataPlane; server: http.Server }> {
  const server = http.createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const edge = await startDataPlane({
    pki: gatewayPki,
    ...settings,
    classes: [
      {
        match,
        class: 'forwarded',
        upstream: { address: '127.0.0.1', port: (server.address() as AddressInfo).port },
        forwarding: {
          headers: { class: 'forwarded', header: 'X-Forwarded-For', schemeHeader: null },
          identity: null,
          upstreamTls: null,
        },
      },
    ],
  });
  closers.push(() => void server.close(), edge.close);
  return { edge, server };
}

test('a WebSocket passes, is told the address, and ends as its peers end it', async () => {
  const { edge, server } = await start((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (ws, request) => {
    ws.send(request.headersDistinct['x-forwarded-for']?.join() ?? 'nobody');
    ws.on('message', (data) => ws.send(`echo ${(data as Buffer).toString()}`));
  });
  const application = await openApplication(edge, host);
  const ws = new WebSocket(`wss://${host}/`, {
    createConnection: () => application.tls,
    headers: { 'X-Forwarded-For': '6.6.6.6' },
  });
  const [told] = (await once(ws, 'message')) as [Buffer];
  expect(told.toString()).toBe('127.0.0.1');
  ws.send('one');
  const [echo] = (await once(ws, 'message')) as [Buffer];
  expect(echo.toString()).toBe('echo one');
  ws.close(1000);
  expect(((await once(ws, 'close')) as [number])[0]).toBe(1000);
  await vi.waitFor(
    () => expect(edge.records.at(-1)).toMatchObject({ result: 'ended', reason: null }),
    patience,
  );
  application.close();
});

test('an answer that breaks off reaches the application as a break, on both versions', async () => {
  const { edge } = await start((request, response) => {
    response.write('part');
    setTimeout(() => request.socket.resetAndDestroy(), 50);
  });
  const application = await openApplication(edge, host);
  await expect(answerOf(application.request({ headers: ['Host', host] }).end())).rejects.toThrow();
  application.close();
  await vi.waitFor(
    () => expect(edge.records.at(-1)).toMatchObject({ result: 'reset', reason: 'destination-aborted' }),
    patience,
  );

  const { session, close } = await openH2Application(edge, host);
  const stream = session.request({ ':path': '/' });
  stream.resume();
  await expect(once(stream, 'close')).rejects.toThrow('NGHTTP2_INTERNAL_ERROR');
  // The other requests of the session go on.
  expect(session.destroyed).toBe(false);
  close();
});

test('a device that breaks off is recorded as the one that did, and its request ends at the application', async () => {
  const aborted = Promise.withResolvers<unknown>();
  const { edge } = await start((request, response) => {
    request.on('aborted', aborted.resolve);
    response.on('close', aborted.resolve);
    response.write('part');
  });
  const application = await openApplication(edge, host);
  const request = application.request({ headers: ['Host', host] }).end();
  request.on('error', () => undefined);
  await once(request, 'response');
  application.close();
  await aborted.promise;
  await vi.waitFor(
    () => expect(edge.records.at(-1)).toMatchObject({ result: 'reset', reason: 'device-aborted' }),
    patience,
  );
});

test('a flow in which nothing moves is ended', async () => {
  const { edge } = await start((_request, response) => response.end('x'), {
    limits: { flowIdleSeconds: 0.2 },
  });
  const application = await openApplication(edge, host);
  expect((await answerOf(application.request({ headers: ['Host', host] }).end())).text).toBe('x');
  await vi.waitFor(
    () => expect(edge.records.at(-1)).toMatchObject({ result: 'reset', reason: 'idle' }),
    patience,
  );
  application.close();
});

test('the end of the edge ends it', async () => {
  const { edge } = await start((_request, response) => void response.write('part'));
  const application = await openApplication(edge, host);
  const request = application.request({ headers: ['Host', host] }).end();
  request.on('error', () => undefined);
  await once(request, 'response');
  await edge.drain(0);
  expect(edge.records.at(-1)).toMatchObject({ result: 'reset', reason: 'edge-stopped' });
  application.close();
});

test('a device that asks for ever more names is refused by name; those that have a certificate go on', async () => {
  const { edge } = await start((_request, response) => response.end('x'), {}, '*.contoso.test');
  const first = await openApplication(edge, host);
  const session = await openSession(edge);
  const ask = (i: number) => answered(session, `n${i}.contoso.test:443`);
  const others = await Promise.all(Array.from({ length: 70 }, (_, i) => ask(i)));
  const refused = others.filter(({ status }) => status !== 200);
  // Fifty at once, and one more for each second that the questions took.
  expect(refused.length).toBeGreaterThan(0);
  expect(others.length - refused.length).toBeGreaterThanOrEqual(49);
  for (const { status, headers } of refused) {
    expect(status).toBe(503);
    expect(headers['proxy-status']).toContain('connection_limit_reached');
    expect(headers['proxy-status']).toContain('certificate-rate');
  }
  expect(edge.records.filter(({ reason }) => reason === 'certificate-rate')).toHaveLength(refused.length);
  const again = await openApplication(edge, host);
  expect((await answerOf(again.request({ headers: ['Host', host] }).end())).text).toBe('x');
  again.close();
  first.close();
  session.destroy();
});
