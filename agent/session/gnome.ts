// GNOME's proxy setting, and that of the desktops that keep theirs in the same place: org.gnome.system.proxy, by gsettings.
import { OpenGsaError } from '../../protocol/error.ts';
import type { ProxyEntries } from '../core/saved-proxy.ts';
import { type RunTool, runTool } from '../run-tool.ts';
import { parseStringList, parseVariant } from './gvariant-text.ts';
import { direct, discovery, hostPort, type ProxyMeaning, type SystemProxy } from './system-proxy.ts';

export const gsettingsPath = '/usr/bin/gsettings';
const schema = 'org.gnome.system.proxy';
const timeoutMs = 10_000;

type Environment = Readonly<Record<string, string | undefined>>;

export function createGnomeProxy(environment: Environment, run: RunTool = runTool): SystemProxy {
  const gsettings = (args: readonly string[], more: Environment = {}) =>
    run(gsettingsPath, args, 'libglib2.0-bin and gsettings-desktop-schemas', {
      environment: { ...sessionEnvironment(environment), ...more },
      timeoutMs,
    });
  return {
    kind: 'gnome',
    place: `GNOME's proxy setting (gsettings ${schema})`,
    takesPac: true,
    async read() {
      const { ok, stdout, stderr } = await gsettings(['list-recursively', schema]);
      if (!ok) throw failure(stderr);
      const entries = parseListing(stdout);
      if (entries.mode === undefined || entries['autoconfig-url'] === undefined) throw failure(stderr);
      return entries;
    },
    wish: ({ pacUrl, marks }) => ({ entries: { mode: 'auto', 'autoconfig-url': pacUrl }, marks }),
    neutral: () => ({ mode: 'none', 'autoconfig-url': '' }),
    meaning: meaningOf,
    async write(entries) {
      for (const key of inOrder(entries)) {
        const value = entries[key] ?? '';
        // A value that is the machine's default is not written, so that a default that changes later is followed.
        const args =
          (await defaultOf(key)) === value ? ['reset', schema, key] : ['set', schema, key, quoted(value)];
        const { ok, stderr } = await gsettings(args);
        if (!ok) throw failure(stderr);
        // Without a message bus or a store it reports success all the same, and keeps nothing.
        if ((await valueOf(key)) !== value) throw failure(stderr.trim() === '' ? 'it was not kept' : stderr);
      }
      return [];
    },
  };

  /** With no place to look for the person's own settings, what is left is the administrator's and the schema's. */
  function defaultOf(key: string): Promise<string | null> {
    return valueOf(key, { XDG_CONFIG_HOME: '/dev/null/none' });
  }

  async function valueOf(key: string, more: Environment = {}): Promise<string | null> {
    const { ok, stdout } = await gsettings(['get', schema, key], more);
    return ok ? parseVariant(stdout.trim()) : null;
  }
}

/** What the session's programs need to find the person's settings. */
export function sessionEnvironment(environment: Environment): Environment {
  const names = ['HOME', 'USER', 'DBUS_SESSION_BUS_ADDRESS', 'GSETTINGS_BACKEND', 'DCONF_PROFILE'];
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => names.includes(name) || name.startsWith('XDG_')),
  );
}

/** The address before the mode that makes it count, and the mode before the address that it made count. */
function inOrder(entries: ProxyEntries): string[] {
  const keys = Object.keys(entries).sort();
  return entries.mode === 'auto' ? keys : keys.reverse();
}

function parseListing(text: string): ProxyEntries {
  const entries: Record<string, string | null> = {};
  for (const line of text.split('\n')) {
    const match = /^org\.gnome\.system\.proxy(?:\.(\w+))? ([\w-]+) (.*)$/.exec(line);
    // Who the person is at a proxy is nobody's to keep.
    if (match?.[2] === undefined || match[2].startsWith('authentication-')) continue;
    entries[match[1] === undefined ? match[2] : `${match[1]}.${match[2]}`] = parseVariant(match[3] ?? '');
  }
  return entries;
}

function meaningOf(entries: ProxyEntries): ProxyMeaning {
  const { mode } = entries;
  const url = entries['autoconfig-url'] ?? '';
  if (mode === 'auto') return url === '' ? discovery : { kind: 'pac', url };
  if (mode !== 'manual') return direct;
  const proxy = (scheme: string) => hostPort(entries[`${scheme}.host`], entries[`${scheme}.port`]);
  return {
    kind: 'manual',
    proxies: {
      http: proxy('http'),
      https: proxy('https'),
      socks: proxy('socks'),
      bypass: parseStringList(entries['ignore-hosts'] ?? '[]'),
    },
  };
}

function quoted(value: string): string {
  return `'${value.replaceAll(/['\\]/g, (character) => `\\${character}`)}'`;
}

function failure(stderr: string): OpenGsaError {
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  return new OpenGsaError(
    'internal',
    `GNOME's proxy setting cannot be read or changed: ${reason === '' ? `no schema ${schema}` : reason}; run this in your desktop session, with gsettings-desktop-schemas installed`,
  );
}
