import { once } from 'node:events';
import http2 from 'node:http2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { watchEnd } from '../../../../protocol/relay/clean-end.ts';
import { listen } from '../../../support/relay-chain.ts';

let server: http2.Http2Server;
let session: http2.ClientHttp2Session;
let peers: http2.ServerHttp2Stream[];
let serverSession: http2.ServerHttp2Session;

beforeEach(async () => {
  peers = [];
  server = http2.createServer();
  server.on('session', (s) => {
    serverSession = s;
    s.on('error', () => undefined);
  });
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    peers.push(stream);
    stream.respond({ ':status': 200 });
    stream.write('part');
  });
  session = http2.connect(`http://127.0.0.1:${await listen(server)}`);
  session.on('error', () => undefined);
});
afterEach(async () => {
  session.destroy();
  await new Promise((done) => server.close(done));
});

async function open(endOurs: boolean) {
  const stream = session.request({ ':method': 'CONNECT', ':authority': 'origin.contoso.test:443' });
  const clean = watchEnd(stream);
  stream.on('error', () => undefined);
  let ended = false;
  stream.on('end', () => (ended = true));
  await once(stream, 'data');
  if (endOurs) {
    stream.end();
    await once(peers[0]!.resume(), 'end');
  }
  return { stream, clean, ended: () => ended };
}

describe('an end that is none', () => {
  const causes: Record<string, () => void> = {
    'RST_STREAM(NO_ERROR)': () => peers[0]!.destroy(),
    'RST_STREAM(INTERNAL_ERROR)': () => peers[0]!.destroy(new Error('broken')),
    'GOAWAY with an error': () => serverSession.goaway(2),
    'a destroyed session': () => serverSession.destroy(),
  };
  for (const [name, cause] of Object.entries(causes)) {
    for (const endOurs of [false, true]) {
      test(`${name}, our direction ${endOurs ? 'ended' : 'open'}`, async () => {
        const { stream, clean } = await open(endOurs);
        cause();
        await new Promise((done) => stream.once('close', done));
        expect(clean()).toBe(false);
      });
    }
  }
});

test('END_STREAM is a clean end, with our direction open or ended', async () => {
  for (const endOurs of [false, true]) {
    const { stream, clean } = await open(endOurs);
    const done = once(stream, 'end');
    peers[0]!.end();
    await done;
    expect(clean()).toBe(true);
    peers = [];
  }
});

test('Node itself reports a break as an end: the reason why this exists', async () => {
  const { stream, ended } = await open(true);
  peers[0]!.destroy();
  await new Promise((done) => stream.once('close', done));
  expect(ended()).toBe(true);
  expect(stream.rstCode).toBe(0);
});
