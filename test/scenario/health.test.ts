// `opengsa health` on a real agent with a real edge: all in order, then one thing broken at a time.
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { runRecordPath } from '../../agent/run-record.ts';
import { type HealthCheckId, healthCheckIds } from '../../protocol/health-checks.ts';
import { type HealthCheck, type HealthReport, healthReport } from '../../protocol/health-report.ts';
import { initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import { createLocalAgent, freePorts, type LocalAgent } from '../support/local-agent.ts';
import { createPki, type Identity, type Pki } from '../support/pki.ts';
import { createProgramGroup, type Program, type ProgramGroup } from '../support/processes.ts';

// Programs are started; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const patience = { timeout: 30_000, interval: 200 };

/** The machine that runs the tests has whatever network, name servers and desktop it has; its name servers are not asked. */
const ofTheMachine: readonly HealthCheckId[] = [
  'default-route',
  'name-servers',
  'public-name-server',
  'ipv6',
  'system-proxy',
  'guard-table',
];
const ids = healthCheckIds.filter((id) => !ofTheMachine.includes(id));

let organisation: ProgramGroup;
let pki: Pki;
let edge: { readonly program: Program; readonly port: number };
let agent: LocalAgent;

beforeAll(async () => {
  pki = createPki();
  organisation = createProgramGroup();
  await initEdge(organisation, { sourceRanges: ['127.0.0.0/8'] });
  edge = await serveEdge(organisation);
  const { code, stderr } = await runEdge(organisation, ['devices', 'add', 'laptop-1', '--out', 'device']);
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => organisation.end());

beforeEach(() => {
  agent = createLocalAgent();
  agent.configure(`${freePorts}credentials: device\n`);
  cpSync(join(organisation.folder, 'device'), join(agent.group.folder, 'device'), { recursive: true });
});
afterEach(() => agent.group.end());

async function health(
  ...only: readonly HealthCheckId[]
): Promise<HealthReport & { readonly code: number | null }> {
  const { stdout, stderr, code } = await agent.run('health', ...(only.length === 0 ? ids : only), '--json');
  if (stdout === '') throw new Error(stderr);
  return { ...healthReport.parse(JSON.parse(stdout)), code };
}

const failures = (checks: readonly HealthCheck[]): readonly string[] =>
  checks.filter(({ state }) => state === 'failed').map(({ id }) => id);

async function connected(): Promise<void> {
  await agent.start();
  await expect.poll(async () => (await agent.status()).egress.ipv4.state, patience).toBe('confirmed');
  await expect.poll(async () => (await agent.status()).connection.kind, patience).toBe('connected');
}

/** What fails once the agent has seen it, and how it is to be mended. */
async function expectOnly(id: HealthCheckId, measured: RegExp, remedy: RegExp): Promise<void> {
  await expect.poll(async () => failures((await health()).checks), patience).toEqual([id]);
  const { checks, code } = await health();
  expect(code).toBe(1);
  const check = checks.find((one) => one.id === id);
  expect(check?.measured).toMatch(measured);
  expect(check?.remedy).toMatch(remedy);
}

function changeBundle(change: (bundle: Record<string, unknown>) => void): void {
  const file = join(agent.group.folder, 'device', 'edge.json');
  const bundle = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  change(bundle);
  writeFileSync(file, JSON.stringify(bundle), { mode: 0o600 });
}

/** The device of another authority, with edges and witnesses at `port`. */
function enrolElsewhere(device: Identity, port: number): void {
  const directory = join(agent.group.folder, 'device');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const files = { 'device.key': device.key, 'device.crt': device.cert, 'ca.crt': pki.ca.cert };
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(directory, name), text, { mode: 0o600 });
  changeBundle((bundle) => {
    bundle.edges = [{ url: `https://edge.contoso.test:${port}`, addresses: ['127.0.0.1'] }];
  });
}

describe('an agent with its edge', () => {
  test('all is in order, and a person reads it', async () => {
    await connected();
    const { checks, code } = await health();
    expect(checks.filter(({ state }) => state !== 'ok' && state !== 'not-applicable')).toEqual([]);
    expect(checks.filter(({ state }) => state === 'ok').map(({ id }) => id)).toEqual([
      ...['agent-running', 'agent-crashes', 'enrolled', 'certificate-valid', 'profiles', 'microsoft-profile'],
      ...['internet', 'edge-name', 'edge-reachable', 'clock', 'tunnel', 'edge-view'],
      ...['witness-ipv4', 'address-ipv4', 'signaling', 'one-address', 'http-proxy', 'socks5', 'pac'],
    ]);
    expect(code).toBe(0);
    const { stdout, stderr } = await agent.run('health', ...ids.filter((id) => id !== 'pac'));
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^Nothing fails: 18 ok\.\n\nThis device\n {2}ok {2}The agent runs \(agent-running\) +it answers\n/,
    );
  });

  test('some checks only, and a word that is none', async () => {
    await agent.start();
    const { checks } = await health('pac', 'enrolled');
    expect(checks.map(({ id }) => id)).toEqual(['enrolled', 'pac']);
    const { code, stderr } = await agent.run('health', 'weather');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /'weather' is invalid.*Allowed choices are agent-running, agent-crashes, enrolled/,
    );
  });

  test('a witness that is not there', async () => {
    changeBundle((bundle) => {
      const none = { url: 'https://edge.contoso.test:1', addresses: ['127.0.0.1'] };
      bundle.witness = { ...(bundle.witness as object), ipv4: none };
    });
    await agent.start();
    await expectOnly('witness-ipv4', /^edge\.contoso\.test: \S+/, /outside the tunnel/);
  });

  test('a profile that cannot be read', async () => {
    mkdirSync(join(agent.stateDir, 'profiles'), { recursive: true, mode: 0o700 });
    writeFileSync(join(agent.stateDir, 'profiles', 'own.json'), '{');
    await connected();
    await expectOnly('profiles', /own\.json/, /opengsa profile import/);
  });
});

