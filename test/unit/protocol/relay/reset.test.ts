import { once } from 'node:events';
import net from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resetSocket } from '../../../../protocol/relay/reset.ts';
import { listen, readAll } from '../../../support/relay-chain.ts';

let server: net.Server;
let port: number;
beforeEach(async () => {
  server = net.createServer({ allowHalfOpen: true });
  port = await listen(server);
});
afterEach(async () => {
  await new Promise((done) => server.close(done));
});

async function pair() {
  const ours = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const [[theirs]] = (await Promise.all([once(server, 'connection'), once(ours, 'connect')])) as [
    [net.Socket],
    unknown,
  ];
  for (const socket of [ours, theirs]) socket.on('error', () => undefined);
  return { ours, theirs };
}

const states: Record<string, (socket: net.Socket) => unknown> = {
  open: () => undefined,
  'end called in the same tick': (socket) => socket.end(),
  'end with data in the same tick': (socket) => socket.end('tail'),
  'the last write just drained': async (socket) => {
    await new Promise((written) => socket.write('tail', written));
    socket.end();
  },
  'already ended': async (socket) => {
    socket.end();
    await once(socket, 'finish');
  },
};
for (const [name, prepare] of Object.entries(states)) {
  test(`the socket closes and the peer is reset: ${name}`, async () => {
    for (let i = 0; i < 20; i += 1) {
      const { ours, theirs } = await pair();
      theirs.resume();
      // Behind a FIN a reset shows only to one who still writes.
      theirs.on('end', () => theirs.write('more'));
      const closed = Promise.all(
        [ours, theirs].map((socket) => new Promise((done) => socket.on('close', done))),
      );
      await prepare(ours);
      resetSocket(ours);
      resetSocket(ours);
      await closed;
      expect(theirs.errored).toMatchObject({ code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) as string });
    }
  });
}

test('a socket that is still connecting, or already destroyed, is simply closed', async () => {
  const connecting = net.connect({ port, host: '127.0.0.1' });
  resetSocket(connecting);
  expect(connecting.destroyed).toBe(true);
  resetSocket(connecting);
  const { ours, theirs } = await pair();
  resetSocket(ours);
  expect(await readAll(theirs)).toMatchObject({ end: 'reset' });
});
