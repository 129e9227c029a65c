import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import tls from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { http2FlowStream, tlsFlowStream } from '../../../../protocol/relay/adapters.ts';
import { watchEnd } from '../../../../protocol/relay/clean-end.ts';
import { createPki } from '../../../support/pki.ts';
import { listen } from '../../../support/relay-chain.ts';

const pki = createPki();
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

test('reset of an HTTP/2 stream is RST_STREAM alone, although the peer had ended its direction', async () => {
  const server = http2.createServer();
  cleanUp.push(() => new Promise((done) => server.close(done)));
  const session = http2.connect(`http://127.0.0.1:${await listen(server)}`);
  cleanUp.push(() => session.destroy());
  const ours = session.request({ ':method': 'CONNECT', ':authority': 'origin.contoso.test:443' });
  ours.on('error', () => undefined);
  const clean = watchEnd(ours);
  const [theirs] = (await once(server, 'stream')) as [http2.ServerHttp2Stream];
  theirs.respond({ ':status': 200 });
  const flow = http2FlowStream(theirs);
  ours.end();
  await once(theirs.resume(), 'end');
  expect(flow.endedCleanly()).toBe(true);

  ours.resume();
  flow.reset(new Error('broken'));
  flow.reset(new Error('again'));
  await closing(ours);
  expect(clean()).toBe(false);
  expect(ours.rstCode).toBe(http2.constants.NGHTTP2_INTERNAL_ERROR);
});

test('close(code) would look like a clean end: the reason why reset destroys', async () => {
  const server = http2.createServer();
  cleanUp.push(() => new Promise((done) => server.close(done)));
  const session = http2.connect(`http://127.0.0.1:${await listen(server)}`);
  cleanUp.push(() => session.destroy());
  const ours = session.request({ ':method': 'CONNECT', ':authority': 'origin.contoso.test:443' });
  ours.on('error', () => undefined);
  const clean = watchEnd(ours);
  const [theirs] = (await once(server, 'stream')) as [http2.ServerHttp2Stream];
  theirs.on('error', () => undefined);
  theirs.respond({ ':status': 200 });
  ours.end();
  await once(theirs.resume(), 'end');
  ours.resume();
  theirs.close(http2.constants.NGHTTP2_CONNECT_ERROR);
  await closing(ours);
  expect(clean()).toBe(true);
});

test('TLS over a kept socket: an end is a clean end at the peer', async () => {
  const { ours, theirs } = await tlsPair();
  theirs.tls.resume();
  ours.end('bytes');
  await once(theirs.tls, 'end');
  expect(theirs.flow.endedCleanly()).toBe(true);
});

test('TLS over a kept socket: a reset is a reset at the peer', async () => {
  const { ours, raw, theirs } = await tlsPair();
  theirs.tls.resume();
  const closed = Promise.all([ours, raw, theirs.raw].map(closing));
  tlsFlowStream(ours, raw).reset(new Error('broken'));
  await closed;
  expect(theirs.failure()).toMatch(/ECONNRESET/);
  expect(theirs.flow.endedCleanly()).toBe(false);
});

test('TLS over a kept socket: a reset while it ends closes both layers', async () => {
  for (let i = 0; i < 20; i += 1) {
    const { ours, raw } = await tlsPair();
    const closed = Promise.all([ours, raw].map(closing));
    const flow = tlsFlowStream(ours, raw);
    if (i % 2 === 0) ours.write('bytes');
    ours.end();
    flow.reset(new Error('broken'));
    await closed;
  }
});

async function tlsPair() {
  const server = net.createServer({ allowHalfOpen: true });
  const port = await listen(server);
  cleanUp.push(() => new Promise((done) => server.close(done)));
  const raw = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const [peer] = (await once(server, 'connection')) as [net.Socket];
  const theirTls = new tls.TLSSocket(peer, { isServer: true, cert: pki.edge.cert, key: pki.edge.key });
  let failure = '';
  for (const stream of [peer, theirTls]) {
    stream.on('error', (error: NodeJS.ErrnoException) => (failure += error.code ?? ''));
  }
  const flow = tlsFlowStream(theirTls, peer);
  const ours = tls.connect({ socket: raw, ca: pki.ca.cert, servername: 'edge.contoso.test' });
  await Promise.all([once(ours, 'secureConnect'), once(theirTls, 'secure')]);
  // Out of the events of the handshake: a server socket that is resumed inside its own one does not read on.
  await setImmediate();
  cleanUp.push(() => [raw.destroy(), peer.destroy()]);
  return { ours, raw, theirs: { tls: theirTls, raw: peer, flow, failure: () => failure } };
}

function closing(stream: Duplex): Promise<unknown> {
  return new Promise((done) => stream.once('close', done));
}
