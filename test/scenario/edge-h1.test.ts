// The fallback to HTTP/1.1 at the edge: each kind of end stays that kind, and nothing is read for more than it is.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { resetSocket } from '../../protocol/relay/reset.ts';
import { type DataPlane, opaqueTo, startDataPlane, textOf } from '../support/data-plane.ts';
import { endOfH1, openH1, openH1Flow, readHead } from '../support/h1-device.ts';
import {
  type Origin,
  startAnswerAfterFin,
  startEcho,
  startOrigin,
  startResetting,
} from '../support/origins.ts';
import { patience } from '../support/patience.ts';

let edge: DataPlane;
const origins: Origin[] = [];
let watcher: Origin;
let received = '';
const ends: string[] = [];

beforeAll(async () => {
  watcher = await startOrigin((socket) => {
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('error', (error: NodeJS.ErrnoException) => ends.push(error.code ?? ''));
    socket.on('end', () => ends.push('end'));
  });
  const named: Record<string, Origin> = {
    echo: await startEcho(),
    answer: await startAnswerAfterFin(),
    resetting: await startResetting('partial'),
    'reset-at-end': await startOrigin((socket) => {
      socket.resume();
      socket.on('end', () => socket.resetAndDestroy());
    }),
    watcher,
  };
  origins.push(...Object.values(named));
  edge = await startDataPlane({
    classes: Object.entries(named).map(([name, origin]) => opaqueTo(`${name}.contoso.test`, origin)),
    limits: { handshakeSeconds: 1 },
  });
});

afterAll(async () => {
  await edge.close();
  for (const origin of origins) await origin.close();
});

describe('an end', () => {
  test('on purpose arrives as one, after a half-close and its answer', async () => {
    const { tls } = await openH1Flow(edge, 'answer.contoso.test:443');
    tls.end('x'.repeat(100_000));
    expect(await textOf(tls)).toBe('got 100000 bytes');
    await vi.waitFor(
      () => expect(edge.records.at(-1)).toMatchObject({ result: 'ended', protocol: 'http/1.1' }),
      patience,
    );
  });

  test.each(['resetting', 'reset-at-end'])(
    'by a reset of the origin (%s) is an error and no end',
    async (name) => {
      const { tls } = await openH1Flow(edge, `${name}.contoso.test:443`);
      const end = endOfH1(tls);
      tls.end('go');
      expect(await end).toBe('ECONNRESET');
      await vi.waitFor(
        () => expect(edge.records.at(-1)).toMatchObject({ result: 'reset', reason: 'destination-aborted' }),
        patience,
      );
    },
  );

  test('by a reset of the device is a reset at the origin', async () => {
    const { tls, raw } = await openH1Flow(edge, 'watcher.contoso.test:443');
    tls.write('some');
    await vi.waitFor(() => expect(received).toBe('some'), patience);
    resetSocket(raw);
    await vi.waitFor(() => expect(ends).toEqual(['ECONNRESET']), patience);
    await vi.waitFor(
      () => expect(edge.records.at(-1)).toMatchObject({ result: 'reset', reason: 'device-aborted' }),
      patience,
    );
  });
});

test('bytes in the same segment as the request belong to the flow', async () => {
  const { tls } = await openH1(edge);
  tls.write('CONNECT echo.contoso.test:443 HTTP/1.1\r\nHost: a\r\n\r\nearly');
  expect(await readHead(tls)).toMatch(/^HTTP\/1\.1 200 OK\r\n(.*\r\n)*egress-observed: "127\.0\.0\.1"/);
  tls.end();
  expect(await textOf(tls)).toBe('early');
});

test('what follows a refused request is not read as another one', async () => {
  const { tls } = await openH1(edge);
  const get = 'GET /.well-known/opengsa/view HTTP/1.1\r\nHost: a\r\n\r\n';
  tls.write(`CONNECT elsewhere.test:443 HTTP/1.1\r\nHost: a\r\n\r\n${get}`);
  const answers = await textOf(tls);
  expect(answers).toMatch(/^HTTP\/1\.1 403 /);
  expect(answers).toContain('destination-not-allowed');
  expect(answers.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test('a device that says nothing, or half a request, is shown the door', async () => {
  const { tls: quiet } = await openH1(edge);
  const { tls: slow } = await openH1(edge);
  slow.write('CONNECT echo.contoso.test:443 HTTP/1.1\r\n');
  expect(await Promise.all([endOfH1(quiet), endOfH1(slow)])).toEqual(['end', 'end']);
  quiet.destroy();
  slow.destroy();
});

test('no flow is left open, and nothing was the fault of the program', async () => {
  await vi.waitFor(() => expect(edge.openFlows()).toBe(0), patience);
  expect(edge.logged).toEqual([]);
});
