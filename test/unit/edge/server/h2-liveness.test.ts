// Sessions that nobody uses, and devices that are gone without a word: both are found on a real HTTP/2 session.
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  connect as connectHttp2,
  createServer,
  type ServerHttp2Session,
} from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchSession } from '../../../../edge/server/h2-liveness.ts';
import { listen } from '../../../support/relay-chain.ts';

const server = createServer();
const closing: { destroy: () => unknown }[] = [];
let port: number;

beforeEach(async () => {
  port = server.listening ? port : await listen(server);
});
afterEach(() => {
  for (const open of closing.splice(0)) open.destroy();
});

/** The server's side of the session that comes next. */
async function nextSession(): Promise<ServerHttp2Session> {
  const [session] = (await once(server, 'session')) as [ServerHttp2Session];
  session.on('error', () => undefined);
  closing.push(session);
  return session;
}

function client(): ClientHttp2Session {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on('error', () => undefined);
  closing.push(session);
  return session;
}

test('a session without a stream gets GOAWAY without an error, and closes', async () => {
  const coming = nextSession();
  const device = client();
  const goaway = once(device, 'goaway');
  const session = await coming;
  watchSession(session, { idleMs: 100, pingEveryMs: 20, pingAnswerMs: 5000 });
  expect((await goaway)[0]).toBe(0);
  await once(session, 'close');
});

test('a session with a stream is not idle, however quiet', async () => {
  const coming = nextSession();
  const device = client();
  const session = await coming;
  let pings = 0;
  device.on('ping', () => (pings += 1));
  watchSession(session, { idleMs: 50, pingEveryMs: 20, pingAnswerMs: 5000 });
  const stream = device.request({ ':method': 'CONNECT', ':authority': 'a.test:443' });
  stream.on('error', () => undefined);
  await expect.poll(() => pings).toBeGreaterThan(10);
  expect([session.closed, device.closed]).toEqual([false, false]);
  // A session lives for days: what each PING leaves on it adds up.
  expect(session.listenerCount('close')).toBeLessThan(5);
  const closed = once(session, 'close');
  stream.destroy();
  await closed;
});

test('a device that leaves a PING unanswered is given up', async () => {
  const coming = nextSession();
  // The preface and empty SETTINGS, and then no word more.
  const silent: Socket = connect(port, '127.0.0.1');
  silent.on('error', () => undefined);
  silent.resume();
  closing.push(silent);
  silent.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  silent.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
  const session = await coming;
  const closed = once(session, 'close').catch((error: unknown) => error);
  watchSession(session, { idleMs: 60_000, pingEveryMs: 20, pingAnswerMs: 100 });
  await closed;
  expect(session.destroyed).toBe(true);
});
