// Many flows at the edge, and flows that end badly: what one flow does must not cost another, nor stay behind.
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type ClientHttp2Session, type ClientHttp2Stream, constants } from 'node:http2';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  answered,
  type DataPlane,
  openFlow,
  opaqueTo,
  openSession,
  startDataPlane,
  textOf,
} from '../support/data-plane.ts';
import { resetSocket } from '../../protocol/relay/reset.ts';
import { openH1Flow } from '../support/h1-device.ts';
import { type Origin, startEcho, startOrigin, startResetting, startSilent } from '../support/origins.ts';
import { patience } from '../support/patience.ts';

// Thousands of flows on a busy machine; the limit is a guard against a hang.
vi.setConfig({ testTimeout: 90_000 });

let edge: DataPlane;
let echo: Origin;
let resetting: Origin;
let resetAtEnd: Origin;
let silent: Origin;
let listening: Origin;

beforeAll(async () => {
  echo = await startEcho();
  resetting = await startResetting('partial');
  resetAtEnd = await startOrigin((socket) => {
    socket.resume();
    socket.on('end', () => socket.resetAndDestroy());
  });
  silent = await startSilent();
  // Reads for ever and never says a word, not even its own FIN.
  listening = await startOrigin((socket) => socket.resume());
  edge = await startDataPlane({
    classes: [
      opaqueTo('echo.contoso.test', echo),
      opaqueTo('resetting.contoso.test', resetting),
      opaqueTo('reset-at-end.contoso.test', resetAtEnd),
      opaqueTo('silent.contoso.test', silent),
      opaqueTo('listening.contoso.test', listening),
    ],
  });
});

afterAll(async () => {
  await edge.close();
  for (const origin of [echo, resetting, resetAtEnd, silent]) await origin.close();
});

test('5,000 aborted flows end no other flow of the session', async () => {
  const session = await openSession(edge);
  const { stream: other } = await answered(session, 'echo.contoso.test:443');
  for (let batch = 0; batch < 50; batch++) {
    const streams = Array.from({ length: 100 }, () => openFlow(session, 'echo.contoso.test:443'));
    // Some are given up before their answer, the others in the midst of their life.
    if (batch % 5 === 0) await Promise.all(streams.map((stream) => once(stream, 'response')));
    else await nextTurn();
    const gone = streams.map((stream) => closed(stream));
    for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL);
    await Promise.all(gone);
  }
  other.end('still here');
  expect(await textOf(other)).toBe('still here');
  expect([session.closed, session.destroyed]).toEqual([false, false]);
  session.destroy();
  await vi.waitFor(() => expect(edge.openFlows()).toBe(0), patience);
});

test('3,000 short flows from one egress address all get a port', async () => {
  const before = edge.state.policy;
  edge.state.policy = { ...before, egress: { ipv4: '127.20.0.1', ipv6: null } };
  const session = await openSession(edge);
  const since = edge.records.length;
  for (let batch = 0; batch < 30; batch++) {
    const texts = await Promise.all(
      Array.from({ length: 100 }, () => {
        const stream = openFlow(session, 'echo.contoso.test:443');
        stream.end('x');
        return textOf(stream);
      }),
    );
    expect(texts.every((text) => text === 'x')).toBe(true);
  }
  session.destroy();
  edge.state.policy = before;
  await vi.waitFor(() => expect(edge.records).toHaveLength(since + 3000), patience);
  expect(edge.records.slice(since).every((record) => record.result === 'ended')).toBe(true);
  expect(new Set(edge.records.slice(since).map((record) => record.edgeAddress))).toEqual(
    new Set(['127.20.0.1']),
  );
});

test('resets at every moment leave no descriptor and no flow behind', async () => {
  await vi.waitFor(() => expect(edge.openFlows()).toBe(0), patience);
  const before = openDescriptors();
  const session = await openSession(edge);
  for (let batch = 0; batch < 10; batch++) {
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        await breakOff[i % breakOff.length]!(session);
      }),
    );
  }
  await Promise.all(Array.from({ length: 40 }, (_, i) => breakOffH1(i)));
  session.destroy();
  await vi.waitFor(() => expect(edge.openFlows()).toBe(0), patience);
  // Edge, devices and origins live in this process: whoever leaked a socket, it is counted here.
  // An origin that has read a FIN hears of a reset no more; its ends are closed here.
  await listening.close();
  await vi.waitFor(() => expect(openDescriptors()).toBeLessThanOrEqual(before), patience);
});

