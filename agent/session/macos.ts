// The proxy setting of macOS, one per network service, by networksetup.
import { OpenGsaError } from '../../protocol/error.ts';
import { type ProxyEntries, scopeOf } from '../core/saved-proxy.ts';
import { type RunTool, runTool } from '../run-tool.ts';
import {
  direct,
  discovery,
  hostPort,
  type ProxyMeaning,
  type SystemProxy,
  unsupported,
} from './system-proxy.ts';

const networksetup = '/usr/sbin/networksetup';
const timeoutMs = 10_000;
const manual = { http: 'webproxy', https: 'securewebproxy', socks: 'socksfirewallproxy' } as const;

export function createMacosProxy(run: RunTool = runTool): SystemProxy {
  const ask = async (...args: readonly string[]): Promise<string> => {
    const { ok, stdout, stderr } = await run(networksetup, args, 'macOS itself', { timeoutMs });
    // It reports some failures on standard output, with success.
    if (!ok || /^\*\* Error/m.test(stdout)) throw failure(args, `${stderr}\n${stdout}`);
    return stdout;
  };
  return {
    kind: 'macos',
    place: 'the proxy setting of each network service (networksetup)',
    takesPac: true,
    async read() {
      const services = serviceNames(await ask('-listallnetworkservices'));
      const entries: Record<string, string | null> = {};
      for (const service of services) Object.assign(entries, await readService(ask, service));
      return entries;
    },
    wish: ({ pacUrl, marks }, current) => ({
      entries: Object.fromEntries(
        scopes(current).flatMap((scope) => [
          [`${scope}url`, pacUrl],
          [`${scope}enabled`, 'Yes'],
        ]),
      ),
      marks,
    }),
    neutral: (current) =>
      Object.fromEntries(
        scopes(current).flatMap((scope) => [
          [`${scope}url`, null],
          [`${scope}enabled`, 'No'],
        ]),
      ),
    meaning: meaningOf,
    async write(entries) {
      for (const scope of scopes(entries)) await writeService(ask, scope, entries);
      return [];
    },
  };
}

type Ask = (...args: readonly string[]) => Promise<string>;

async function readService(ask: Ask, service: string): Promise<ProxyEntries> {
  const pac = await ask('-getautoproxyurl', service);
  const found = await ask('-getproxyautodiscovery', service);
  const url = field(pac, 'URL');
  const entries: Record<string, string | null> = {
    [`${service}/url`]: url === null || url === '(null)' ? null : url,
    [`${service}/enabled`]: field(pac, 'Enabled') ?? 'No',
    [`${service}/discovery`]: found.includes(': On') ? 'On' : 'Off',
  };
  for (const [scheme, name] of Object.entries(manual)) {
    const text = await ask(`-get${name}`, service);
    const isOn = field(text, 'Enabled') === 'Yes';
    entries[`${service}/${scheme}`] = isOn ? hostPort(field(text, 'Server'), field(text, 'Port')) : null;
  }
  const bypass = await ask('-getproxybypassdomains', service);
  entries[`${service}/bypass`] = bypass.startsWith("There aren't any")
    ? ''
    : bypass.trim().split(/\s+/).join(' ');
  return entries;
}

async function writeService(ask: Ask, scope: string, entries: ProxyEntries): Promise<void> {
  const service = scope.slice(0, -1);
  const enabled = entries[`${scope}enabled`];
  const url = entries[`${scope}url`];
  // An address that is set is switched on by that; so the switch comes last, and first where it goes off.
  if (enabled === 'No') await ask('-setautoproxystate', service, 'off');
  if (url !== undefined) await ask('-setautoproxyurl', service, url ?? '');
  if (enabled === 'No') await ask('-setautoproxystate', service, 'off');
  if (enabled === 'Yes') await ask('-setautoproxystate', service, 'on');
}

/** The first line explains the asterisk of services that are switched off. */
function serviceNames(text: string): string[] {
  const names = text.split('\n').slice(1);
  return names.filter((name) => name !== '' && !name.startsWith('*'));
}

function field(text: string, name: string): string | null {
  return new RegExp(`^${name}: *(.*)$`, 'm').exec(text)?.[1] ?? null;
}

function scopes(entries: ProxyEntries): string[] {
  return [...new Set(Object.keys(entries).map(scopeOf))];
}

/** One PAC file serves all services, so those that have a setting must have the same. */
function meaningOf(entries: ProxyEntries): ProxyMeaning {
  const meanings = scopes(entries).map((scope) => serviceMeaning(scope, entries));
  const different = new Map(
    meanings.filter(({ kind }) => kind !== 'direct').map((meaning) => [JSON.stringify(meaning), meaning]),
  );
  if (different.size > 1) {
    return unsupported(
      'network services have different proxies',
      'give them the same proxy, or none, in the system settings',
    );
  }
  return [...different.values()][0] ?? direct;
}

function serviceMeaning(scope: string, entries: ProxyEntries): ProxyMeaning {
  const value = (name: string) => entries[`${scope}${name}`] ?? null;
  const url = value('url');
  if (value('discovery') === 'On') return discovery;
  if (value('enabled') === 'Yes' && url !== null) return { kind: 'pac', url };
  const [http, https, socks] = [value('http'), value('https'), value('socks')];
  if (http === null && https === null && socks === null) return direct;
  const bypass = (value('bypass') ?? '').split(' ').filter((host) => host !== '');
  return { kind: 'manual', proxies: { http, https, socks, bypass } };
}

function failure(args: readonly string[], output: string): OpenGsaError {
  const reason = output.trim().split('\n').at(-1) ?? '';
  return new OpenGsaError(
    'internal',
    `networksetup ${args[0] ?? ''} failed: ${reason}; changing network settings needs an account that administers this Mac`,
  );
}
