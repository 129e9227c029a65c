// Flows through the edge over real sockets: what goes in comes out, and each kind of end arrives as that kind.
import { once } from 'node:events';
import type { ClientHttp2Stream } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  answered,
  type DataPlane,
  openFlow,
  opaqueTo,
  openSession,
  startDataPlane,
  textOf,
} from '../support/data-plane.ts';
import {
  type Origin,
  startAnswerAfterFin,
  startBanner,
  startEcho,
  startOrigin,
  startResetting,
} from '../support/origins.ts';
import { patience } from '../support/patience.ts';

const opened: { close: () => Promise<void> }[] = [];
let edge: DataPlane;
let echo: Origin;

beforeAll(async () => {
  const keep = <T extends { close: () => Promise<void> }>(origin: T): T => {
    opened.push(origin);
    return origin;
  };
  echo = keep(await startEcho());
  const banner = keep(await startBanner());
  const answer = keep(await startAnswerAfterFin());
  const resetting = keep(await startResetting('partial'));
  const resetAfterFin = keep(
    await startOrigin((socket) => {
      socket.resume();
      socket.on('end', () => socket.resetAndDestroy());
    }),
  );
  edge = await startDataPlane({
    classes: [
      opaqueTo('echo.contoso.test', echo),
      opaqueTo('banner.contoso.test', banner),
      opaqueTo('answer.contoso.test', answer),
      opaqueTo('resetting.contoso.test', resetting),
      opaqueTo('reset-after-fin.contoso.test', resetAfterFin),
    ],
  });
});

afterAll(async () => {
  await edge.close();
  for (const origin of opened) await origin.close();
});

test('bytes sent before the answer arrive, and come back', async () => {
  const session = await openSession(edge);
  const stream = openFlow(session, 'echo.contoso.test:443');
  stream.end('early');
  expect(await textOf(stream)).toBe('early');
  session.destroy();
});

test('a peer that speaks first is heard', async () => {
  const session = await openSession(edge);
  const stream = openFlow(session, 'banner.contoso.test:443');
  const [chunk] = (await once(stream, 'data')) as [Buffer];
  expect(chunk.toString()).toBe('220 ready\r\n');
  session.destroy();
});

test('after a half-close the answer still comes', async () => {
  const session = await openSession(edge);
  const { stream, status } = await answered(session, 'answer.contoso.test:443');
  expect(status).toBe(200);
  stream.end('x'.repeat(100_000));
  expect(await textOf(stream)).toBe('got 100000 bytes');
  await vi.waitFor(
    () => expect(edge.records.at(-1)).toMatchObject({ result: 'ended', bytesSent: 100_000 }),
    patience,
  );
  session.destroy();
});

test('a CONNECT that ends its own direction at once is a half-close, not a break', async () => {
  const session = await openSession(edge);
  const stream = session.request(
    { ':method': 'CONNECT', ':authority': 'answer.contoso.test:443' },
    { endStream: true },
  );
  expect(await textOf(stream)).toBe('got 0 bytes');
  session.destroy();
});

describe('an unclean end arrives as a reset', () => {
  test('the destination resets while bytes flow', async () => {
    const session = await openSession(edge);
    const { stream } = await answered(session, 'resetting.contoso.test:443');
    stream.write('go');
    expect(await endOf(stream)).toMatchObject({ rst: 2 });
    expect(edge.records.at(-1)).toMatchObject({ result: 'reset', reason: 'destination-aborted' });
    session.destroy();
  });

  test('the destination resets after the device has half-closed', async () => {
    const session = await openSession(edge);
    const { stream } = await answered(session, 'reset-after-fin.contoso.test:443');
    stream.end('bye');
    expect(await endOf(stream)).toMatchObject({ rst: 2 });
    session.destroy();
  });

  test.each([
    ['resets with no error code', (stream: ClientHttp2Stream) => stream.destroy()],
    ['loses its session', (stream: ClientHttp2Stream) => stream.session?.destroy()],
    ['loses its connection', (stream: ClientHttp2Stream) => stream.session?.socket.destroy()],
  ])('the device %s', async (_how, breakOff) => {
    const ends: string[] = [];
    const watcher = await startOrigin((socket) => {
      socket.resume();
      socket.on('error', (error: NodeJS.ErrnoException) => ends.push(error.code ?? ''));
      socket.on('end', () => ends.push('end'));
    });
    edge.state.policy = {
      ...edge.state.policy,
      classes: [...edge.state.policy.classes, opaqueTo(`w${watcher.port}.contoso.test`, watcher)],
    };
    const session = await openSession(edge);
    const { stream } = await answered(session, `w${watcher.port}.contoso.test:443`);
    stream.write('some');
    await vi.waitFor(() => expect(watcher.connections()).toBe(1), patience);
    breakOff(stream);
    await vi.waitFor(() => expect(ends).toEqual(['ECONNRESET']), patience);
    session.destroy();
    await watcher.close();
  });
});

test('a device that ends and then cancels is seen to end, and the flow does not linger', async () => {
  const ends: string[] = [];
  const watcher = await startOrigin((socket) => {
    socket.resume();
    socket.on('end', () => ends.push('end'));
  });
  edge.state.policy = { ...edge.state.policy, classes: [opaqueTo('watcher.contoso.test', watcher)] };
  const session = await openSession(edge);
  const { stream } = await answered(session, 'watcher.contoso.test:443');
  // Node sends END_STREAM before the RST_STREAM(CANCEL).
  stream.close(8);
  await vi.waitFor(() => expect(ends).toEqual(['end']), patience);
  // Nobody answers that end; only the cancellation closes the flow.
  await vi.waitFor(() => expect(edge.openFlows()).toBe(0), patience);
  expect(edge.records.at(-1)).toMatchObject({ result: 'reset', reason: 'device-aborted' });
  session.destroy();
  await watcher.close();
});

test('no flow is left open', async () => {
  await vi.waitFor(() => expect(edge.openFlows()).toBe(0), patience);
  expect(edge.logged).toEqual([]);
});

/** How the stream ended: the code of the reset, and whether a clean end came before it. */
async function endOf(stream: ClientHttp2Stream): Promise<{ rst: number | undefined }> {
  stream.resume();
  await once(stream, 'close').catch(() => undefined);
  return { rst: stream.rstCode };
}
