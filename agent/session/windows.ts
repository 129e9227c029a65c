// The proxy setting of a person on Windows: Internet Settings in the registry by reg.exe, and WinINET told by PowerShell.
import { win32 } from 'node:path';
import { OpenGsaError } from '../../protocol/error.ts';
import type { ProxyEntries } from '../core/saved-proxy.ts';
import { type RunTool, runTool } from '../run-tool.ts';
import { direct, hostPort, type ProxyMeaning, type SystemProxy } from './system-proxy.ts';

const key = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings`;
const names = ['AutoConfigURL', 'ProxyEnable', 'ProxyServer', 'ProxyOverride'] as const;
const timeoutMs = 30_000;

/** 39: settings changed, 37: read them again (INTERNET_OPTION_SETTINGS_CHANGED and _REFRESH of wininet.h). */
const refreshScript = [
  "$ErrorActionPreference = 'Stop';",
  `$wininet = Add-Type -Name WinInet -Namespace OpenGsa -PassThru -MemberDefinition '[DllImport("wininet.dll", SetLastError = true)] public static extern bool InternetSetOption(IntPtr handle, int option, IntPtr buffer, int length);';`,
  'foreach ($option in 39, 37) { if (-not $wininet::InternetSetOption([IntPtr]::Zero, $option, [IntPtr]::Zero, 0)) { exit 1 } }',
].join(' ');

type Environment = Readonly<Record<string, string | undefined>>;

export function createWindowsProxy(environment: Environment, run: RunTool = runTool): SystemProxy {
  const root = environment.SystemRoot ?? environment.SYSTEMROOT ?? String.raw`C:\Windows`;
  const system = win32.join(root, 'System32');
  const options = { environment: { SystemRoot: root, TEMP: environment.TEMP, PATH: system }, timeoutMs };
  const reg = (...args: readonly string[]) =>
    run(win32.join(system, 'reg.exe'), args, 'Windows itself', options);
  return {
    kind: 'windows',
    place: `the proxy setting of this account (${key})`,
    takesPac: true,
    async read() {
      const { ok, stdout, stderr } = await reg('query', key);
      if (!ok) throw failure(stderr);
      return Object.fromEntries(names.map((name) => [name, valueOf(stdout, name)]));
    },
    wish: ({ pacUrl, marks }) => ({ entries: { AutoConfigURL: pacUrl }, marks }),
    neutral: () => ({ AutoConfigURL: null }),
    meaning: meaningOf,
    async write(entries) {
      const url = entries.AutoConfigURL;
      if (url === undefined) return [];
      const change =
        url === null
          ? ['delete', key, '/v', 'AutoConfigURL']
          : ['add', key, '/v', 'AutoConfigURL', '/t', 'REG_SZ', '/d', url];
      const { ok, stderr } = await reg(...change, '/f');
      if (!ok) throw failure(stderr);
      return tellRunningPrograms();
    },
  };

  async function tellRunningPrograms(): Promise<readonly string[]> {
    const powershell = win32.join(system, 'WindowsPowerShell', 'v1.0', 'powershell.exe');
    const args = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', refreshScript];
    const { ok, stderr } = await run(powershell, args, 'Windows PowerShell', options);
    if (ok) return [];
    return [`running programs were not told of the change: ${stderr.trim().split('\n').at(-1) ?? ''}`];
  }
}

/** A line of `reg query`: four blanks between name, type and data. */
function valueOf(text: string, name: string): string | null {
  return new RegExp(`^ {4}${name} {4}REG_\\w+ {4}(.*?)\\r?$`, 'm').exec(text)?.[1] ?? null;
}

function meaningOf(entries: ProxyEntries): ProxyMeaning {
  const url = entries.AutoConfigURL ?? '';
  if (url !== '') return { kind: 'pac', url };
  if (Number(entries.ProxyEnable ?? 0) !== 1) return direct;
  const bypass = (entries.ProxyOverride ?? '').split(';').filter((host) => host !== '');
  return { kind: 'manual', proxies: { ...proxiesOf(entries.ProxyServer ?? ''), bypass } };
}

/** `host:port` for every scheme, or `http=host:port;https=host:port;socks=host:port`. */
function proxiesOf(text: string): { http: string | null; https: string | null; socks: string | null } {
  const parts = new Map(
    text.split(';').map((part) => {
      const [name, value] = part.includes('=') ? part.split('=', 2) : ['all', part];
      return [(name ?? '').trim(), proxyOf(value ?? '')] as const;
    }),
  );
  const all = parts.get('all') ?? null;
  return {
    http: parts.get('http') ?? all,
    https: parts.get('https') ?? all,
    socks: parts.get('socks') ?? null,
  };
}

function proxyOf(text: string): string | null {
  const match = /^(?:[a-z]+:\/\/)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/i.exec(text.trim());
  return match === null ? null : hostPort(match[1], match[2] ?? '80');
}

function failure(stderr: string): OpenGsaError {
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  return new OpenGsaError(
    'internal',
    `the proxy setting in the registry cannot be read or changed: ${reason}; a policy of your organisation may hold it`,
  );
}