describe('a device with something wrong', () => {
  test('its certificate has run out', async () => {
    const strange = await serveTls((_, response) => response.end());
    enrolElsewhere(pki.expired(), strange.port);
    await agent.start();
    await expectOnly('certificate-valid', /^ran out on/, /opengsa-edge devices add/);
    strange.close();
  });

  test('its clock is ten minutes behind', async () => {
    const late = await serveTls((_, response) => {
      response.setHeader('date', new Date(Date.now() + 600_000).toUTCString());
      response.end();
    });
    enrolElsewhere(pki.device('laptop-1'), late.port);
    await agent.start();
    await expectOnly('clock', /^600 s behind|^599 s behind|^601 s behind/, /timedatectl/);
    late.close();
  });

  test('somebody else answers for the edge', async () => {
    const stranger = await serveTls(
      (_, response) => response.end(),
      pki.rogue.issue('x', { usage: 'server', names: ['edge.contoso.test'] }),
    );
    enrolElsewhere(pki.device('laptop-1'), stranger.port);
    await agent.start();
    await expectOnly('edge-reachable', /edge\.contoso\.test/, /inspects TLS/);
    stranger.close();
  });

  test('it is not enrolled', async () => {
    agent.configure(freePorts);
    await agent.start();
    await expectOnly('enrolled', /holds no device/, /opengsa-edge devices add/);
  });
});

test('an agent that is killed has crashed, and one that is stopped has not', async () => {
  const crashes = async (): Promise<HealthCheck> => {
    const { checks } = await health('agent-crashes');
    const check = checks.find(({ id }) => id === 'agent-crashes');
    if (check === undefined) throw new Error('no answer');
    return check;
  };
  const stopped = await agent.start();
  stopped.signal('SIGTERM');
  await stopped.ended;
  const killed = await agent.start();
  expect(await crashes()).toMatchObject({ state: 'ok', measured: 'none' });
  killed.signal('SIGKILL');
  await killed.ended;
  expect(await crashes()).toMatchObject({
    state: 'warning',
    measured: expect.stringMatching(/^1 crash, .* and none has begun since$/) as string,
  });
  const next = await agent.start();
  const found = await crashes();
  expect(found).toMatchObject({ state: 'warning', remedy: expect.stringMatching(/collect-logs/) as string });
  expect(found.measured).toMatch(/^1 crash, .*Z ended without a word, and the next began at \S+Z$/);
  next.signal('SIGTERM');
  await next.ended;
  expect(next.stderr()).toMatch(/"withMachine":false,"msg":"the last run ended without a word"/);
  // The file alone says the same.
  expect((await crashes()).measured).toBe(found.measured);
  expect(statSync(runRecordPath(agent.stateDir)).mode & 0o777).toBe(0o600);
});

test('no agent runs: that is the first failure, and what needs none is checked', async () => {
  cpSync(join(agent.group.folder, 'device'), join(agent.stateDir, 'device'), { recursive: true });
  const { checks, code } = await health();
  expect(code).toBe(1);
  expect(failures(checks)).toEqual(['agent-running']);
  expect(checks[0]).toMatchObject({
    id: 'agent-running',
    remedy: expect.stringMatching(/opengsa agent/) as string,
  });
  expect(checks.filter(({ state }) => state === 'ok').map(({ id }) => id)).toEqual([
    ...['enrolled', 'certificate-valid', 'profiles', 'edge-name', 'edge-reachable', 'clock'],
  ]);
  expect(checks.find(({ id }) => id === 'agent-crashes')).toMatchObject({
    state: 'unknown',
    measured: expect.stringMatching(/opengsa records no start/) as string,
  });
  // Also where only something else was asked for: nothing could be said of it.
  const { stdout, code: one } = await agent.run('health', 'pac');
  expect(stdout).toMatch(/^1 check fails: .*\n\nFAILED {2}The agent runs \(agent-running\)\n/);
  expect(one).toBe(1);
});

// The last: it is given another port at its next start.
test('an edge that has ended', async () => {
  await connected();
  edge.program.signal('SIGKILL');
  await edge.program.ended;
  await expectOnly('edge-reachable', /ECONNREFUSED/, /see that the edge runs/);
  const { stderr, stdout } = await agent.run('health', 'edge-reachable');
  expect(stdout).toMatch(
    /^1 check fails: 0 ok\.\n\nFAILED {2}The edge answers \(edge-reachable\)\n {2}found +edge/,
  );
  expect(stderr).toBe('opengsa: one check fails; mend the first one first\n');
});

async function serveTls(
  answer: RequestListener,
  identity: { readonly cert: string; readonly key: string } = pki.edge,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const options = { ...identity, ca: pki.ca.cert, requestCert: true, rejectUnauthorized: false };
  const server = createServer({ ...options, minVersion: 'TLSv1.3' }, answer).listen(0, '127.0.0.1');
  server.on('connect', (_, socket) => socket.destroy());
  server.on('tlsClientError', () => undefined);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
