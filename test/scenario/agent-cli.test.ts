import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectToAgent } from '../../agent/management/client.ts';
import { keyPath } from '../../agent/management/key-file.ts';
import { type Status, statusSchema } from '../../protocol/status.ts';
import { agentMain, pinnedNode, type Program, type ProgramGroup } from '../support/processes.ts';
import type { CommandResult } from '../support/client-command.ts';
import { startEchoServer } from '../support/echo-server.ts';
import { createLocalAgent, freePorts, type LocalAgent } from '../support/local-agent.ts';

let local: LocalAgent;
let group: ProgramGroup;
let socketPath: string;

const startAgent = (): Promise<Program> => local.start();
const opengsa = (...words: string[]): Promise<CommandResult> => local.run(...words);
const status = (): Promise<Status> => local.status();
const configure = (text: string): void => local.configure(text);
const agentRefused = (...words: string[]): Promise<CommandResult> =>
  local.run('agent', '--config', local.configFile, ...words);

describe('an agent that is not enrolled', () => {
  let agent: Program;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    local = createLocalAgent();
    ({ group, socketPath } = local);
    stop = group.end;
    agent = await startAgent();
  });
  afterAll(() => stop());

  test('a device that is not enrolled says so, and its traffic goes direct', async () => {
    const echo = await startEchoServer();
    try {
      const before = await status();
      expect(before.connection).toEqual({ kind: 'not-enrolled' });
      expect(before.profiles.map(({ name, enabled }) => [name, enabled])).toEqual([['microsoft', true]]);
      const curl = await group.run('/usr/bin/curl', [
        ...['--silent', '--max-time', '10', '--noproxy', '', '--proxytunnel'],
        ...['--proxy', `http://${before.capture.httpProxy ?? ''}`, `http://127.0.0.1:${echo.port}/hello`],
      ]);
      expect(curl.stdout).toContain('GET /hello');
      const { stdout } = await opengsa('flows', '--json');
      expect(JSON.parse(stdout)).toMatchObject({
        flows: [{ destination: `127.0.0.1:${echo.port}`, action: 'direct', reason: 'not-enrolled' }],
      });
      expect((await opengsa('flows')).stdout).toMatch(/^STARTED +DESTINATION +PATH/);
      expect((await opengsa('hostnames')).stdout).toMatch(/^No hostname is acquired: .* by proxy only/);
      expect(JSON.parse((await opengsa('hostnames', '--clear', '--json')).stdout)).toEqual({
        acquiring: false,
        hostnames: [],
      });
      expect(await opengsa('hostnames', '--clear', '--limit', '3')).toMatchObject({ code: 2 });
    } finally {
      echo.close();
    }
  });

  test('pause and resume are stored as they are asked for', async () => {
    const stored = (): unknown =>
      JSON.parse(readFileSync(join(group.folder, 'state', 'opengsa', 'settings.json'), 'utf8'));
    expect((await opengsa('pause', '--minutes', '5')).code).toBe(0);
    expect(stored()).toMatchObject({ mode: { kind: 'paused' } });
    expect((await opengsa('resume')).code).toBe(0);
    expect(stored()).toMatchObject({ mode: { kind: 'on' } });
  });

  test('watch prints each change as one JSON line and ends when asked', async () => {
    const watch = group.start(pinnedNode, [agentMain, 'status', '--watch', '--json']);
    await watch.line(/"enabled":true/);
    await opengsa('profile', 'disable', 'microsoft');
    const line = await watch.line(/"enabled":false/);
    expect(statusSchema.parse(JSON.parse(line)).revision).toBeGreaterThan(1);
    watch.signal('SIGINT');
    expect((await watch.ended).code).toBe(0);
  });

  test('a second agent is refused and leaves the first alone', async () => {
    const second = await agentRefused();
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/^opengsa: an agent runs already and answers on .*agent\.sock/);
    expect((await status()).connection.kind).toBe('not-enrolled');
  });

  test('a program that speaks HTTP to the socket gets nothing', async () => {
    const curl = await group.run('/usr/bin/curl', [
      ...['--silent', '--max-time', '10', '--unix-socket', socketPath],
      ...['--request', 'POST', 'http://localhost/disconnect'],
    ]);
    expect(curl.stdout).toBe('');
    expect(curl.code).not.toBe(0);
    expect((await status()).connection.kind).toBe('not-enrolled');
  });

  test('a client with another key is refused', async () => {
    const key = readFileSync(keyPath(socketPath));
    writeFileSync(keyPath(socketPath), Buffer.alloc(32));
    await expect(connectToAgent({ socketPath, program: 'test' })).rejects.toMatchObject({
      code: 'access-denied',
    });
    writeFileSync(keyPath(socketPath), key);
  });

  // The last: it ends the agent.
  test('SIGTERM ends an idle agent at once and removes socket and key', async () => {
    agent.signal('SIGTERM');
    const { code } = await agent.ended;
    expect(code).toBe(0);
    expect(existsSync(socketPath)).toBe(false);
    expect(existsSync(keyPath(socketPath))).toBe(false);
  });
});

