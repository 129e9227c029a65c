// KDE's proxy setting: kioslaverc, by KDE's own tools, and a D-Bus signal by which running programs read it again.
import { existsSync } from 'node:fs';
import { OpenGsaError } from '../../protocol/error.ts';
import type { ProxyEntries } from '../core/saved-proxy.ts';
import { type RunTool, runTool } from '../run-tool.ts';
import { sessionEnvironment } from './gnome.ts';
import {
  direct,
  discovery,
  hostPort,
  type ProxyMeaning,
  type SystemProxy,
  unsupported,
} from './system-proxy.ts';

const versions = ['6', '5'] as const;
const place = ['--file', 'kioslaverc', '--group', 'Proxy Settings'] as const;
const keys = ['ProxyType', 'Proxy Config Script'] as const;
const manualKeys = ['httpProxy', 'httpsProxy', 'socksProxy', 'NoProxyFor', 'ReversedException'] as const;
/** What the tool prints for a key that is not there; no value of ours or of anybody's setting. */
const absent = '<opengsa: not set>';
const timeoutMs = 10_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** The version whose tools are installed; null: neither. */
export function kdeToolsVersion(exists: (path: string) => boolean = existsSync): '6' | '5' | null {
  return (
    versions.find((v) => exists(`/usr/bin/kreadconfig${v}`) && exists(`/usr/bin/kwriteconfig${v}`)) ?? null
  );
}

export function createKdeProxy(
  environment: Environment,
  version: '6' | '5',
  run: RunTool = runTool,
): SystemProxy {
  const options = { environment: sessionEnvironment(environment), timeoutMs };
  const needed = `libkf${version}config-bin`;
  const readKey = async (key: string): Promise<readonly [string, string | null]> => {
    const args = [...place, '--key', key, '--default', absent];
    const { ok, stdout, stderr } = await run(`/usr/bin/kreadconfig${version}`, args, needed, options);
    if (!ok) throw failure(stderr);
    const value = stdout.replace(/\n$/, '');
    return [key, value === absent ? null : value];
  };
  return {
    kind: 'kde',
    place: `KDE's proxy setting (kioslaverc)`,
    takesPac: true,
    read: async () => Object.fromEntries(await Promise.all([...keys, ...manualKeys].map(readKey))),
    wish: ({ pacUrl, marks }) => ({ entries: { ProxyType: '2', 'Proxy Config Script': pacUrl }, marks }),
    neutral: () => ({ ProxyType: null, 'Proxy Config Script': null }),
    meaning: meaningOf,
    async write(entries) {
      for (const key of inOrder(entries)) {
        const value = entries[key] ?? null;
        const change = value === null ? ['--delete', ''] : ['--', value];
        const args = [...place, '--key', key, ...change];
        const { ok, stderr } = await run(`/usr/bin/kwriteconfig${version}`, args, needed, options);
        if (!ok) throw failure(stderr);
      }
      return tellRunningPrograms();
    },
  };

  async function tellRunningPrograms(): Promise<readonly string[]> {
    const signal = ['--session', '--type=signal', '/KIO/Scheduler'];
    const args = [...signal, 'org.kde.KIO.Scheduler.reparseSlaveConfiguration', 'string:'];
    const { ok, stderr } = await run('/usr/bin/dbus-send', args, 'dbus-bin', options);
    if (ok) return [];
    return [`running KDE programs were not told of the change: ${stderr.trim().split('\n').at(-1) ?? ''}`];
  }
}

/** The script's address before the type that makes it count, and the type before the address that it made count. */
function inOrder(entries: ProxyEntries): string[] {
  const names = Object.keys(entries).sort();
  return entries.ProxyType === '2' ? names : names.reverse();
}

function meaningOf(entries: ProxyEntries): ProxyMeaning {
  const script = entries['Proxy Config Script'] ?? '';
  switch (entries.ProxyType ?? '0') {
    case '0':
      return direct;
    case '1':
      return manualOf(entries);
    case '2':
      return script === '' ? direct : { kind: 'pac', url: script };
    case '3':
      return discovery;
    default:
      return unsupported(
        'the proxy comes from environment variables',
        'name the proxies or the PAC file themselves in the system settings',
      );
  }
}

function manualOf(entries: ProxyEntries): ProxyMeaning {
  if (entries.ReversedException === 'true') {
    return unsupported(
      'the proxy is used for listed hosts only',
      'turn that option off in the system settings',
    );
  }
  return {
    kind: 'manual',
    proxies: {
      http: proxyOf(entries.httpProxy),
      https: proxyOf(entries.httpsProxy),
      socks: proxyOf(entries.socksProxy),
      bypass: (entries.NoProxyFor ?? '').split(/[\s,]+/).filter((host) => host !== ''),
    },
  };
}

/** `http://host 8080`, `http://host:8080` or `host:8080`. */
function proxyOf(text: string | null | undefined): string | null {
  const match = /^(?:[a-z0-9]+:\/\/)?(?:[^@/\s]*@)?(\[[^\]]+\]|[^\s:/]+)[\s:]+(\d+)\/?$/i.exec(
    (text ?? '').trim(),
  );
  return match === null ? null : hostPort(match[1], match[2]);
}

function failure(stderr: string): OpenGsaError {
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  return new OpenGsaError(
    'internal',
    `KDE's proxy setting cannot be read or changed: ${reason}; see to the rights of kioslaverc in your configuration folder`,
  );
}
