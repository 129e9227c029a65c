import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Connection, type LoopFuse, watchForLoops } from '../../../../agent/transparent/loop-fuse.ts';
import { parseAddress } from '../../../../protocol/address.ts';

const loopback = parseAddress('127.0.0.1')!;
let fuse: LoopFuse;
const open: { close?: () => void; destroy?: () => void }[] = [];
afterEach(() => {
  fuse.stop();
  for (const each of open.splice(0)) (each.destroy ?? each.close)?.call(each);
});

/** A connection of this process, told as captured when `tell` says. */
async function connection(found: Connection[], tell: 'before' | 'after') {
  fuse = watchForLoops((loop) => found.push(loop));
  const server = createServer();
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const told = (socket: Socket): Connection => ({
    from: { address: loopback, port: socket.remotePort ?? 0 },
    to: { address: loopback, port },
  });
  const arrived = once(server, 'connection') as Promise<[Socket]>;
  if (tell === 'before') server.once('connection', (socket) => fuse.captured(told(socket)));
  const socket = connect(port, '127.0.0.1');
  open.push(socket);
  const [[accepted]] = await Promise.all([arrived, once(socket, 'connect')]);
  open.push(accepted);
  if (tell === 'after') fuse.captured(told(accepted));
  return told(accepted);
}

test.each(['before', 'after'] as const)(
  'an own connection is noticed, told %s it is connected',
  async (tell) => {
    const found: Connection[] = [];
    const loop = await connection(found, tell);
    expect(found).toEqual([loop]);
  },
);

test('the same port towards another destination is none', async () => {
  const found: Connection[] = [];
  const loop = await connection(found, 'after');
  fuse.captured({ ...loop, to: { address: parseAddress('192.0.2.1')!, port: loop.to.port } });
  fuse.captured({ ...loop, from: { ...loop.from, port: loop.from.port ^ 1 } });
  expect(found).toHaveLength(1);
});
