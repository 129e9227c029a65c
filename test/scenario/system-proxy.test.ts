// The proxy settings of GNOME, of KDE and of shells, changed and put back by the desktops' own tools.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSession } from '../../agent/health/session-facts.ts';
import { createGnomeProxy } from '../../agent/session/gnome.ts';
import { createKdeProxy } from '../../agent/session/kde.ts';
import type { SystemProxy } from '../../agent/session/system-proxy.ts';
import { debianPrograms } from '../support/debian-programs.ts';
import { type DesktopSession, hasDesktopPrograms, startDesktopSession } from '../support/desktop-session.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

const target = {
  pacUrl: 'http://127.0.0.1:8088/0123456789abcdef0123456789abcdef/proxy.pac?v=1',
  httpProxy: '127.0.0.1:8088',
  marks: ['/0123456789abcdef0123456789abcdef/proxy.pac'],
};

let group: ProgramGroup;
let desktop: DesktopSession;
beforeEach(() => {
  group = createProgramGroup();
});
afterEach(() => group.end());

async function output(command: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await group.run(command, args, { env: desktop.environment });
  if (code !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout.trim();
}

describe.skipIf(!hasDesktopPrograms)('GNOME (Debian packages libglib2.0-bin, dconf)', () => {
  const schema = 'org.gnome.system.proxy';
  const gsettings = (...args: string[]) => output(debianPrograms.gsettings.path, ...args);
  let proxy: SystemProxy;
  beforeEach(async () => {
    desktop = await startDesktopSession(group, 'GNOME');
    proxy = createGnomeProxy(desktop.environment);
  });

  test('nothing set: ours is set as GNOME reads it, and back is as if it had never been', async () => {
    const before = await proxy.read();
    expect(proxy.meaning(before)).toEqual({ kind: 'direct' });
    const { entries } = proxy.wish(target, before);
    expect(await proxy.write(entries)).toEqual([]);
    expect(await gsettings('get', schema, 'mode')).toBe("'auto'");
    expect(await gsettings('get', schema, 'autoconfig-url')).toBe(`'${target.pacUrl}'`);
    expect(await proxy.read()).toMatchObject(entries);
    await proxy.write({ mode: before.mode ?? '', 'autoconfig-url': before['autoconfig-url'] ?? '' });
    expect(await proxy.read()).toEqual(before);
    // Not even the default is written down: one that the administrator changes later is followed.
    expect(readFileSync(join(group.folder, 'config/dconf/user'), 'latin1')).not.toMatch(/none|8088/);
  });

  test('proxies by hand are read, passwords are not', async () => {
    await gsettings('set', `${schema}.http`, 'host', 'proxy.contoso.test');
    await gsettings('set', `${schema}.http`, 'port', '3128');
    await gsettings('set', `${schema}.http`, 'authentication-password', 'secret');
    await gsettings('set', schema, 'ignore-hosts', "['localhost', '*.intern.contoso.test']");
    await gsettings('set', schema, 'mode', 'manual');
    const entries = await proxy.read();
    expect(JSON.stringify(entries)).not.toContain('secret');
    expect(proxy.meaning(entries)).toEqual({
      kind: 'manual',
      proxies: {
        http: 'proxy.contoso.test:3128',
        https: null,
        socks: null,
        bypass: ['localhost', '*.intern.contoso.test'],
      },
    });
  });

  test('the health report shows the address of a PAC file without the password in it', async () => {
    await gsettings('set', schema, 'autoconfig-url', 'http://anna:secret@pac.contoso.test/p.pac');
    await gsettings('set', schema, 'mode', 'auto');
    const expected = { httpProxy: null, pacUrl: null, captured: null };
    const { proxies } = await readSession(expected, desktop.environment, () => Promise.resolve(null));
    expect(proxies).toEqual([{ source: 'GNOME', value: 'auto http://pac.contoso.test/p.pac' }]);
  });

  test('values with every quote come back as they were', async () => {
    const url = `http://pac.contoso.test/it's"here\\`;
    await proxy.write({ mode: 'auto', 'autoconfig-url': url });
    expect((await proxy.read())['autoconfig-url']).toBe(url);
    expect(proxy.meaning(await proxy.read())).toEqual({ kind: 'pac', url });
  });

  test('auto-discovery cannot stand behind ours, and is named', async () => {
    await gsettings('set', schema, 'mode', 'auto');
    expect(proxy.meaning(await proxy.read())).toMatchObject({ kind: 'unsupported', what: /WPAD/ });
  });
});

test.skipIf(!hasDesktopPrograms)(
  'without a bus, GNOME’s setting is an error that says what to do',
  async () => {
    const proxy = createGnomeProxy({
      HOME: group.folder,
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
    });
    await expect(proxy.write({ mode: 'auto' })).rejects.toThrow(/run this in your desktop session/);
  },
);

describe.skipIf(!hasDesktopPrograms)('KDE (Debian package libkf5config-bin)', () => {
  const file = () => join(group.folder, 'config/kioslaverc');
  let proxy: SystemProxy;
  beforeEach(async () => {
    desktop = await startDesktopSession(group, 'KDE');
    proxy = createKdeProxy(desktop.environment, '5');
  });

  test('ours is set as KDE reads it, running programs are told, and the rest of the file stays', async () => {
    await output(
      '/usr/bin/kwriteconfig5',
      '--file',
      'kioslaverc',
      '--group',
      'Proxy Settings',
      '--key',
      'NoProxyFor',
      'a.test,b.test',
    );
    const original = readFileSync(file(), 'utf8');
    const bus = group.start('/usr/bin/dbus-monitor', ['--session', "path='/KIO/Scheduler'"], {
      env: desktop.environment,
    });
    await bus.line(/NameAcquired|signal/);
    const before = await proxy.read();
    expect(proxy.meaning(before)).toEqual({ kind: 'direct' });
    expect(await proxy.write(proxy.wish(target, before).entries)).toEqual([]);
    await bus.line(/org\.kde\.KIO\.Scheduler; member=reparseSlaveConfiguration/);
    expect(readFileSync(file(), 'utf8')).toContain(`Proxy Config Script=${target.pacUrl}\nProxyType=2\n`);
    expect(proxy.meaning(await proxy.read())).toEqual({ kind: 'pac', url: target.pacUrl });
    await proxy.write({ ProxyType: null, 'Proxy Config Script': null });
    expect(readFileSync(file(), 'utf8')).toBe(original);
    expect(await proxy.read()).toEqual(before);
  });

  test.each([
    [
      'ProxyType=1\nhttpProxy=http://proxy.contoso.test 3128\nhttpsProxy=proxy.contoso.test:3129\nNoProxyFor=a.test, .b.test',
      {
        kind: 'manual',
        proxies: {
          http: 'proxy.contoso.test:3128',
          https: 'proxy.contoso.test:3129',
          socks: null,
          bypass: ['a.test', '.b.test'],
        },
      },
    ],
    [
      'ProxyType=2\nProxy Config Script=http://pac.contoso.test/p.pac',
      { kind: 'pac', url: 'http://pac.contoso.test/p.pac' },
    ],
    ['ProxyType=3', { kind: 'unsupported', what: /WPAD/ }],
    ['ProxyType=4', { kind: 'unsupported', what: /environment/ }],
    ['ProxyType=1\nReversedException=true', { kind: 'unsupported', what: /listed hosts/ }],
  ])('%s', async (text, meaning) => {
    await output('/usr/bin/kwriteconfig5', '--file', 'kioslaverc', '--group', 'x', '--key', 'y', 'z');
    writeFileSync(file(), `[Proxy Settings]\n${text}\n`);
    expect(proxy.meaning(await proxy.read())).toMatchObject(meaning);
  });

  test('without a bus the setting is written, and who was not told is said', async () => {
    const lonely = createKdeProxy(
      { ...desktop.environment, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' },
      '5',
    );
    const warnings = await lonely.write({ ProxyType: '2', 'Proxy Config Script': target.pacUrl });
    expect(warnings.join()).toMatch(/running KDE programs were not told/);
    expect(existsSync(file())).toBe(true);
  });
});
