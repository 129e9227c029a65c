// `opengsa session` as a person meets it: real settings, a killed session, another program, an earlier PAC file.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SessionReport, sessionReport } from '../../agent/core/session-report.ts';
import { runCommand } from '../support/client-command.ts';
import { debianPrograms } from '../support/debian-programs.ts';
import { type DesktopSession, hasDesktopPrograms, startDesktopSession } from '../support/desktop-session.ts';
import { askPac } from '../support/pac-engine.ts';
import {
  agentMain,
  cleanEnvironment,
  createProgramGroup,
  pinnedNode,
  type Program,
  type ProgramGroup,
} from '../support/processes.ts';
import { createRandom } from '../support/random.ts';
import { connected, type ScriptedAgent, startScriptedAgent } from '../support/scripted-agent.ts';

const schema = 'org.gnome.system.proxy';
const since = '2026-01-01T00:00:00.000Z';
/** How many sessions are killed; the default keeps the suite short. */
const kills = Number(process.env.OPENGSA_SESSION_KILLS ?? 3);

let group: ProgramGroup;
let desktop: DesktopSession;
let agent: ScriptedAgent;
let servers: Server[];
beforeEach(async () => {
  group = createProgramGroup();
  servers = [];
  agent = await startScriptedAgent(join(group.folder, 'opengsa', 'agent.sock'));
});
afterEach(async () => {
  await agent.close();
  for (const server of servers) server.close().closeAllConnections();
  await group.end();
});

const env = () => ({ env: desktop.environment });
const opengsa = (...words: string[]) =>
  runCommand(words, { ...cleanEnvironment(group.folder, desktop.environment) });
const savedPath = () => join(group.folder, 'state/opengsa/session-proxy.json');

async function gsettings(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await group.run(debianPrograms.gsettings.path, args, env());
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}
const setting = async () =>
  `${await gsettings('get', schema, 'mode')} ${await gsettings('get', schema, 'autoconfig-url')}`;

/** Waits until it reports a state like `state`. */
async function startSession(state: string, ...words: string[]): Promise<Program> {
  const session = group.start(pinnedNode, [agentMain, 'session', '--json', ...words], env());
  await session.line(new RegExp(`"kind":"${state}"`));
  return session;
}
const reports = (session: Program): SessionReport[] =>
  session
    .stdout()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => sessionReport.parse(JSON.parse(line)));
const patient = { timeout: 20_000 };

