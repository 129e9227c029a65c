// A person signs in at a device: the real agent and edge, a real issuer, Chromium, and what the log says of whose flows.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { flowLogRecord, type FlowLogRecord } from '../../edge/telemetry/flow-log.ts';
import { edgeCommand } from '../support/distribution.ts';
import { configureEdge, initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import { createLocalAgent, type LocalAgent } from '../support/local-agent.ts';
import { type Origin, startEcho } from '../support/origins.ts';
import {
  isListening,
  megan,
  personClient,
  type PersonIssuer,
  startPersonIssuer,
} from '../support/person-issuer.ts';
import { personBrowser, visit } from '../support/person-browser.ts';
import type { Program } from '../support/processes.ts';

const name = megan.preferred_username;
let issuer: PersonIssuer;
let echo: Origin;
let agent: LocalAgent;
let edge: { program: Program; port: number };
let running: Program;

/** Times are short, so that renewals come within a test. */
async function startAll(people: object = {}, idTokenS = 3600, tunnel: object = {}): Promise<void> {
  issuer = await startPersonIssuer({ idTokenS });
  echo = await startEcho();
  agent = createLocalAgent();
  const { group } = agent;
  writeFileSync(join(group.folder, 'issuer-ca.pem'), issuer.ca);
  const upstream = { address: echo.host, port: echo.port };
  await initEdge(group, {
    listen: { tunnel: ['127.0.0.1:0'] },
    sourceRanges: ['127.0.0.0/8'],
    classes: [{ match: 'app.contoso.test', class: 'opaque', upstream }],
  });
  configureEdge(group, {
    people: {
      issuers: [{ issuer: issuer.url, clientId: personClient, ca: 'issuer-ca.pem', nonce: 'optional' }],
      ...people,
    },
  });
  edge = await serveEdge(group);
  await runEdge(group, ['devices', 'add', 'laptop', '--out', 'device']);
  agent.configure(
    stringify({
      ...{ credentials: 'device', capture: { http: '127.0.0.1:0', socks5: '127.0.0.1:0' } },
      ...{ people: { ca: 'issuer-ca.pem' }, tunnel, log: { level: 'trace' } },
      customRules: [{ destinations: ['app.contoso.test'], ports: [443], hardening: 'block' }],
    }),
  );
  running = await agent.start();
}

async function connected(): Promise<void> {
  const look = async (): Promise<void> => {
    expect((await agent.status()).connection.kind).toBe('connected');
  };
  await vi.waitFor(look, { timeout: 40_000, interval: 200 });
}

async function endAll(): Promise<void> {
  await agent.group.end();
  await issuer.close();
  await echo.close();
}

/** Two programs, a browser, and a machine that may be busy. */
const patienceMs = 120_000;

/** What `opengsa sign-in --json` prints first; it goes on until the person has signed in. */
async function beginSignIn(
  ...words: string[]
): Promise<{ told: Record<string, string>; ended: Promise<string> }> {
  const main = join(import.meta.dirname, '../../agent/main.ts');
  const program = agent.group.start(process.execPath, [
    ...[main, 'sign-in', '--json', '--no-open', ...words],
    ...['--socket', agent.socketPath],
  ]);
  const told = z.record(z.string(), z.coerce.string()).parse(JSON.parse(await program.line(/"event"/)));
  return { told, ended: program.ended.then(({ stdout, stderr }) => stdout + stderr) };
}

function inBrowser(url: string, code?: string): Promise<string> {
  const entered = code === undefined ? {} : { code };
  return visit({ url, ...entered, until: /signed in/, home: agent.group.folder });
}

async function signIn(): Promise<string> {
  const { told, ended } = await beginSignIn();
  const [shown] = await Promise.all([inBrowser(told.url ?? ''), ended]);
  return shown;
}

/** A CONNECT through the agent's proxy; answers with its status line. */
async function openFlow(): Promise<string> {
  const [host, port] = ((await agent.status()).capture.httpProxy ?? '').replace('http://', '').split(':');
  const socket = connect(Number(port), host);
  socket.write('CONNECT app.contoso.test:443 HTTP/1.1\r\nHost: app.contoso.test:443\r\n\r\n');
  const [data] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return data.toString().split('\r\n')[0] ?? '';
}

function edgeRecords(): FlowLogRecord[] {
  const text = readFileSync(join(agent.group.folder, 'state/flows.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => flowLogRecord.parse(JSON.parse(line)));
}

async function lastRecord(count: number): Promise<FlowLogRecord | undefined> {
  await expect.poll(() => edgeRecords().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
  return edgeRecords().at(-1);
}

describe('one device', () => {
  beforeAll(async () => {
    await startAll();
    await connected();
  }, patienceMs);
  afterAll(endAll);

  describe.skipIf(personBrowser === null)(
    'in Chromium (Debian package chromium)',
    { timeout: patienceMs },
    () => {
      test('the person signs in, flows carry the name, and signing out ends that', async () => {
        expect((await agent.status()).person).toBeNull();
        const { told, ended } = await beginSignIn();
        const asked = new URL(told.url ?? '');
        expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
        const redirect = new URL(asked.searchParams.get('redirect_uri') ?? '');
        expect(redirect.hostname).toBe('127.0.0.1');
        expect(await inBrowser(asked.href)).toBe(`You are signed in as ${name}. You can close this page.`);
        expect(await ended).toContain(`{"event":"signed-in","name":"${name}"}`);
        expect(await isListening(Number(redirect.port))).toBe(false);

        expect((await agent.status()).person?.name).toBe(name);
        expect((await agent.run('status')).stdout).toMatch(new RegExp(`Signed in +${name}, since`));
        expect(await openFlow()).toContain('200');
        expect((await lastRecord(1))?.person).toEqual({ issuer: issuer.url, subject: 'megan', name });
        const [flow] = (await agent.call('flows.list', { limit: 1 })).flows;
        expect(flow).toMatchObject({ person: name, process: { uid: process.getuid?.() } });

        expect((await agent.run('sign-out')).stdout.trim()).toBe(`${name} is signed out.`);
        expect((await agent.status()).person).toBeNull();
        await openFlow();
        expect((await lastRecord(2))?.person).toBeNull();
        expect((await agent.run('sign-out')).stdout.trim()).toBe('Nobody was signed in.');
      });

      test('no token is in a log, an argument, or a file that others may read', async () => {
        await signIn();
        const file = join(agent.stateDir, 'person.json');
        expect(statSync(file).mode & 0o777).toBe(0o600);
        const kept = z
          .object({ idToken: z.string(), refreshToken: z.string() })
          .parse((JSON.parse(readFileSync(file, 'utf8')) as { signIn: unknown }).signIn);
        const signature = kept.idToken.split('.')[2] ?? '';
        const said = [running, edge.program].map(({ stdout, stderr }) => stdout() + stderr()).join('\n');
        const files = readdirSync(agent.group.folder, { recursive: true, encoding: 'utf8' })
          .map((path) => join(agent.group.folder, path))
          .filter((path) => path !== file && statSync(path, { throwIfNoEntry: false })?.isFile() === true);
        const texts = [said, ...files.map((path) => readFileSync(path, 'latin1')), ...commandLines()];
        for (const secret of [signature, kept.refreshToken]) {
          expect(secret.length).toBeGreaterThan(20);
          expect(texts.filter((text) => text.includes(secret))).toEqual([]);
        }
        expect((await agent.run('sign-out')).code).toBe(0);
        expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
      });

      test('by a code on another device', async () => {
        const { told, ended } = await beginSignIn('--device-code');
        expect(told.code).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
        await inBrowser(told.address ?? '', told.code ?? '');
        expect(await ended).toContain(`"name":"${name}"`);
        expect((await agent.status()).person?.name).toBe(name);
      });
    },
  );

  test('who cannot sign in reads why', async () => {
    await agent.run('sign-out');
    const other = await agent.run('sign-in', '--issuer', 'https://login.example.test');
    expect(other).toMatchObject({ code: 1 });
    expect(other.stderr).toContain(
      `https://login.example.test is no issuer of this edge; it has: ${issuer.url}`,
    );
    issuer.setDown(true);
    const down = await agent.run('sign-in');
    expect(down.code).toBe(1);
    expect(down.stderr).toContain(`${new URL(issuer.url).host} cannot be asked`);
    issuer.setDown(false);
    const { told, ended } = await beginSignIn();
    const url = new URL(told.url ?? '');
    const back = new URL(url.searchParams.get('redirect_uri') ?? '');
    const code = await fetch(new URL(`?code=x&state=forged`, back));
    expect([code.status, await code.text()]).toEqual([
      404,
      expect.stringContaining('There is nothing here.'),
    ]);
    back.searchParams.set('state', url.searchParams.get('state') ?? '');
    back.searchParams.set('error', 'access_denied');
    back.searchParams.set('error_description', 'the policy blocks it');
    back.searchParams.set('iss', issuer.url);
    expect(await (await fetch(back)).text()).toContain('You are not signed in');
    expect(await ended).toContain('not signed in: ');
    expect((await agent.status()).person).toBeNull();
  });
});

describe.skipIf(personBrowser === null)('a device of its own', { timeout: patienceMs }, () => {
  afterEach(endAll);

  test('the sign-in is renewed before it ends, outlives both programs, and ends when the issuer says so', async () => {
    await startAll({}, 9, { protocol: 'http/1.1' });
    await connected();
    await signIn();
    const renewals = () => issuer.asked.filter((line) => line === 'POST /token').length;
    await expect.poll(renewals, { timeout: 40_000 }).toBeGreaterThanOrEqual(3);
    expect((await agent.status()).person?.name).toBe(name);

    running.signal('SIGTERM');
    await running.ended;
    running = await agent.start();
    await connected();
    await expect.poll(async () => (await agent.status()).person?.name, { timeout: 40_000 }).toBe(name);
    issuer.rotate();
    const before = renewals();
    await expect.poll(renewals, { timeout: 40_000 }).toBeGreaterThan(before);

    issuer.forget();
    await expect.poll(async () => (await agent.status()).person, { timeout: 40_000 }).toBeNull();
  });

  test.each([
    ['a person', '--person', name],
    ['a group that the issuer tells', '--group', 'sales'],
  ])('a profile that is assigned to %s comes with the sign-in and goes with it', async (_, ...whom) => {
    await startAll();
    await connected();
    const profiles = async () => (await agent.status()).profiles.map((profile) => profile.name);
    await edgeCommand(agent.group, 'profiles', 'assign', 'Microsoft traffic profile', ...whom);
    await expect.poll(profiles, { timeout: 40_000 }).toEqual(['custom']);
    await signIn();
    await expect.poll(profiles, { timeout: 40_000 }).toEqual(['custom', 'microsoft']);
    expect((await agent.run('sign-out')).code).toBe(0);
    await expect.poll(profiles, { timeout: 40_000 }).toEqual(['custom']);
  });

  test('where the edge requires a person, the status says so until one signs in', async () => {
    await startAll({ required: true });
    await expect
      .poll(async () => (await agent.status()).connection.kind, { timeout: 40_000 })
      .toBe('sign-in-needed');
    const { stdout } = await agent.run('status');
    expect(stdout).toContain('Sign in needed');
    expect(stdout).toContain('lets Microsoft and private traffic through for signed-in people only');
    expect(stdout).toContain('What to do: opengsa sign-in');
    expect(await openFlow()).toContain('403');
    await signIn();
    expect((await agent.status()).connection.kind).toBe('connected');
    expect(await openFlow()).toContain('200');
    expect((await lastRecord(1))?.person?.name).toBe(name);
  });
});

/** Of every process that this one may see. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
      } catch {
        // It has ended.
        return [];
      }
    });
}
