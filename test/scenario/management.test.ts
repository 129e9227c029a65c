import { mkdtempSync, rmSync, statSync, writeFileSync, existsSync, chmodSync, mkdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFlowTable, type FlowEntry, type FlowTable } from '../../agent/flow/flow-table.ts';
import { connectToAgent } from '../../agent/management/client.ts';
import type { Handlers } from '../../agent/management/handlers.ts';
import { makeHello, makeProof } from '../../agent/management/handshake.ts';
import { keyPath } from '../../agent/management/key-file.ts';
import { type ManagementServer, startManagement } from '../../agent/management/server.ts';
import { createFrameDecoder, encodeFrame } from '../../protocol/frame.ts';
import { parseAddress } from '../../protocol/address.ts';
import { parseAuthority } from '../../protocol/destination.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import { hello, managementMaxMessage } from '../../protocol/management.ts';
import type { Language } from '../../protocol/language.ts';
import type { Status } from '../../protocol/status.ts';
import { tunnelled } from '../support/capture-rig.ts';
import { exampleStatus } from '../support/example-status.ts';

let folder: string;
let socketPath: string;
let server: ManagementServer | null = null;
let refusals: string[];
let status: Status;
let changes: string[];
let table: FlowTable;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
  socketPath = join(folder, 'run', 'agent.sock');
  refusals = [];
  changes = [];
  status = exampleStatus();
  table = createFlowTable({ now: () => new Date('2026-01-02T03:04:05.000Z') });
});
afterEach(async () => {
  await server?.close();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

const titles: Readonly<Record<Language, string>> = { en: exampleStatus().title, de: 'Nicht registriert' };

function change(name: string): Status {
  changes.push(name);
  return status;
}

/** Nothing here asks for it. */
function notAsked(): never {
  throw new OpenGsaError('internal', 'not asked here');
}

async function start(group: number | null = null): Promise<ManagementServer> {
  const handlers: Handlers = {
    'status.get': (_, language) => ({ ...status, title: titles[language] }),
    'status.subscribe': () => status,
    connect: () => change('connect'),
    disconnect: () => change('disconnect'),
    pause: ({ minutes }) => change(`pause ${minutes}`),
    resume: () => change('resume'),
    'profile.list': () => ({ stateDir: folder, profiles: [], programRules: { rules: [], fault: null } }),
    'profile.set': ({ name }) => {
      throw new OpenGsaError('not-found', `there is no profile ${name}`);
    },
    'profile.apply': () => status,
    'person.sign-in': notAsked,
    'person.progress': notAsked,
    'person.sign-out': notAsked,
    'egress.refresh': () => status,
    'seen-as.get': notAsked,
    'seen-as.verify': notAsked,
    'locations.list': notAsked,
    'locations.import': notAsked,
    'locations.remove': notAsked,
    'locations.clear': notAsked,
    'health.get': notAsked,
    'flows.list': () => ({ flows: [] }),
    'flows.subscribe': () => ({}),
    'flows.unsubscribe': () => ({}),
    'policy.test': notAsked,
    'hostnames.list': notAsked,
    'hostnames.clear': notAsked,
    'connections.older': notAsked,
    'connections.close': notAsked,
    'logs.preview': notAsked,
    'logs.collect': notAsked,
  };
  return startManagement({
    socketPath,
    group,
    program: 'test',
    handlers,
    followFlows: table.follow,
    randomBytes,
    refused: (reason) => refusals.push(reason),
  });
}

/** Sends raw bytes and gives everything that comes back until the agent ends the connection. */
async function raw(...parts: readonly (Buffer | string)[]): Promise<Buffer> {
  const socket = connect(socketPath);
  const chunks: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<undefined>();
  socket.on('error', () => resolve(undefined));
  socket.on('close', () => resolve(undefined));
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const part of parts) socket.write(part);
  await promise;
  return Buffer.concat(chunks);
}

function addFlow(): FlowEntry {
  return table.add(
    {
      via: 'socks5',
      destination: parseAuthority('login.contoso.test:443')!,
      source: { address: parseAddress('127.0.0.1')!, port: 50_000 },
    },
    tunnelled,
    'trace',
  );
}

const frame = (value: unknown): Buffer => encodeFrame(value, managementMaxMessage);
const nonce = Buffer.alloc(32, 1).toString('base64url');

describe('management socket', () => {
  test('only its account may reach socket, key and directory', async () => {
    server = await start();
    expect(statSync(join(folder, 'run')).mode & 0o777).toBe(0o700);
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    expect(statSync(keyPath(socketPath)).mode & 0o777).toBe(0o600);
  });

  test('a group may use the socket and read the key, and replace neither', async () => {
    // Root can give to any group, so that the test sees the difference; others to one of their own.
    const group = process.getuid?.() === 0 ? 65_534 : (process.getgroups?.()[0] ?? 0);
    server = await start(group);
    const facts = [join(folder, 'run'), socketPath, keyPath(socketPath)].map((path) => statSync(path));
    expect(facts.map(({ gid }) => gid)).toEqual([group, group, group]);
    expect(facts.map(({ mode }) => mode & 0o777)).toEqual([0o750, 0o660, 0o640]);
    const client = await connectToAgent({ socketPath, program: 'test' });
    expect(await client.call('status.get', {})).toEqual(status);
    client.close();
  });

  test('a directory that the group cannot enter is refused with what to run', async () => {
    mkdirSync(join(folder, 'run'), { mode: 0o700 });
    const group = process.getgid?.() ?? 0;
    await expect(start(group)).rejects.toMatchObject({
      code: 'bad-permissions',
      message: expect.stringMatching(/chgrp .* && chmod 0750/) as string,
    });
    chmodSync(join(folder, 'run'), 0o750);
    server = await start(group);
  });

  test('a client asks, is answered, and hears of every later status', async () => {
    server = await start();
    const heard = Promise.withResolvers<Status>();
    const client = await connectToAgent({ socketPath, program: 'test', status: heard.resolve });
    expect(await client.call('status.get', {})).toEqual(status);
    await client.call('pause', { minutes: 5 });
    expect(changes).toEqual(['pause 5']);
    await client.call('status.subscribe', {});
    server.publish(() => ({ ...status, revision: 8 }));
    expect((await heard.promise).revision).toBe(8);
    client.close();
    expect(await client.closed).toBeNull();
  });

  test('a client is spoken to in its language, whatever others speak', async () => {
    server = await start();
    const heard = Promise.withResolvers<Status>();
    const german = await connectToAgent({
      ...{ socketPath, program: 'test', language: 'de' },
      status: heard.resolve,
    });
    const english = await connectToAgent({ socketPath, program: 'test' });
    expect((await german.call('status.get', {})).title).toBe(titles.de);
    expect((await english.call('status.get', {})).title).toBe(titles.en);
    await german.call('status.subscribe', {});
    server.publish((language) => ({ ...status, title: titles[language] }));
    expect((await heard.promise).title).toBe(titles.de);
    german.close();
    english.close();
  });

  test('a language that the agent does not speak is answered in English', async () => {
    server = await start();
    const greeting = makeHello('future', nonce, 'de');
    expect(hello.parse(greeting).language).toBe('de');
    expect(hello.parse({ ...greeting, language: 'fr' }).language).toBeUndefined();
    const client = await connectToAgent({ socketPath, program: 'test', language: 'fr' as Language });
    expect((await client.call('status.get', {})).title).toBe(titles.en);
    client.close();
  });

  test('who follows flows hears of all, then of what changes, and of nothing after the end', async () => {
    server = await start();
    const first = addFlow();
    const heard: (readonly FlowRecord[])[] = [];
    const client = await connectToAgent({ socketPath, program: 'test', flows: (flows) => heard.push(flows) });
    await client.call('flows.subscribe', {});
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0]?.map(({ id, state }) => [id, state])).toEqual([[1, 'opening']]);

    first.bytes.aToB = 5;
    addFlow();
    await expect.poll(() => heard.length).toBe(2);
    expect(heard[1]?.map(({ id, bytesSent }) => [id, bytesSent]).sort()).toEqual([
      [1, 5],
      [2, 0],
    ]);

    await client.call('flows.unsubscribe', {});
    first.ended(null);
    await client.call('flows.subscribe', {});
    await expect.poll(() => heard.length).toBe(3);
    expect(heard[2]?.map(({ id, state }) => [id, state]).sort()).toEqual([
      [1, 'closed'],
      [2, 'opening'],
    ]);
    client.close();
  });

  test('a refusal keeps its code, and wrong parameters are named', async () => {
    server = await start();
    const client = await connectToAgent({ socketPath, program: 'test' });
    await expect(client.call('profile.set', { name: 'x', enabled: true })).rejects.toMatchObject({
      code: 'not-found',
      message: 'there is no profile x',
    });
    await expect(client.call('pause', { minutes: 0 })).rejects.toMatchObject({ code: 'bad-message' });
    await expect(client.call('pause', { minutes: 0 })).rejects.toThrow(/pause: minutes: /);
    client.close();
  });

  test('a program that speaks HTTP gets nothing and changes nothing', async () => {
    server = await start();
    const answer = await raw('POST /disconnect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n');
    expect(answer.length).toBe(0);
    expect(changes).toEqual([]);
    expect(refusals[0]).toMatch(/frame/);
  });

  test('a client without the key gets no answer to its request', async () => {
    server = await start();
    const own = makeHello('intruder', nonce);
    const wrong = makeProof('client', Buffer.alloc(32), own, makeHello('test', nonce));
    const answer = await raw(
      frame(own),
      frame(wrong),
      frame({ type: 'request', id: 1, method: 'disconnect', params: {} }),
    );
    const messages = createFrameDecoder(managementMaxMessage).push(answer);
    expect(messages).toHaveLength(2);
    expect(changes).toEqual([]);
    expect(refusals[0]).toMatch(/could not prove/);
  });

  test('an agent that does not hold the key is found out before anything is asked', async () => {
    server = await start();
    writeFileSync(keyPath(socketPath), Buffer.alloc(32, 9));
    await expect(connectToAgent({ socketPath, program: 'test' })).rejects.toMatchObject({
      code: 'access-denied',
    });
  });

  test('another protocol version is answered with ours', async () => {
    server = await start();
    const answer = await raw(frame({ ...makeHello('future', nonce), version: 99 }));
    const [message] = createFrameDecoder(managementMaxMessage).push(answer);
    expect(hello.parse(message).version).toBe(1);
    expect(refusals[0]).toMatch(/version 99/);
  });

  test('nobody there, a stale socket and a living agent are told apart', async () => {
    await expect(connectToAgent({ socketPath, program: 'test' })).rejects.toMatchObject({
      code: 'agent-not-running',
    });
    server = await start();
    await expect(start()).rejects.toMatchObject({ code: 'address-in-use' });
    const client = await connectToAgent({ socketPath, program: 'test' });
    expect(await client.call('status.get', {})).toEqual(status);
    client.close();
    await server.close();
    server = null;
    expect(existsSync(socketPath)).toBe(false);
    expect(existsSync(keyPath(socketPath))).toBe(false);
  });

  test('a file that is not a socket stays where it is', async () => {
    mkdirSync(join(folder, 'run'), { mode: 0o700 });
    writeFileSync(socketPath, 'precious');
    await expect(start()).rejects.toMatchObject({ code: 'address-in-use' });
    expect(statSync(socketPath).isFile()).toBe(true);
  });

  test('a directory in which every account may write is refused', async () => {
    mkdirSync(join(folder, 'run'));
    chmodSync(join(folder, 'run'), 0o777);
    await expect(start()).rejects.toMatchObject({ code: 'bad-permissions' });
  });

  test('the end of the agent ends its clients', async () => {
    server = await start();
    const client = await connectToAgent({ socketPath, program: 'test' });
    await server.close();
    server = null;
    await client.closed;
    await expect(client.call('status.get', {})).rejects.toMatchObject({ code: 'agent-not-running' });
  });
});
