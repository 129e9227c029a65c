// A laptop is lost: from the command on, its flows end, it is told why, and the person comes back by another invitation.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { trayModel } from '../../app/shared/tray-model.ts';
import { openSqliteStore } from '../../edge/store/sqlite/store.ts';
import { runClientIn } from '../support/client-command.ts';
import { configureEdge, initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import { createLocalAgent, freePorts, type LocalAgent } from '../support/local-agent.ts';
import { patience } from '../support/patience.ts';
import { createProgramGroup, type Program, type ProgramGroup } from '../support/processes.ts';

/** The promise to administrators, from the end of their command on, in ms. */
const promiseMs = 5_000;

let group: ProgramGroup;
let device: LocalAgent;
let echo: Server;

beforeEach(async () => {
  group = createProgramGroup();
  device = createLocalAgent();
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await once(echo.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  await device.group.end();
  await group.end();
  echo.close();
});

async function startEdge(): Promise<{ readonly program: Program; readonly port: number }> {
  const upstream = { address: '127.0.0.1', port: (echo.address() as AddressInfo).port };
  await initEdge(group, {
    listen: { tunnel: ['127.0.0.1:0'], enrollment: '127.0.0.1:0' },
    classes: [{ match: 'app.contoso.test', ports: [80], class: 'opaque', upstream }],
  });
  return serveEdge(group);
}

async function enrol(...words: string[]): Promise<void> {
  const { stdout: input } = await runEdge(group, ['invite', '--name', 'laptop']);
  const { stderr } = await runClientIn(device.group, ['enroll', ...words], input);
  expect(stderr).toBe('');
}

async function startAgent(protocol: string): Promise<Program> {
  device.configure(
    `${freePorts}tunnel: { protocol: ${protocol} }\ncustomRules: [{ destinations: [app.contoso.test], ports: [80], hardening: block }]\n`,
  );
  const agent = await device.start();
  await connectionIs('connected');
  return agent;
}

const connectionIs = (kind: string) =>
  expect.poll(async () => (await device.status()).connection.kind, patience).toBe(kind);

/** A CONNECT at the agent's proxy: the socket, and its status line. */
async function openFlow(): Promise<{ readonly socket: Socket; readonly line: string }> {
  const { capture } = await device.status();
  const socket = connect(Number(capture.httpProxy?.split(':').at(-1)), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('CONNECT app.contoso.test:80 HTTP/1.1\r\nHost: app.contoso.test:80\r\n\r\n');
  const [head] = (await once(socket, 'data')) as [Buffer];
  return { socket, line: head.toString().split('\r\n')[0] ?? '' };
}

/** In ms, how long it took from `since` until the flow was reset and the status said why. */
async function timeUntilOut(flow: Socket, since: number): Promise<number> {
  // By reset, which `once` would take for a failure of the test.
  if (!flow.closed) await new Promise((resolve) => flow.once('close', resolve));
  await connectionIs('device-refused');
  return performance.now() - since;
}

describe.each(['h2', 'http/1.1'])('over %s', (protocol) => {
  test('flows end, new ones are refused with the reason, and another invitation lets the computer in again', async () => {
    await startEdge();
    await enrol();
    const agent = await startAgent(protocol);
    const { socket, line } = await openFlow();
    expect(line).toMatch(/ 200 /);

    expect((await runEdge(group, ['devices', 'revoke', 'laptop'])).code).toBe(0);
    const tookMs = await timeUntilOut(socket, performance.now());
    process.stdout.write(`revoked over ${protocol}: out after ${tookMs.toFixed(0)} ms\n`);
    expect(tookMs).toBeLessThan(promiseMs);

    const status = await device.status();
    const { connection, title, cause, remedy } = status;
    const tray = trayModel({ link: { kind: 'live' }, status }, 'en', (iso) => iso);
    expect(tray).toMatchObject({ icon: 'error', tooltip: 'Edge refuses this device' });
    expect((await device.run('status')).stdout).toContain('the organisation revoked it');
    expect(connection).toMatchObject({
      kind: 'device-refused',
      cause: expect.stringMatching(
        /^edge.contoso.test:\d+ does not accept this device: the organisation revoked it$/,
      ) as unknown,
    });
    expect({ title, cause, remedy }).toEqual({
      title: 'Edge refuses this device',
      cause: expect.stringContaining('the organisation revoked it') as unknown,
      remedy: 'Ask Contoso IT for an invitation, then enrol again.',
    });
    const refused = await openFlow();
    expect(refused.line).toMatch(/ 403 /);
    refused.socket.destroy();

    // The agent says that its device is out: nothing has to be deleted or confirmed.
    await enrol();
    agent.signal('SIGTERM');
    await agent.ended;
    await startAgent(protocol);
    const again = await openFlow();
    expect(again.line).toMatch(/ 200 /);
    again.socket.destroy();
  }, 60_000);
});

test('done by another process on the same store, it holds as soon', async () => {
  await startEdge();
  await enrol();
  await startAgent('auto');
  const { socket } = await openFlow();
  const at = new Date().toISOString();
  const store = openSqliteStore(join(group.folder, 'state', 'edge.db'), at);
  store.devices.revoke('laptop', at);
  store.close();
  const tookMs = await timeUntilOut(socket, performance.now());
  process.stdout.write(`revoked by another process: out after ${tookMs.toFixed(0)} ms\n`);
  expect(tookMs).toBeLessThan(promiseMs);
}, 60_000);

test('done while the edge is down, it holds when the edge is back, for the agent that tried all the time', async () => {
  const { program: edge, port } = await startEdge();
  await enrol();
  await startAgent('auto');
  edge.signal('SIGTERM');
  await edge.ended;
  expect((await runEdge(group, ['devices', 'revoke', 'laptop'])).code).toBe(0);
  // Where the device knows it to be.
  configureEdge(group, { listen: { tunnel: [`127.0.0.1:${port}`], enrollment: '127.0.0.1:0' } });
  await serveEdge(group);
  await connectionIs('device-refused');
}, 60_000);
