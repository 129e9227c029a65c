// macOS: the exact commands of networksetup, by its documented output; no Mac was at hand.
import { expect, test } from 'vitest';
import { createMacosProxy } from '../../../../agent/session/macos.ts';
import { type RecordedCommands, recordedCommands } from '../../../support/recorded-commands.ts';

type Service = { url: string | null; enabled: boolean; discovery?: boolean; secure?: string };

/** networksetup with its services, as far as the agent asks. */
function mac(services: Record<string, Service>, unavailable: readonly string[] = []): RecordedCommands {
  return recordedCommands(([verb = '', name = '', value = '']) => {
    const service = services[name] ?? { url: null, enabled: false };
    switch (verb) {
      case '-listallnetworkservices':
        return [
          'An asterisk (*) denotes that a network service is disabled.',
          ...Object.keys(services),
          ...unavailable.map((other) => `*${other}`),
          '',
        ].join('\n');
      case '-getautoproxyurl':
        return `URL: ${service.url ?? '(null)'}\nEnabled: ${service.enabled ? 'Yes' : 'No'}\n`;
      case '-getproxyautodiscovery':
        return `Auto Proxy Discovery: ${service.discovery === true ? 'On' : 'Off'}\n`;
      case '-getsecurewebproxy':
        return service.secure === undefined
          ? 'Enabled: No\nServer: \nPort: 0\nAuthenticated Proxy Enabled: 0\n'
          : `Enabled: Yes\nServer: ${service.secure}\nPort: 3128\nAuthenticated Proxy Enabled: 0\n`;
      case '-getwebproxy':
      case '-getsocksfirewallproxy':
        return 'Enabled: No\nServer: \nPort: 0\nAuthenticated Proxy Enabled: 0\n';
      case '-getproxybypassdomains':
        return service.secure === undefined
          ? `There aren't any bypass domains set on ${name}.\n`
          : '*.local\n169.254/16\n';
      case '-setautoproxyurl':
        Object.assign(service, { url: value === '' ? null : value, enabled: true });
        return '';
      case '-setautoproxystate':
        service.enabled = value === 'on';
        return '';
      default:
        return null;
    }
  });
}

const target = { pacUrl: 'http://127.0.0.1:8088/t/proxy.pac', httpProxy: '', marks: ['/t/proxy.pac'] };
const changes = (commands: RecordedCommands) =>
  commands.calls().filter(([, verb]) => verb?.startsWith('-set'));

test('every service in use gets ours, and its own back', async () => {
  const services = {
    'Wi-Fi': { url: null, enabled: false },
    'USB 10/100/1000 LAN': { url: 'http://pac.contoso.test/p.pac', enabled: true },
  };
  const commands = mac(services, ['Thunderbolt Bridge']);
  const proxy = createMacosProxy(commands.run);
  const before = await proxy.read();
  expect(proxy.meaning(before)).toEqual({ kind: 'pac', url: 'http://pac.contoso.test/p.pac' });
  const { entries } = proxy.wish(target, before);
  await proxy.write(entries);
  const tool = '/usr/sbin/networksetup';
  expect(changes(commands)).toEqual([
    [tool, '-setautoproxyurl', 'Wi-Fi', target.pacUrl],
    [tool, '-setautoproxystate', 'Wi-Fi', 'on'],
    [tool, '-setautoproxyurl', 'USB 10/100/1000 LAN', target.pacUrl],
    [tool, '-setautoproxystate', 'USB 10/100/1000 LAN', 'on'],
  ]);
  expect(await proxy.read()).toMatchObject(entries);
  await proxy.write(Object.fromEntries(Object.keys(entries).map((key) => [key, before[key] ?? null])));
  expect(changes(commands).slice(4)).toEqual([
    [tool, '-setautoproxystate', 'Wi-Fi', 'off'],
    [tool, '-setautoproxyurl', 'Wi-Fi', ''],
    [tool, '-setautoproxystate', 'Wi-Fi', 'off'],
    [tool, '-setautoproxyurl', 'USB 10/100/1000 LAN', 'http://pac.contoso.test/p.pac'],
    [tool, '-setautoproxystate', 'USB 10/100/1000 LAN', 'on'],
  ]);
  expect(await proxy.read()).toEqual(before);
});

test('proxies by hand are read, with what goes past them', async () => {
  const proxy = createMacosProxy(
    mac({ 'Wi-Fi': { url: null, enabled: false, secure: 'proxy.contoso.test' } }).run,
  );
  expect(proxy.meaning(await proxy.read())).toEqual({
    kind: 'manual',
    proxies: { http: null, https: 'proxy.contoso.test:3128', socks: null, bypass: ['*.local', '169.254/16'] },
  });
});

test.each([
  [{ a: { url: null, enabled: false, discovery: true } }, /WPAD/],
  [
    { a: { url: 'http://a.test/', enabled: true }, b: { url: 'http://b.test/', enabled: true } },
    /different proxies/,
  ],
])('what cannot stand behind ours is named', async (services: Record<string, Service>, what) => {
  const proxy = createMacosProxy(mac(services).run);
  expect(proxy.meaning(await proxy.read())).toMatchObject({ kind: 'unsupported', what });
});

test.each([null, '** Error: The parameters were not valid.\n'])(
  'a refusal says what it needs: %j',
  async (said) => {
    const proxy = createMacosProxy(recordedCommands(() => said).run);
    await expect(proxy.read()).rejects.toThrow(
      /networksetup -listallnetworkservices failed: .*administers this Mac/,
    );
  },
);
