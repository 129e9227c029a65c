// Profiles that the organisation assigns: they reach devices over the tunnel, decide their flows, and hold when no edge answers.
import { statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addAgent, appProfile, edgeCommand, publish } from '../support/distribution.ts';
import { configureEdge, initEdge, serveEdge } from '../support/edge-program.ts';
import type { LocalAgent } from '../support/local-agent.ts';
import { patience } from '../support/patience.ts';
import { createProgramGroup, type Program, type ProgramGroup } from '../support/processes.ts';

let group: ProgramGroup;
let agents: LocalAgent[];
let running: Map<LocalAgent, Program>;
let origin: Server;
let held: ServerResponse[];
let edge: { program: Program; port: number };

beforeEach(async () => {
  group = createProgramGroup();
  agents = [];
  running = new Map();
  held = [];
  origin = createServer((request, response) => {
    if (request.url === '/open') held.push(response.writeHead(200));
    else response.end('hello from the app');
    response.flushHeaders();
  });
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const upstream = { address: '127.0.0.1', port: (origin.address() as AddressInfo).port };
  await initEdge(group, {
    classes: [{ match: '*.contoso.test', ports: [80], class: 'opaque', upstream }],
  });
  edge = await serveEdge(group);
  // The port that devices are told is the one of this start: a later one takes it again.
  configureEdge(group, { listen: { tunnel: [`127.0.0.1:${edge.port}`] } });
});
afterEach(async () => {
  for (const agent of agents) await agent.group.end();
  await group.end();
  origin.close();
  origin.closeAllConnections();
});

async function start(name: string, more = ''): Promise<LocalAgent> {
  const agent = await addAgent(group, name, more);
  agents.push(agent);
  running.set(agent, await agent.start());
  return agent;
}

async function stop(agent: LocalAgent): Promise<void> {
  running.get(agent)?.signal('SIGTERM');
  await running.get(agent)?.ended;
}

async function stopEdge(): Promise<void> {
  edge.program.signal('SIGTERM');
  await edge.program.ended;
}

const names = async (agent: LocalAgent) => (await agent.status()).profiles.map(({ name }) => name);
const document = async (agent: LocalAgent) => (await agent.status()).distribution?.document ?? null;
const decision = async (agent: LocalAgent, destination: string) => {
  const { action, reason } = await agent.call('policy.test', { destination });
  return `${action} ${reason}`;
};
const reaches = (agent: LocalAgent, destination: string, expected: string) =>
  expect.poll(() => decision(agent, destination), patience).toBe(expected);

/** A CONNECT through the agent's proxy. */
async function openFlow(agent: LocalAgent, host: string, path: string): Promise<Socket> {
  const proxy = new URL(`http://${(await agent.status()).capture.httpProxy ?? ''}`);
  const socket = connect(Number(proxy.port), proxy.hostname);
  socket.write(`CONNECT ${host}:80 HTTP/1.1\r\nHost: ${host}:80\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  expect(head.toString()).toMatch(/^HTTP\/1\.1 200/);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  return socket;
}

test('an assigned profile arrives and decides flows; a change leaves open flows alone', async () => {
  const agent = await start('laptop');
  await expect.poll(async () => (await document(agent))?.assigns, patience).toBe(false);
  expect(await names(agent)).toEqual(['microsoft']);
  await reaches(agent, 'app.contoso.test:80', 'direct no-rule');

  expect(await publish(group, appProfile('Apps', ['app.contoso.test']))).toMatch(
    /apps is in force as revision 1/,
  );
  expect(await edgeCommand(group, 'profiles', 'assign', 'apps', '--all')).toBe('1: apps to all\n');
  await reaches(agent, 'app.contoso.test:80', 'tunnel rule-forward');
  // Those of this machine are not asked any more.
  expect(await names(agent)).toEqual(['apps']);
  expect(await decision(agent, 'login.microsoftonline.com')).toBe('direct no-rule');
  expect(await document(agent)).toMatchObject({
    assigns: true,
    profiles: [{ name: 'apps', title: 'Apps', revision: 1 }],
    breakGlassSince: null,
  });

  const flow = await openFlow(agent, 'app.contoso.test', '/open');
  await expect.poll(() => held.length, patience).toBe(1);
  const before = (await document(agent))?.revision ?? 0;
  await publish(group, appProfile('Apps', ['other.contoso.test']));
  await reaches(agent, 'app.contoso.test:80', 'direct no-rule');
  await reaches(agent, 'other.contoso.test:80', 'tunnel rule-forward');
  expect((await document(agent))?.revision).toBeGreaterThan(before);
  const chunks: string[] = [];
  flow.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  held[0]?.end('still here');
  await expect.poll(() => chunks.join(''), patience).toContain('still here');
  flow.destroy();

  expect(await edgeCommand(group, 'profiles', 'rollback', 'apps', '1')).toMatch(/as revision 3/);
  await reaches(agent, 'app.contoso.test:80', 'tunnel rule-forward');
  expect(await edgeCommand(group, 'profiles', 'history', 'apps')).toMatch(
    /^ +3 .* as revision 1\n +2 .*\n +1 .*Apps\.json\n$/,
  );
});

test('the last good document holds without an edge, across a restart, and is a file of the owner only', async () => {
  await publish(group, appProfile('Apps', ['app.contoso.test']));
  await edgeCommand(group, 'profiles', 'assign', 'apps', '--all');
  const agent = await start('laptop');
  await reaches(agent, 'app.contoso.test:80', 'tunnel rule-forward');
  const file = join(agent.stateDir, 'organisation-profiles.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await stopEdge();
  await stop(agent);
  await agent.start();
  expect(await names(agent)).toEqual(['apps']);
  expect(await decision(agent, 'login.microsoftonline.com')).toBe('direct no-rule');
  await reaches(agent, 'app.contoso.test:80', 'block hardening-block');
  expect(await document(agent)).toMatchObject({ assigns: true });
});
