// Windows: the exact commands of reg.exe and PowerShell, by their documented output; no Windows was at hand.
import { expect, test } from 'vitest';
import { createWindowsProxy } from '../../../../agent/session/windows.ts';
import { recordedCommands } from '../../../support/recorded-commands.ts';

const key = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings`;
const target = { pacUrl: 'http://127.0.0.1:8088/t/proxy.pac?v=1', httpProxy: '', marks: ['/t/proxy.pac'] };

/** reg.exe with one key, as far as the agent asks. */
function registry(values: Record<string, [type: string, data: string]>, powershell: string | null = '') {
  const commands = recordedCommands(([verb = '', _key, ...more]) => {
    if (verb === 'query') {
      const lines = Object.entries(values).map(([name, [type, data]]) => `    ${name}    ${type}    ${data}`);
      return ['', key, ...lines, '', ''].join('\r\n');
    }
    if (verb === 'add') values[more[1] ?? ''] = [more[3] ?? '', more[5] ?? ''];
    else if (verb === 'delete') values[more[1] ?? ''] = ['', ''];
    else return powershell;
    if (verb === 'delete') Reflect.deleteProperty(values, more[1] ?? '');
    return 'The operation completed successfully.\r\n';
  });
  return { commands, proxy: createWindowsProxy({ SystemRoot: 'D:\\Windows' }, commands.run) };
}

test('ours is set and taken away by fixed commands, and running programs are told each time', async () => {
  const { commands, proxy } = registry({ ProxyEnable: ['REG_DWORD', '0x0'], 'User Agent': ['REG_SZ', 'x'] });
  const before = await proxy.read();
  expect(proxy.meaning(before)).toEqual({ kind: 'direct' });
  expect(await proxy.write(proxy.wish(target, before).entries)).toEqual([]);
  expect((await proxy.read()).AutoConfigURL).toBe(target.pacUrl);
  await proxy.write({ AutoConfigURL: null });
  expect(await proxy.read()).toEqual(before);
  const reg = String.raw`D:\Windows\System32\reg.exe`;
  const powershell = String.raw`D:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`;
  const told = [powershell, '-NoLogo', '-NoProfile', '-NonInteractive', '-Command', expect.any(String)];
  expect(commands.calls().filter(([, verb]) => verb !== 'query')).toEqual([
    [reg, 'add', key, '/v', 'AutoConfigURL', '/t', 'REG_SZ', '/d', target.pacUrl, '/f'],
    told,
    [reg, 'delete', key, '/v', 'AutoConfigURL', '/f'],
    told,
  ]);
});

test('the script is the same whatever is set, and names both notices', async () => {
  const scripts = await Promise.all(
    [target.pacUrl, `http://x/'; Remove-Item C:\\; '`].map(async (url) => {
      const { commands, proxy } = registry({});
      await proxy.write({ AutoConfigURL: url });
      return commands.calls().at(-1)?.at(-1);
    }),
  );
  expect(scripts[0]).toBe(scripts[1]);
  expect(scripts[0]).toMatch(/InternetSetOption.*foreach \(\$option in 39, 37\)/);
});

test.each([
  [
    { AutoConfigURL: ['REG_SZ', 'http://pac.contoso.test/p.pac'] },
    { kind: 'pac', url: 'http://pac.contoso.test/p.pac' },
  ],
  [
    {
      ProxyEnable: ['REG_DWORD', '0x1'],
      ProxyServer: ['REG_SZ', 'proxy.contoso.test:3128'],
      ProxyOverride: ['REG_SZ', '*.contoso.test;<local>'],
    },
    {
      kind: 'manual',
      proxies: {
        http: 'proxy.contoso.test:3128',
        https: 'proxy.contoso.test:3128',
        socks: null,
        bypass: ['*.contoso.test', '<local>'],
      },
    },
  ],
  [
    {
      ProxyEnable: ['REG_DWORD', '0x1'],
      ProxyServer: ['REG_SZ', 'http=a.test:1;https=b.test:2;socks=c.test:3'],
    },
    { kind: 'manual', proxies: { http: 'a.test:1', https: 'b.test:2', socks: 'c.test:3', bypass: [] } },
  ],
  [
    { ProxyEnable: ['REG_DWORD', '0x0'], ProxyServer: ['REG_SZ', 'proxy.contoso.test:3128'] },
    { kind: 'direct' },
  ],
] as [Record<string, [string, string]>, object][])('%j', async (values, meaning) => {
  const { proxy } = registry(values);
  expect(proxy.meaning(await proxy.read())).toEqual(meaning);
});

test('programs that could not be told are a warning: the setting itself stands', async () => {
  const { proxy } = registry({}, null);
  expect(await proxy.write({ AutoConfigURL: target.pacUrl })).toEqual([
    'running programs were not told of the change: refused',
  ]);
});

test('a registry that a policy holds is an error that says so', async () => {
  const proxy = createWindowsProxy({}, recordedCommands(() => null).run);
  await expect(proxy.write({ AutoConfigURL: 'http://x/' })).rejects.toThrow(/refused; a policy/);
});
