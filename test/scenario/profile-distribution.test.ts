// Profiles that the organisation assigns: they reach devices over the tunnel, decide their flows, and hold when no edge answers.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addAgent, appProfile, edgeCommand, publish } from '../support/distribution.ts';
import { configureEdge, initEdge, serveEdge } from '../support/edge-program.ts';
import type { LocalAgent } from '../support/local-agent.ts';
import { createWitnessKey } from '../../edge/identity/witness-key.ts';
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

/** As the next program on the same port, which the agent tries at once. */
async function startEdgeAgain(agent: LocalAgent): Promise<void> {
  edge = await serveEdge(group);
  await agent.call('connect', {});
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
  // It is in force before it is on disk.
  await expect.poll(() => existsSync(file), patience).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await stopEdge();
  await stop(agent);
  await agent.start();
  expect(await names(agent)).toEqual(['apps']);
  expect(await decision(agent, 'login.microsoftonline.com')).toBe('direct no-rule');
  await reaches(agent, 'app.contoso.test:80', 'block hardening-block');
  expect(await document(agent)).toMatchObject({ assigns: true });
});

test('break-glass reaches the devices within seconds, those that were away at their return, and everything goes direct', async () => {
  await publish(group, appProfile('Apps', ['app.contoso.test']));
  await edgeCommand(group, 'profiles', 'assign', 'apps', '--all');
  const more = 'customRules: [{ destinations: [intranet.contoso.test], ports: [80] }]\n';
  const [agent, away] = [await start('laptop', more), await start('away')];
  await reaches(agent, 'app.contoso.test:80', 'tunnel rule-forward');
  await reaches(away, 'app.contoso.test:80', 'tunnel rule-forward');
  await stop(away);
  const flow = await openFlow(agent, 'app.contoso.test', '/open');

  expect(await edgeCommand(group, 'profiles', 'break-glass', 'on')).toMatch(/^All profiles are off: /);
  const switchedAt = Date.now();
  await expect
    .poll(async () => (await agent.status()).connection, patience)
    .toMatchObject({
      ...{ kind: 'disabled', by: 'organisation' },
    });
  // Some tenths of a second; a minute is what is promised.
  expect(Date.now() - switchedAt).toBeLessThan(60_000);
  expect(await agent.status()).toMatchObject({
    shield: 'off-by-organisation',
    title: 'Turned off by your organisation',
    cause: 'Contoso has turned off all profiles for everybody.',
    profiles: [{ name: 'custom', enabled: false, locked: true }],
  });
  expect(await decision(agent, 'app.contoso.test:80')).toBe('direct break-glass');
  expect(await decision(agent, 'intranet.contoso.test:80')).toBe('direct break-glass');
  // What is open goes on.
  const chunks: string[] = [];
  flow.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  held[0]?.end('still here');
  await expect.poll(() => chunks.join(''), patience).toContain('still here');
  flow.destroy();

  await away.start();
  await reaches(away, 'app.contoso.test:80', 'direct break-glass');
  expect((await agent.run('profile', 'list')).stdout).toMatch(/^Contoso has turned off all profiles since /);
  expect(await edgeCommand(group, 'profiles', 'list')).toMatch(/^BREAK-GLASS since /);

  await edgeCommand(group, 'profiles', 'break-glass', 'off');
  await reaches(agent, 'app.contoso.test:80', 'tunnel rule-forward');
  await reaches(away, 'app.contoso.test:80', 'tunnel rule-forward');
  const { connection } = await agent.status();
  expect(connection.kind).toBe('connected');
});

test('a device has what is assigned to it, its platform and its groups, and nothing that it is excluded from', async () => {
  await publish(group, appProfile('Apps', ['app.contoso.test']));
  await publish(group, appProfile('Lab', ['lab.contoso.test'], { priority: 10 }));
  const agent = await start('laptop');
  await edgeCommand(group, 'profiles', 'assign', 'apps', '--platform', 'windows');
  await expect.poll(async () => (await document(agent))?.assigns, patience).toBe(true);
  // Others have one, this device none.
  expect(await names(agent)).toEqual([]);
  expect((await agent.status()).connection).toMatchObject({ kind: 'disabled', by: 'organisation' });

  await edgeCommand(group, 'profiles', 'assign', 'apps', '--platform', 'linux');
  await expect.poll(() => names(agent), patience).toEqual(['apps']);
  await edgeCommand(group, 'profiles', 'assign', 'Lab', '--group', 'testers', '--priority', '70');
  expect(await edgeCommand(group, 'devices', 'groups', 'laptop', 'testers', 'berlin')).toBe(
    'laptop: berlin, testers\n',
  );
  await expect.poll(() => names(agent), patience).toEqual(['apps', 'lab']);
  expect(await edgeCommand(group, 'profiles', 'show', '--device', 'laptop')).toBe(
    'laptop, in berlin, testers:\n  apps (Apps): revision 1, priority 50\n  lab (Lab): revision 2, priority 70\n',
  );
  await edgeCommand(group, 'profiles', 'assign', 'apps', '--device', 'laptop', '--exclude');
  await expect.poll(() => names(agent), patience).toEqual(['lab']);
  await edgeCommand(group, 'devices', 'groups', 'laptop', '--none');
  await expect.poll(() => names(agent), patience).toEqual([]);

  for (const number of ['1', '2', '3', '4']) await edgeCommand(group, 'profiles', 'unassign', number);
  await expect.poll(() => names(agent), patience).toEqual(['microsoft']);
  expect(await edgeCommand(group, 'profiles', 'list')).toContain('Nothing is assigned: ');
});

