// The control socket with both of its ends: rights, refusals, stale and live sockets.
import { once } from 'node:events';
import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callEdge } from '../../../../edge/control/client.ts';
import { profileMethods } from '../../../../edge/control/profile-requests.ts';
import type { ControlHandlers } from '../../../../edge/control/requests.ts';
import { type ControlServer, startControlServer } from '../../../../edge/control/server.ts';
import { OpenGsaError } from '../../../../protocol/error.ts';
import { encodeFrame } from '../../../../protocol/frame.ts';
import { pinnedNode, createProgramGroup, type ProgramGroup } from '../../../support/processes.ts';

let group: ProgramGroup;
let servers: ControlServer[];
let faults: unknown[];
let path: string;

beforeEach(() => {
  group = createProgramGroup();
  servers = [];
  faults = [];
  path = join(group.folder, 'control.sock');
});
afterEach(async () => {
  for (const server of servers) await server.close();
  await group.end();
});

const since = '2026-06-01T12:00:00.000Z';
const notAsked = () => Promise.reject(new OpenGsaError('internal', 'unexpected'));
const handlers: ControlHandlers = {
  ...(Object.fromEntries(Object.keys(profileMethods).map((method) => [method, notAsked])) as Record<
    keyof typeof profileMethods,
    typeof notAsked
  >),
  'edge.status': () => ({
    name: 'e.test',
    pid: 1,
    startedAt: since,
    tunnel: [],
    enrollment: null,
    administration: null,
    revision: 3,
  }),
  'administrators.add': () => Promise.reject(new OpenGsaError('bad-usage', 'no name')),
  'administrators.addCertificate': () => Promise.reject(new OpenGsaError('bad-certificate', 'too weak')),
  'administrators.list': () => ({ administrators: [] }),
  'administrators.revoke': () => Promise.reject(new OpenGsaError('not-found', 'no administrator')),
  'devices.add': () => Promise.reject(new OpenGsaError('already-exists', 'a device named laptop exists')),
  'devices.list': () => ({ devices: [] }),
  'devices.revoke': () => {
    throw new Error('unexpected');
  },
  'invitations.add': () => Promise.reject(new OpenGsaError('bad-usage', 'unexpected')),
  'invitations.open': () => ({ text: '' }),
  'invitations.list': () => ({ invitations: [] }),
  'invitations.revoke': () => {
    throw new Error('unexpected');
  },
  'signaling.get': () => ({
    signaling: { status: 'enabled', since },
    locationPolicies: [],
    attestationFaults: {},
  }),
  'signaling.set': ({ status }) => ({ kind: 'switched', signaling: { status, since }, changed: true }),
};

async function start(): Promise<void> {
  servers.push(await startControlServer({ path, handlers, onFault: (error) => faults.push(error) }));
}

test('a request gets its answer, and only the owner may ask', async () => {
  await start();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await callEdge(path, 'signaling.set', { status: 'disabled', confirm: true, uid: 1 })).toEqual({
    kind: 'switched',
    signaling: { status: 'disabled', since },
    changed: true,
  });
});

describe('a refusal keeps its code and message', () => {
  test('of the edge', async () => {
    await start();
    await expect(callEdge(path, 'devices.add', { name: 'laptop', uid: 1 })).rejects.toMatchObject({
      code: 'already-exists',
      message: 'a device named laptop exists',
    });
  });

  test('of a fault in the edge', async () => {
    await start();
    await expect(callEdge(path, 'devices.revoke', { name: 'laptop', uid: 1 })).rejects.toMatchObject({
      code: 'internal',
    });
  });

  test('of parameters that the table does not allow', async () => {
    await start();
    await expect(callEdge(path, 'devices.add', { name: 'laptop', uid: -1 })).rejects.toThrow(
      /devices\.add: uid/,
    );
  });
});

async function exchangeRaw(bytes: Buffer): Promise<string> {
  const socket = connect(path);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    socket.end();
  });
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

describe('what is no request', () => {
  test('of another version is told so', async () => {
    await start();
    const reply = await exchangeRaw(
      encodeFrame({ version: 99, id: 5, method: 'edge.status', params: {} }, 1024),
    );
    expect(reply).toContain('version-mismatch');
  });

  test.each(['constructor', 'toString', 'edge.stop'])(
    'with the unknown method %s is told so',
    async (method) => {
      await start();
      const reply = await exchangeRaw(encodeFrame({ version: 1, id: 5, method, params: {} }, 1024));
      expect(reply).toContain('does not know the request');
    },
  );

  test.each([
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['JSON of another shape', encodeFrame(['hello'], 1024)],
  ])('%s ends the connection, and the next caller is served', async (_, bytes) => {
    await start();
    expect(await exchangeRaw(bytes)).toBe('');
    expect(faults).toHaveLength(1);
    expect((await callEdge(path, 'edge.status', {})).revision).toBe(3);
  });
});

describe('who listens', () => {
  test('nobody: the command says how to start the edge', async () => {
    await expect(callEdge(path, 'edge.status', {})).rejects.toMatchObject({
      code: 'edge-not-running',
      message: expect.stringContaining('opengsa-edge serve') as unknown,
    });
  });

  test('a second edge is refused, and the first goes on', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'address-in-use' });
    expect((await callEdge(path, 'edge.status', {})).name).toBe('e.test');
  });

  test('the socket of an edge that was killed is replaced', async () => {
    const code = `require('net').createServer().listen(process.argv[1], () => console.log('ready'))`;
    const killed = group.start(pinnedNode, ['-e', code, path]);
    await killed.line(/ready/);
    killed.signal('SIGKILL');
    await killed.ended;
    expect(existsSync(path)).toBe(true);
    await start();
    expect((await callEdge(path, 'edge.status', {})).name).toBe('e.test');
  });

  test('a path that no socket can have is refused with a remedy', async () => {
    path = join(group.folder, 'x'.repeat(120));
    await expect(start()).rejects.toThrow(/shorter --state-dir/);
  });

  test('an edge that ends without an answer runs all the same', async () => {
    const server = createServer((socket) => socket.end()).listen(path);
    await once(server, 'listening');
    await expect(callEdge(path, 'edge.status', {})).rejects.toMatchObject({ code: 'too-busy' });
    server.close();
  });

  test('an edge with all its places taken is too busy, not absent', async () => {
    await start();
    const callers = Array.from({ length: 32 }, () => connect(path));
    await Promise.all(callers.map((caller) => once(caller, 'connect')));
    await expect(callEdge(path, 'edge.status', {})).rejects.toMatchObject({ code: 'too-busy' });
    for (const caller of callers) caller.destroy();
    await vi.waitFor(async () => expect((await callEdge(path, 'edge.status', {})).name).toBe('e.test'));
  });

  test('closing removes the socket', async () => {
    await start();
    await servers.pop()?.close();
    expect(existsSync(path)).toBe(false);
  });
});

test.skipIf(process.getuid?.() === 0)('a socket without rights is access-denied', async () => {
  writeFileSync(path, '');
  chmodSync(path, 0o000);
  await expect(callEdge(path, 'edge.status', {})).rejects.toMatchObject({ code: 'access-denied' });
});
