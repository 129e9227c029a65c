// The origins that other tests stand on behave as they say.
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import {
  digestOf,
  type Origin,
  reproducibleDigest,
  sendReproducible,
  startAnswerAfterFin,
  startDigest,
  startResetting,
} from '../../support/origins.ts';

test('a digest origin sends and receives at once, whole', async () => {
  await using(await startDigest(300_001), async (origin) => {
    const socket = connect({ host: origin.host, port: origin.port, allowHalfOpen: true });
    const got = digestOf(socket);
    sendReproducible(socket, 200_003, 2);
    expect(await got).toEqual(origin.sent);
    expect(await origin.received).toEqual(reproducibleDigest(200_003, 2));
  });
});

test('reproducible bytes differ by seed', () => {
  expect(reproducibleDigest(1000, 1)).toEqual(reproducibleDigest(1000, 1));
  expect(reproducibleDigest(1000, 1)).not.toEqual(reproducibleDigest(1000, 2));
});

test('an origin that answers after FIN says nothing before it', async () => {
  await using(await startAnswerAfterFin(), async (origin) => {
    const socket = connect({ host: origin.host, port: origin.port, allowHalfOpen: true });
    socket.end('12345');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toBe('got 5 bytes');
  });
});

test('a resetting origin is seen as a reset', async () => {
  await using(await startResetting('hello'), async (origin) => {
    const socket = connect({ host: origin.host, port: origin.port });
    await once(socket, 'data');
    socket.write('x');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });
});

async function using<O extends Origin>(origin: O, act: (origin: O) => Promise<void>): Promise<void> {
  try {
    await act(origin);
  } finally {
    await origin.close();
  }
}
