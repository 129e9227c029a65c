// Network namespaces of a test: made, wired, given addresses and rules, and removed with every program in them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';
import { installedProgram, isRoot } from './debian-programs.ts';
import { createProgramGroup, type ProgramGroup } from './processes.ts';

/** What starts and runs programs: on this machine, or in a namespace. */
export type Place = Pick<ProgramGroup, 'folder' | 'start' | 'run'>;

/** One end of a wire. */
export type Port<Name extends string> = { readonly at: Name; readonly device: string };

export type Namespaces<Name extends string> = {
  /** Shared by the programs of all namespaces. */
  readonly folder: string;
  readonly within: (name: Name) => Place;
  /** Joins two interfaces, which are made for it, by a wire. Both are up. */
  readonly wire: (a: Port<Name>, b: Port<Name>) => void;
  readonly give: (port: Port<Name>, prefixes: readonly string[]) => void;
  /** Arguments of `ip`, in the namespace. */
  readonly ip: (name: Name, ...args: readonly string[]) => void;
  /** Several `ip` commands in one go: next to no time passes between them. */
  readonly batch: (name: Name, commands: readonly string[]) => void;
  /** Lets it pass on what is meant for others. The machine's own setting stays as it is. */
  readonly forward: (name: Name) => void;
  /** Has programs that start there from this moment on ask this nameserver, and no other. */
  readonly nameserver: (name: Name, address: string) => void;
  /** Loads rules. */
  readonly nft: (name: Name, rules: string) => void;
  /** What nft prints, asked with these words. */
  readonly nftSays: (name: Name, ...words: readonly string[]) => string;
  /** Has each frame of an interface be what a wire carries: at most the MTU long, its checksum filled in. */
  readonly withoutOffloads: (port: Port<Name>) => void;
  /** Ends all programs and removes the namespaces. */
  readonly end: () => Promise<void>;
};

let laboratories = 0;

/** What lies in a folder of this one, by the namespace's name, `ip netns exec` puts over /etc (ip-netns(8)). */
const etcOfNamespaces = '/etc/netns';

/** Why no namespace can be made here, or null. Tests print it and skip. */
export function namespacesObstacle(): string | null {
  if (process.platform !== 'linux') return 'network namespaces exist on Linux only';
  if (!isRoot()) return 'network namespaces need root';
  const missing = (['ip', 'ethtool', 'python3'] as const).filter((name) => installedProgram(name) === null);
  return missing.length > 0 ? `missing: ${missing.join(', ')}` : null;
}

/** @throws Error where one cannot be made; those made before it are removed */
export function createNamespaces<Name extends string>(names: readonly Name[]): Namespaces<Name> {
  const stem = `opengsa-${process.pid}-${++laboratories}`;
  const full = (name: Name): string => `${stem}-${name}`;
  const group = createProgramGroup();
  const remove = (): void => {
    for (const name of names) {
      spawnSync(tool('ip'), ['netns', 'delete', full(name)]);
      rmSync(join(etcOfNamespaces, full(name)), { recursive: true, force: true });
    }
  };
  // A test process that ends half-way leaves none behind either.
  const forget = atExit(remove);
  const end = async (): Promise<void> => {
    await group.end();
    remove();
    forget();
  };
  const inside = (name: Name, command: string, args: readonly string[]): string[] => [
    ...['netns', 'exec', full(name), command],
    ...args,
  ];
  const ip = (name: Name, ...args: readonly string[]): void => {
    must(tool('ip'), ['-n', full(name), ...args]);
  };
  try {
    for (const name of names) {
      must(tool('ip'), ['netns', 'add', full(name)]);
      ip(name, 'link', 'set', 'lo', 'up');
    }
  } catch (error) {
    remove();
    forget();
    throw error;
  }
  return {
    folder: group.folder,
    within: (name) => ({
      folder: group.folder,
      start: (command, args, options) => group.start(tool('ip'), inside(name, command, args), options),
      run: (command, args, options) => group.run(tool('ip'), inside(name, command, args), options),
    }),
    wire: (a, b) => {
      const peer = ['peer', 'name', b.device, 'netns', full(b.at)];
      ip(a.at, 'link', 'add', a.device, 'type', 'veth', ...peer);
      for (const { at, device } of [a, b]) ip(at, 'link', 'set', device, 'up');
    },
    give: ({ at, device }, prefixes) => {
      for (const prefix of prefixes) ip(at, 'address', 'add', prefix, 'dev', device, ...quick(prefix));
    },
    ip,
    batch: (name, commands) => {
      must(tool('ip'), ['-n', full(name), '-batch', '-'], `${commands.join('\n')}\n`);
    },
    forward: (name) => {
      for (const setting of ['ipv4/ip_forward', 'ipv6/conf/all/forwarding']) {
        must(tool('ip'), inside(name, '/usr/bin/tee', [`/proc/sys/net/${setting}`]), '1');
      }
    },
    nameserver: (name, address) => {
      const etc = join(etcOfNamespaces, full(name));
      mkdirSync(etc, { recursive: true });
      writeFileSync(join(etc, 'resolv.conf'), `nameserver ${address}\n`);
    },
    nft: (name, rules) => {
      must(tool('ip'), inside(name, tool('nft'), ['-f', '-']), `${rules}\n`);
    },
    nftSays: (name, ...words) => must(tool('ip'), inside(name, tool('nft'), words)),
    withoutOffloads: ({ at, device }) => {
      const offloads = ['rx', 'tx', 'tso', 'gso', 'gro'].flatMap((feature) => [feature, 'off']);
      must(tool('ip'), inside(at, tool('ethtool'), ['-K', device, ...offloads]));
    },
    end,
  };
}

/** Nobody else is there whose IPv6 address could be the same, so none need be waited for (RFC 4862 section 5.4). */
export function quick(prefix: string): readonly string[] {
  return prefix.includes(':') ? ['nodad'] : [];
}

function must(command: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', input });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}

function tool(name: 'ip' | 'ethtool' | 'nft'): string {
  const path = installedProgram(name);
  if (path === null) throw new Error(`${name} is not installed`);
  return path;
}
