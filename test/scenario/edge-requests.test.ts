// Requests beside flows: slow ones, unfinished ones, and ones that do not wait for their turn.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { viewPath } from '../../protocol/tunnel.ts';
import { type DataPlane, opaqueTo, openSession, startDataPlane, textOf } from '../support/data-plane.ts';
import { endOfH1, openH1, readHead } from '../support/h1-device.ts';
import { type Origin, startEcho } from '../support/origins.ts';

let edge: DataPlane;
let echo: Origin;

beforeAll(async () => {
  echo = await startEcho();
  edge = await startDataPlane({
    classes: [opaqueTo('echo.contoso.test', echo)],
    limits: { handshakeSeconds: 1 },
  });
});
afterAll(async () => {
  await edge.close();
  await echo.close();
});

describe('the head of a request over HTTP/1.1', () => {
  test('must come within the time of the handshake', async () => {
    const { tls } = await openH1(edge);
    expect(await endOfH1(tls)).toBe('end');
  });

  test('may be long in coming after an answer, and not long under way', async () => {
    const { tls } = await openH1(edge);
    const view = `GET ${viewPath}?after=0 HTTP/1.1\r\nHost: a\r\n`;
    const ended = vi.fn();
    tls.once('end', ended);
    tls.write(`${view}\r\n`);
    await readHead(tls);
    tls.resume();
    // Longer than a head may take: the quiet between two requests is what is tried.
    await delay(1600);
    expect(ended).not.toHaveBeenCalled();
    tls.write(view);
    expect(await endOfH1(tls)).toBe('end');
  });
});

test('a CONNECT that does not wait for an answer before it carries nothing', async () => {
  const before = echo.connections();
  const { tls } = await openH1(edge);
  const waiting = `GET ${viewPath}?after=1 HTTP/1.1\r\nHost: a\r\n\r\n`;
  tls.write(`${waiting}CONNECT echo.contoso.test:443 HTTP/1.1\r\nHost: a\r\n\r\n`);
  let text = '';
  tls.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await endOfH1(tls);
  expect([text, echo.connections()]).toEqual(['', before]);
});

test('a request over HTTP/2 that never ends is over with its answer', async () => {
  const session = await openSession(edge);
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const stream = session.request({ ':method': 'POST', ':path': viewPath }, { endStream: false });
      const closed = once(stream, 'close');
      const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
      stream.resume();
      await closed;
      return headers[':status'];
    }),
  );
  expect(new Set(statuses)).toEqual(new Set([405]));
  // The session goes on.
  const view = session.request({ ':path': viewPath });
  expect(JSON.parse(await textOf(view))).toMatchObject({ revision: 1 });
  session.destroy();
});