/** Each way in which a flow breaks, with the edge's own end of it at another point of its life. */
const breakOff: readonly ((session: ClientHttp2Session) => Promise<unknown>)[] = [
  async (session) => {
    const { stream } = await answered(session, 'resetting.contoso.test:443');
    stream.write('go');
    return closed(stream);
  },
  async (session) => {
    const stream = openFlow(session, 'reset-at-end.contoso.test:443');
    stream.end('bye');
    return closed(stream);
  },
  // The FIN towards the origin is under way when the reset comes.
  async (session) => {
    const { stream } = await answered(session, 'listening.contoso.test:443');
    stream.end('bye');
    stream.close(constants.NGHTTP2_CANCEL);
    return closed(stream);
  },
  async (session) => {
    const { stream } = await answered(session, 'echo.contoso.test:443');
    stream.write('some');
    stream.destroy();
    return closed(stream);
  },
  async (session) => {
    const stream = openFlow(session, 'echo.contoso.test:443');
    await nextTurn();
    stream.destroy();
    return closed(stream);
  },
];

/** Over HTTP/1.1 either the origin breaks off or the device does. */
async function breakOffH1(i: number): Promise<void> {
  const [name, breaks] = i % 2 === 0 ? ['resetting', 'origin'] : ['listening', 'device'];
  const { tls, raw } = await openH1Flow(edge, `${name}.contoso.test:443`);
  const gone = closed(raw);
  tls.resume();
  if (breaks === 'origin') tls.end('go');
  else resetSocket(raw);
  await gone;
}

test('flows that nobody reads hold no more than their windows, and hinder no other', async () => {
  let sent = 0;
  const source = await startOrigin((socket) => {
    pump(socket, (bytes) => (sent += bytes));
  });
  const former = edge.state.policy;
  edge.state.policy = { ...former, classes: [...former.classes, opaqueTo('source.contoso.test', source)] };
  const session = await openSession(edge);
  const { stream: other } = await answered(session, 'echo.contoso.test:443');
  const before = heldBytes();
  const stalled = 16;
  for (let i = 0; i < stalled; i++) {
    const down = await answered(session, 'source.contoso.test:443');
    down.stream.pause();
    const up = await answered(session, 'silent.contoso.test:443');
    pump(up.stream, (bytes) => (sent += bytes));
  }
  await standsStill(() => sent);
  // One window at the receiving end of each flow, and as much again on its way through the streams between.
  expect(heldBytes() - before).toBeLessThan(stalled * 2 * 3 * 1024 * 1024);
  other.end('not held up');
  expect(await textOf(other)).toBe('not held up');
  session.destroy();
  edge.state.policy = former;
  await vi.waitFor(() => expect(edge.openFlows()).toBe(0), patience);
  await source.close();
});

/** Writes as much as the peer takes. */
function pump(stream: NodeJS.WritableStream, taken: (bytes: number) => void): void {
  const chunk = Buffer.alloc(64 * 1024);
  const write = (): void => {
    while (stream.write(chunk, () => taken(chunk.length)));
    stream.once('drain', write);
  };
  write();
}

async function standsStill(count: () => number): Promise<void> {
  let before = -1;
  await vi.waitFor(
    () => {
      const now = count();
      const same = now === before && now > 0;
      before = now;
      expect(same).toBe(true);
    },
    { timeout: 20_000, interval: 500 },
  );
}

/** Memory outside the heap: the bytes of buffers. */
function heldBytes(): number {
  const { external } = process.memoryUsage();
  return external;
}

/** Descriptors of this process; zero on systems without /proc, where nothing is counted. */
function openDescriptors(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}

function closed(stream: ClientHttp2Stream | NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => stream.once('close', () => resolve()));
}