test('an edge with another key or of another organisation is not believed, and the last good document holds', async () => {
  await publish(group, appProfile('Apps', ['app.contoso.test']));
  await edgeCommand(group, 'profiles', 'assign', 'apps', '--all');
  const agent = await start('laptop');
  await reaches(agent, 'app.contoso.test:80', 'tunnel rule-forward');
  const before = await document(agent);
  const fault = async () => (await agent.status()).distribution?.fault ?? '';

  // Who has taken over the edge's certificate only cannot sign.
  const keyFile = join(group.folder, 'state', 'witness.jwk');
  const key = readFileSync(keyFile, 'utf8');
  await stopEdge();
  const { kid } = JSON.parse(key) as { kid: string };
  writeFileSync(keyFile, JSON.stringify({ ...(await createWitnessKey()), kid }));
  await startEdgeAgain(agent);
  await publish(group, appProfile('Apps', ['evil.contoso.test']));
  await expect.poll(fault, patience).toBe('the document of the edge is refused: its signature is wrong');
  expect((await agent.status()).attention).toContainEqual({
    ...{ kind: 'profile-refused', cause: 'the document of the edge is refused: its signature is wrong' },
  });
  expect((await agent.run('profile', 'list')).stdout).toMatch(/ failed: .*its signature is wrong/);

  await stopEdge();
  writeFileSync(keyFile, key);
  configureEdge(group, { organisation: 'Fabrikam' });
  await startEdgeAgain(agent);
  const foreign = 'the document of the edge is refused: it is of another organisation (Fabrikam)';
  await expect.poll(fault, patience).toBe(foreign);
  expect(await document(agent)).toEqual(before);
  await reaches(agent, 'app.contoso.test:80', 'tunnel rule-forward');

  await stopEdge();
  configureEdge(group, { organisation: 'Contoso' });
  await startEdgeAgain(agent);
  await expect.poll(fault, patience).toBe('');
  await reaches(agent, 'evil.contoso.test:80', 'tunnel rule-forward');
});

test('a document that is older than the one it holds is not taken, whoever replays it', async () => {
  await publish(group, appProfile('Apps', ['app.contoso.test']));
  await edgeCommand(group, 'profiles', 'assign', 'apps', '--all');
  await stopEdge();
  const store = join(group.folder, 'state', 'edge.db');
  const setRevision = (revision: number) => {
    const database = new DatabaseSync(store);
    const set = database.prepare("UPDATE settings SET value = ? WHERE key = 'distribution-revision'");
    set.run(String(revision));
    database.close();
  };
  const ahead = Math.floor(Date.now() / 1000) + 100_000;
  setRevision(ahead);
  edge = await serveEdge(group);
  const agent = await start('laptop');
  await reaches(agent, 'app.contoso.test:80', 'tunnel rule-forward');
  expect((await document(agent))?.revision).toBe(ahead + 1);
  await stopEdge();
  setRevision(1);
  await startEdgeAgain(agent);
  await publish(group, appProfile('Apps', ['older.contoso.test']));
  await expect
    .poll(async () => (await agent.status()).distribution?.fault, patience)
    .toMatch(/^the document of the edge is refused: it is older \(revision \d+\) than what is held/);
  await reaches(agent, 'app.contoso.test:80', 'tunnel rule-forward');
});

test('who develops on a device keeps their own profiles', async () => {
  await publish(group, appProfile('Apps', ['app.contoso.test']));
  await edgeCommand(group, 'profiles', 'assign', 'apps', '--all');
  const agent = await start('laptop', 'organisationProfiles: ignore\n');
  await expect.poll(async () => (await agent.status()).connection.kind, patience).toBe('connected');
  expect((await agent.status()).distribution).toBeNull();
  expect(await names(agent)).toEqual(['microsoft']);
  expect(existsSync(join(agent.stateDir, 'organisation-profiles.json'))).toBe(false);

  const other = await start('desk');
  await expect.poll(() => names(other), patience).toEqual(['apps']);
  const file = join(group.folder, 'Apps.json');
  const refused = await other.run('profile', 'import', file);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/your organisation assigns the profiles/),
  ]);
});
