// The lookup itself, over sockets of this process and over tables of the test's own.
import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { existsSync, realpathSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createAttribution, within } from '../../../../agent/process/attribution.ts';
import { socketsByPort } from '../../../../agent/core/proc-net.ts';
import { parseAddress } from '../../../../protocol/address.ts';

const loopback = parseAddress('127.0.0.1')!;
const self = {
  ...{ uid: process.getuid?.() ?? null, pid: process.pid, unknown: null },
  executable: realpathSync(process.execPath),
};

function attribution(level: 'uid' | 'executable' = 'executable', table?: string) {
  const faults: string[] = [];
  const made = createAttribution({
    ...{ level, platform: 'linux', onFault: (reason) => faults.push(reason) },
    ...(table === undefined ? {} : { table: () => () => Promise.resolve(socketsByPort(table, 'LE')) }),
  });
  return { ...made, faults };
}

describe.skipIf(!existsSync('/proc/net/tcp'))('on Linux', () => {
  test.each(['127.0.0.1', '::ffff:127.0.0.1'])('a connection over %s is its own program’s', async (host) => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect({ host, port });
    await once(client, 'connect');
    const local = { address: loopback, port: client.localPort ?? 0 };
    const remote = { address: loopback, port };
    const { lookup } = attribution();
    expect(await lookup({ protocol: 'tcp', local, remote })).toEqual(self);
    expect(await attribution('uid').lookup({ protocol: 'tcp', local, remote })).toEqual({
      ...{ uid: self.uid, pid: null, executable: null, unknown: 'not-asked' },
    });
    client.destroy();
    server.close();
    expect(await lookup({ protocol: 'tcp', local: { ...local, port: 1 }, remote })).toMatchObject({
      ...{ uid: null, unknown: 'gone' },
    });
  });

  test('a UDP socket without a peer is found by its port', async () => {
    const socket = createSocket('udp4');
    socket.bind(0);
    await once(socket, 'listening');
    const local = { address: loopback, port: socket.address().port };
    expect(await attribution().lookup({ protocol: 'udp', local, remote: null })).toEqual(self);
    socket.close();
  });

  test('questions about one socket at the same time are all answered', async () => {
    const socket = createSocket('udp4');
    socket.bind(0);
    await once(socket, 'listening');
    const local = { address: loopback, port: socket.address().port };
    const { lookup } = attribution();
    const ask = () => lookup({ protocol: 'udp', local, remote: null });
    // As a resolver asks for A and AAAA: the second question comes while the first is looked up.
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([self, self, self]);
    socket.close();
  });

  test('a socket that nobody holds who may be looked into is told apart from one that is gone', async () => {
    const table = '   1: 0100007F:D6A4 0100007F:1F98 01 0:0 0:0 0  4000000        0 999999999999 2\n';
    const question = {
      protocol: 'tcp',
      local: { address: loopback, port: 54_948 },
      remote: { address: loopback, port: 8088 },
    } as const;
    expect(await attribution('executable', table).lookup(question)).toEqual({
      ...{ uid: 4_000_000, pid: null, executable: null, unknown: 'no-privilege' },
    });
  });
});

test('elsewhere nothing is known, and why', async () => {
  const { lookup } = createAttribution({ level: 'uid', platform: 'darwin', onFault: () => undefined });
  const local = { address: loopback, port: 1 };
  expect(await lookup({ protocol: 'tcp', local, remote: null })).toMatchObject({ unknown: 'not-linux' });
});

test('a table that cannot be read is told once', async () => {
  const faults: string[] = [];
  const { lookup } = createAttribution({
    ...{ level: 'uid', platform: 'linux', onFault: (reason) => faults.push(reason) },
    table: () => () => Promise.reject(new Error('EIO')),
  });
  const question = { protocol: 'tcp', local: { address: loopback, port: 1 }, remote: null } as const;
  await Promise.all([lookup(question), lookup(question)]);
  expect(await lookup(question)).toMatchObject({ uid: null, unknown: 'no-privilege' });
  expect(faults).toEqual(['EIO']);
});

test('who cannot wait is told that it came too late', async () => {
  const fact = { uid: 1, pid: 2, executable: '/a', unknown: null };
  expect(await within(Promise.resolve(fact), 1_000)).toEqual(fact);
  expect(await within(new Promise(() => undefined), 5)).toMatchObject({ uid: null, unknown: 'late' });
});