describe('agent and its commands', () => {
  beforeEach(() => {
    local = createLocalAgent();
    ({ group, socketPath } = local);
  });
  afterEach(() => group.end());

  test('disconnect and the switched profile outlast a killed agent, a stale socket is replaced', async () => {
    const first = await startAgent();
    expect((await opengsa('disconnect')).code).toBe(0);
    expect((await opengsa('profile', 'disable', 'microsoft')).code).toBe(0);
    first.signal('SIGKILL');
    await first.ended;
    expect(existsSync(socketPath)).toBe(true);
    await startAgent();
    const settings: unknown = JSON.parse(
      readFileSync(join(group.folder, 'state', 'opengsa', 'settings.json'), 'utf8'),
    );
    expect(settings).toMatchObject({
      mode: { kind: 'disconnected' },
      profiles: { microsoft: { enabled: false } },
    });
    expect((await status()).profiles[0]?.enabled).toBe(false);
    expect(statSync(join(group.folder, 'state', 'opengsa', 'settings.json')).mode & 0o777).toBe(0o600);
    expect((await opengsa('connect')).code).toBe(0);
  });

  test('without an agent, each command says how to start one', async () => {
    for (const words of [['status'], ['pause'], ['egress'], ['flows']]) {
      const { code, stderr, stdout } = await opengsa(...words);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^opengsa: the agent does not run .*Start it with "opengsa agent"\n$/);
    }
  });

  test.each([
    ['capture: { http: 8088 }', /capture\.http: /],
    ['captures: {}', /\(top level\): .*captures/],
    ['customRules: [{ destinations: ["a b"] }]', /customRules\[0\]\.destinations\[0\]: /],
    ['capture: [', /agent\.yaml:\d+: is not YAML/],
    ['management: { group: no-such-group }', /management\.group: there is no group no-such-group/],
    ['credentials: ./no-such-device', /no-such-device.*no such file/],
  ])('configuration %j is refused with the path of the fault', async (text, message) => {
    configure(text);
    const { code, stderr, stdout } = await agentRefused();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(socketPath)).toBe(false);
  });

  test('passwords in a file that others may read are refused', async () => {
    configure('capture: { socks5Users: { someone: secret } }\n');
    chmodSync(local.configFile, 0o644);
    const { code, stderr } = await agentRefused();
    expect(code).toBe(1);
    expect(stderr).toMatch(/chmod 600/);
    expect(stderr).not.toContain('secret');
  });

  test.skipIf(process.platform !== 'linux')(
    'a state directory where none can be made is refused at once',
    async () => {
      const words = ['agent', '--config', local.configFile, '--state-dir', '/proc/opengsa'];
      const { code, stderr } = await local.runProgram(...words);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^opengsa: \/proc\/opengsa: no directory can be made there; name another --state-dir: ENOENT: .*\n$/,
      );
    },
  );

  test('a taken port is named with what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    configure(`capture: { http: '127.0.0.1:${port}', socks5: off }\n`);
    const { code, stderr } = await local.runProgram('agent', '--config', local.configFile);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`127\\.0\\.0\\.1:${port} is taken .*capture\\.http`));
    expect(existsSync(socketPath)).toBe(false);
  });

  /** The tests run as root, or without CAP_NET_ADMIN: either prevents it. */
  const prevented = /(runs as root|may not change the rules of the network|nft is not installed).*/;

  test('transparent capture alone does not start where it is prevented, and says why', async () => {
    const { code, stdout, stderr } = await opengsa(
      ...['agent', '--config', local.configFile, '--capture', 'transparent'],
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(prevented);
    expect(existsSync(socketPath)).toBe(false);
  });

  test('beside it the proxies go on, and the status says what is in the way', async () => {
    configure(freePorts.replace('{', '{ mode: both,'));
    const echo = await startEchoServer();
    try {
      const agent = await startAgent();
      expect(agent.stdout()).toMatch(/^Ready: HTTP proxy 127.*transparent capture prevented/);
      const { attention, capture } = await status();
      expect(attention).toEqual([
        {
          kind: 'capture-impaired',
          cause: expect.stringMatching(prevented) as string,
          remedy: expect.stringMatching(/CAP_NET_ADMIN|start the agent/) as string,
        },
      ]);
      expect(capture).toMatchObject({ mode: 'both', transparent: { state: 'failed' } });
      const curl = await group.run('/usr/bin/curl', [
        ...['--silent', '--max-time', '10', '--noproxy', '', '--proxytunnel'],
        ...['--proxy', `http://${capture.httpProxy ?? ''}`, `http://127.0.0.1:${echo.port}/hello`],
      ]);
      expect(curl.stdout).toContain('GET /hello');
      expect((await opengsa('status')).stdout).toMatch(/Without a proxy +not captured: opengsa health/);
      agent.signal('SIGTERM');
      expect(await agent.ended).toMatchObject({ code: 0 });
    } finally {
      echo.close();
    }
  });

  test.each([
    [['statuss'], `unknown command 'statuss' (Did you mean status?). See "opengsa --help"`],
    [['status', '--no'], `unknown option '--no'. See "opengsa status --help"`],
    [['pause', '--minutes', '0'], /^opengsa: option '--minutes .* 1 to 1440\. See "opengsa pause --help"$/],
    [['profile', 'test'], `missing required argument 'destination'. See "opengsa profile test --help"`],
    [['profile', 'disabel', 'x'], /^opengsa: unknown command 'disabel' .*See "opengsa profile --help"$/],
  ])('wrong usage %j ends with 2 and one line that helps', async (words, line) => {
    const { code, stdout, stderr } = await opengsa(...words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.endsWith('\n')).toBe(true);
    if (typeof line === 'string') expect(stderr.trimEnd()).toBe(`opengsa: ${line}`);
    else expect(stderr.trimEnd()).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  test('help names every command, and the version is that of the package', async () => {
    const { code, stdout } = await opengsa('--help');
    expect(code).toBe(0);
    for (const name of [
      'agent',
      'status',
      'connect',
      'disconnect',
      'pause',
      'resume',
      'egress',
      'flows',
      'hostnames',
      'profile',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    expect((await opengsa('profile', '--help')).stdout).toMatch(/^ {2}enable .*\n(?:.*\n)*? {2}disable /m);
    expect((await opengsa('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('SIGTERM lets an open flow finish; the log names no destination', async () => {
    const echo = await startEchoServer();
    try {
      const agent = await startAgent();
      const { capture } = await status();
      const proxy = `http://${capture.httpProxy ?? ''}`;
      const options = ['--silent', '--max-time', '10', '--noproxy', '', '--proxy', proxy];
      await group.run('/usr/bin/curl', [...options, `http://127.0.0.1:${echo.port}/canary`]);
      const curl = spawn(
        '/usr/bin/curl',
        [...options, '--proxytunnel', `http://127.0.0.1:${echo.port}/held`],
        { stdio: ['ignore', 'pipe', 'ignore'] },
      );
      let text = '';
      curl.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
      await echo.held;
      agent.signal('SIGTERM');
      await expect.poll(() => existsSync(socketPath), { timeout: 10_000 }).toBe(false);
      echo.release();
      const [curlCode] = (await once(curl, 'close')) as [number];
      expect([curlCode, text]).toEqual([0, 'GET /held']);
      const { code, stderr } = await agent.ended;
      expect(code).toBe(0);
      // At every level above debug.
      expect(stderr).toContain('agent runs');
      expect(stderr).not.toContain('canary');
      expect(stderr).not.toContain(String(echo.port));
    } finally {
      echo.close();
    }
  });

  test('a directory that every account may write is refused', async () => {
    mkdirSync(join(group.folder, 'open'), { mode: 0o700 });
    chmodSync(join(group.folder, 'open'), 0o777);
    const { code, stderr } = await agentRefused('--socket', join(group.folder, 'open', 'agent.sock'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/chmod o-w/);
  });
});
