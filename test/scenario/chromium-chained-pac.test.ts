// A real browser with the chained PAC file: ours first, the organisation's behind it; and as GNOME's setting.
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chainPac } from '../../agent/policy/chained-pac.ts';
import { manualPac } from '../../agent/policy/manual-pac.ts';
import { renderPac } from '../../agent/policy/pac.ts';
import { createGnomeProxy } from '../../agent/session/gnome.ts';
import { openPacServer, type PacServer } from '../../agent/session/pac-server.ts';
import { parseProfile } from '../../protocol/profile.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { hasDesktopPrograms, startDesktopSession } from '../support/desktop-session.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

const executablePath = installedProgram('chromium');

describe.skipIf(executablePath === null)('Chromium (Debian package chromium)', () => {
  let group: ProgramGroup;
  let server: PacServer;
  let servers: Server[];
  let browser: Browser | undefined;
  let own: string;
  let theirProxy: string;

  beforeEach(async () => {
    group = createProgramGroup();
    servers = [];
    server = await openPacServer(join(group.folder, 'state'), randomBytes);
    own = ownPac(await proxyNamed('agent'), await closedPort());
    theirProxy = await proxyNamed('theirs');
  });
  afterEach(async () => {
    await browser?.close();
    browser = undefined;
    await server.close();
    for (const one of servers) one.close().closeAllConnections();
    await group.end();
  });

  /** A proxy that answers every request with its own name. */
  async function proxyNamed(name: string): Promise<string> {
    const proxy = createServer((_request, response) => response.end(name));
    servers.push(proxy);
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    return `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  }

  async function closedPort(): Promise<string> {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    return `127.0.0.1:${port}`;
  }

  /** `login` goes to a living proxy of ours; `open` may go past one that is dead. */
  function ownPac(living: string, dead: string): string {
    const rule = (name: string, clientFallbackAction: string) => ({
      ...{ id: name, name, action: 'forward', clientFallbackAction, category: 'default' },
      ...{
        protocol: 'tcp',
        ports: ['80'],
        ruleType: 'fqdn',
        destinations: [{ value: `${name}.contoso.test` }],
      },
    });
    const profile = (name: string, action: string) =>
      parseProfile(
        {
          ...{ name, state: 'enabled', version: '1', trafficForwardingType: 'm365', priority: 1 },
          policies: [{ name, state: 'enabled', rules: [rule(name, action)] }],
        },
        name,
      );
    const first = renderPac({ profiles: [profile('login', 'block')], proxy: living, ownHosts: [] });
    const second = renderPac({ profiles: [profile('open', 'bypass')], proxy: dead, ownHosts: [] });
    return chainPac(first, second);
  }

  async function launch(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      env: { PATH: process.env.PATH ?? '', HOME: group.folder, ...env },
      args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', ...args],
    });
  }

  async function seen(host: string): Promise<string> {
    const page = await browser!.newPage();
    try {
      await page.goto(`http://${host}/`);
      return await page.locator('body').innerText();
    } finally {
      await page.close();
    }
  }

  test('our hosts go to us, all others as the organisation says, and past a dead proxy to theirs', async () => {
    const theirs = `function FindProxyForURL(url, host) {
      if (isPlainHostName(host) || dnsDomainIs(host, '.intern.test')) { return 'PROXY ${await proxyNamed('intern')}'; }
      return shExpMatch(url, 'http://*') ? 'PROXY ${theirProxy}' : 'DIRECT';
    }`;
    await launch([`--proxy-pac-url=${await server.serve(chainPac(own, theirs))}`]);
    expect(await seen('login.contoso.test')).toBe('agent');
    expect(await seen('other.test')).toBe('theirs');
    expect(await seen('a.intern.test')).toBe('intern');
    expect(await seen('open.contoso.test')).toBe('theirs');
  });

  test('a proxy by hand stands behind ours', async () => {
    const by = { http: theirProxy, https: null, socks: null, bypass: ['*.lan'] };
    await launch([`--proxy-pac-url=${await server.serve(chainPac(own, manualPac(by)))}`]);
    expect(await seen('login.contoso.test')).toBe('agent');
    expect(await seen('other.test')).toBe('theirs');
    await expect(seen('printer.lan')).rejects.toThrow(/ERR_NAME_NOT_RESOLVED|ERR_ADDRESS|ERR_INTERNET/);
  });

  test('a file of theirs that breaks when it is read leaves our rules in force', async () => {
    await launch([
      `--proxy-pac-url=${await server.serve(chainPac(own, 'nothing(); function FindProxyForURL() {}'))}`,
    ]);
    expect(await seen('login.contoso.test')).toBe('agent');
  });

  test.skipIf(!hasDesktopPrograms)('GNOME’s setting is followed, and a change of it at once', async () => {
    const { environment } = await startDesktopSession(group, 'GNOME');
    const proxy = createGnomeProxy(environment);
    const set = async (pac: string, version: number) => {
      const pacUrl = `${await server.serve(pac)}?v=${version}`;
      await proxy.write({ mode: 'auto', 'autoconfig-url': pacUrl });
    };
    const answer = (name: string) => `function FindProxyForURL() { return 'PROXY ${name}'; }`;
    await set(chainPac(own, answer(theirProxy)), 1);
    await launch([], environment);
    expect(await seen('login.contoso.test')).toBe('agent');
    expect(await seen('other.test')).toBe('theirs');
    const changed = chainPac(own, answer(await proxyNamed('changed')));
    let version = 2;
    // Written anew at each look: a change that comes while Chromium still reads the one before may be lost on it.
    const changeAndLook = async (): Promise<string> => {
      await set(changed, version++);
      return seen('other.test');
    };
    await expect.poll(changeAndLook, { timeout: 30_000, interval: 500 }).toBe('changed');
  });
});