/** A web server with a PAC file of an organisation. */
async function servePac(text: () => string, status = 200): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(text()));
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/wpad.pac`;
}

describe.skipIf(!hasDesktopPrograms)('in GNOME (Debian packages libglib2.0-bin, dconf)', () => {
  beforeEach(async () => {
    desktop = await startDesktopSession(group, 'GNOME');
  });

  test('follows the agent: set, kept in a pause, restored by disconnect, set again, restored at the end', async () => {
    const session = await startSession('set');
    expect(await setting()).toMatch(new RegExp(`^'auto' '${agent.pacUrl}\\?v=[0-9a-f]{12}'$`));
    expect(statSync(savedPath()).mode & 0o777).toBe(0o600);
    agent.publish({ kind: 'paused', since, until: since });
    agent.publish({ kind: 'disabled', by: 'user', since });
    await session.line(/"reason":"disconnected"/);
    expect(await setting()).toBe("'none' ''");
    expect(existsSync(savedPath())).toBe(false);
    const states = reports(session).map(({ state }) => state.kind);
    expect(states.slice(states.indexOf('set'))).toEqual(['set', 'absent']);
    agent.publish(connected);
    await expect.poll(setting, patient).toContain(agent.pacUrl);
    session.signal('SIGTERM');
    expect(await session.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await setting()).toBe("'none' ''");
  });

  test('a terminal that is closed restores as well', async () => {
    const session = await startSession('set');
    session.signal('SIGHUP');
    expect((await session.ended).code).toBe(0);
    expect(await setting()).toBe("'none' ''");
  });

  test('a changed profile gives the file another address, so that browsers read it again', async () => {
    await startSession('set');
    const first = await setting();
    agent.setPac('function FindProxyForURL() { return "DIRECT"; }');
    agent.publish(connected, { socks5: '127.0.0.1:1' });
    await expect.poll(setting, patient).not.toBe(first);
    expect(await setting()).toContain(agent.pacUrl);
  });

  test('people read what is set, what was there and what comes back; a second session is refused', async () => {
    await gsettings('set', `${schema}.https`, 'host', 'proxy.contoso.test');
    await gsettings('set', `${schema}.https`, 'port', '3128');
    await gsettings('set', schema, 'mode', 'manual');
    const session = await startSession('set');
    const { stdout } = await opengsa('session', 'status');
    expect(stdout).toMatch(/^System proxy {2}leads to the agent, kept by process \d+$/m);
    expect(stdout).toMatch(/^Set +the PAC file http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/proxy\.pac\?v=/m);
    expect(stdout).toMatch(/^Comes back +proxies by hand: https proxy\.contoso\.test:3128$/m);
    expect(stdout).toMatch(/^Behind ours +proxies by hand: https proxy\.contoso\.test:3128$/m);
    const json = await opengsa('session', 'status', '--json');
    expect(sessionReport.parse(JSON.parse(json.stdout))).toMatchObject({ pid: session.pid, system: 'gnome' });
    const second = await opengsa('session');
    expect([second.code, second.stdout]).toEqual([1, '']);
    expect(second.stderr).toMatch(/^opengsa: a session runs already .*stop that one first\n$/);
    const text = await (
      await fetch(reports(session).at(-1)?.current.replace('the PAC file ', '') ?? '')
    ).text();
    expect(askPac(text, 'https://login.contoso.test/')).toBe(`PROXY ${agent.httpProxy}`);
    expect(askPac(text, 'https://other.test/')).toBe('PROXY proxy.contoso.test:3128');
  });

  test('an organisation’s PAC file stands behind ours, is followed as it changes, and comes back', async () => {
    let text = 'function FindProxyForURL() { return "PROXY a.contoso.test:1"; }';
    const url = await servePac(() => text);
    await gsettings('set', schema, 'autoconfig-url', url);
    await gsettings('set', schema, 'mode', 'auto');
    const session = await startSession('set');
    const ours = async () => (await setting()).split("'").at(-2) ?? '';
    const served = async () => (await fetch(await ours())).text();
    expect(askPac(await served(), 'https://other.test/')).toBe('PROXY a.contoso.test:1');
    // Who does not know the address learns nothing, a web page even with it.
    expect((await fetch(new URL('/proxy.pac', await ours()))).status).toBe(404);
    expect((await fetch(await ours(), { headers: { origin: 'http://evil.test' } })).status).toBe(404);
    session.signal('SIGTERM');
    await session.ended;
    expect(await setting()).toBe(`'auto' '${url}'`);
    text = 'function FindProxyForURL() { return "PROXY b.contoso.test:1"; }';
    await startSession('set');
    expect(askPac(await served(), 'https://other.test/')).toBe('PROXY b.contoso.test:1');
  });

  test('an earlier PAC file that cannot be had stays in place: ours would take the network away', async () => {
    const url = await servePac(() => '', 503);
    await gsettings('set', schema, 'autoconfig-url', url);
    await gsettings('set', schema, 'mode', 'auto');
    const session = await startSession('hindered');
    expect(JSON.stringify(reports(session).at(-1)?.state)).toContain('the server answered 503');
    expect(await setting()).toBe(`'auto' '${url}'`);
    expect(existsSync(savedPath())).toBe(false);
  });

  test('another program’s setting is told and left alone, and stays after the end', async () => {
    const session = await startSession('set');
    await gsettings('set', schema, 'autoconfig-url', 'http://vpn.contoso.test/p.pac');
    // Any news make it look.
    agent.publish({ kind: 'connecting', attempt: 1, since });
    await session.line(/"kind":"taken-over","keys":\["autoconfig-url"\]/);
    session.signal('SIGTERM');
    expect((await session.ended).code).toBe(0);
    expect(await setting()).toBe("'auto' 'http://vpn.contoso.test/p.pac'");
    expect(existsSync(savedPath())).toBe(false);
  });

  test('a proxy that the person switches off stays off, and nothing of ours stays', async () => {
    const session = await startSession('set');
    await gsettings('set', schema, 'mode', 'none');
    agent.publish({ kind: 'connecting', attempt: 1, since });
    await session.line(/"kind":"taken-over","keys":\["mode"\]/);
    expect(await setting()).toContain("'none' 'http");
    session.signal('SIGTERM');
    await session.ended;
    expect(await setting()).toBe("'none' ''");
  });

  test('a killed session is undone by itself, before anybody starts another', async () => {
    const session = await startSession('set');
    session.signal('SIGKILL');
    await expect.poll(setting, patient).toBe("'none' ''");
    await expect.poll(() => existsSync(savedPath()), patient).toBe(false);
  });

  test(
    'a session that is killed at any moment leaves nothing behind',
    async () => {
      const random = createRandom(19);
      await gsettings(
        'set',
        schema,
        'autoconfig-url',
        await servePac(() => 'function FindProxyForURL() { return "DIRECT"; }'),
      );
      await gsettings('set', schema, 'mode', 'auto');
      const before = await setting();
      for (let i = 0; i < kills; i++) {
        const session = group.start(pinnedNode, [agentMain, 'session'], env());
        // Some moment between its start and long after the setting was written.
        await new Promise((resolve) => setTimeout(resolve, 150 + random.below(700)));
        session.signal('SIGKILL');
        await session.ended;
        // Its guardian may be at work at the same time.
        await expect.poll(async () => (await opengsa('session', 'restore')).code, patient).toBe(0);
        expect(await setting()).toBe(before);
        expect(existsSync(savedPath())).toBe(false);
      }
      expect(readdirSync(join(group.folder, 'state/opengsa'))).toEqual(['session']);
    },
    30_000 + kills * 5_000,
  );
});

describe('with proxy variables', () => {
  beforeEach(() => {
    desktop = { environment: { HOME: group.folder } };
  });
  const profile = () => join(group.folder, '.profile');

  test('what a killed session left is seen, and restored byte by byte', async () => {
    writeFileSync(profile(), 'umask 022 # without an end');
    const session = await startSession('set', '--system', 'environment');
    expect(readFileSync(profile(), 'utf8')).toContain(`export https_proxy="http://${agent.httpProxy}"`);
    const saved = readFileSync(savedPath(), 'utf8');
    session.signal('SIGTERM');
    await session.ended;
    // As after a crash of the whole machine, where no guardian is left either.
    const marked = 'umask 022 # without an end\n# >>> OpenGSA proxy, after a line without an end >>>\n';
    const own = (JSON.parse(saved) as { own: Record<string, string>[] }).own[0]?.['.profile'] ?? '';
    writeFileSync(profile(), `${marked}${own}# <<< OpenGSA proxy <<<\n`);
    writeFileSync(savedPath(), saved, { mode: 0o600 });
    expect((await opengsa('session', 'status')).stdout).toMatch(/left behind by a session that was killed/);
    expect(await opengsa('session', 'restore')).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(profile(), 'utf8')).toBe('umask 022 # without an end');
    expect((await opengsa('session', 'restore')).code).toBe(0);
  });

  test('an agent that is restarted is followed again, on whatever port', async () => {
    const session = await startSession('set', '--system', 'environment');
    await agent.close();
    agent = await startScriptedAgent(join(group.folder, 'opengsa', 'agent.sock'));
    const other = `http://${agent.httpProxy}`;
    await expect.poll(() => readFileSync(profile(), 'utf8'), patient).toContain(other);
    expect(reports(session).map(({ state }) => state.kind)).toEqual(['set']);
    agent.publish({ kind: 'disabled', by: 'user', since });
    await session.line(/"reason":"disconnected"/);
    expect(existsSync(profile())).toBe(false);
  });

  test('a saved file that cannot be read is named, with what to do', async () => {
    const session = await startSession('set', '--system', 'environment');
    session.signal('SIGTERM');
    await session.ended;
    writeFileSync(savedPath(), '{"version":1}', { mode: 0o600 });
    for (const words of [
      ['session', 'restore'],
      ['session', 'status'],
    ]) {
      const { code, stderr } = await opengsa(...words);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /session-proxy\.json: the saved proxy setting cannot be read.*then remove the file/,
      );
    }
  });

  test.each([
    [['session', '--system', 'beos'], /Allowed choices are gnome, kde, environment/],
    [['session', '--system', 'windows'], /there is no windows proxy setting on this platform/],
    [['session', 'stop'], /too many arguments|unknown command/],
  ])('wrong usage %j ends with 2 and one line that helps', async (words, message) => {
    const { code, stdout, stderr } = await opengsa(...words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
