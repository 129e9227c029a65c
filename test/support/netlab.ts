// A network of its own for a test: a workstation's namespace and an edge's, with an emulated link between them.
// Only documentation addresses; nothing of the machine's own network is touched.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { installedProgram, isRoot } from './debian-programs.ts';
import { createProgramGroup, type Program, type ProgramGroup, type StartOptions } from './processes.ts';

/** Where things are. The device's address is what destinations must be told. */
export const netlabAddresses = {
  device: '203.0.113.7',
  /** Where the device roams to. */
  roamed: '203.0.113.99',
  deviceNetwork: '203.0.113.0/24',
  edge: '198.51.100.5',
  /** Destinations behind the edge, in its namespace. */
  origin: '198.51.100.80',
  farNetwork: '198.51.100.0/24',
} as const;

/** Options of the link emulator; shares are 0 to 1 and hold for each direction. */
export type LinkOptions = {
  /** One way, in ms. */
  readonly delayMs?: number;
  readonly jitterMs?: number;
  readonly loss?: number;
  readonly duplicate?: number;
  readonly corrupt?: number;
  readonly reorder?: number;
  readonly rateMbit?: number;
  readonly seed?: number;
};

const frameCounts = z.object({
  frames: z.int(),
  lost: z.int(),
  corrupted: z.int(),
  reordered: z.int(),
  duplicated: z.int(),
});
export type FrameCounts = z.infer<typeof frameCounts>;

/** `app` holds the device, `far` the edge and its destinations. */
export type NamespaceName = 'app' | 'far';

export type Netlab = {
  readonly folder: string;
  readonly start: (
    where: NamespaceName,
    command: string,
    args: readonly string[],
    options?: StartOptions,
  ) => Program;
  readonly run: (
    where: NamespaceName,
    command: string,
    args: readonly string[],
    options?: StartOptions,
  ) => ReturnType<ProgramGroup['run']>;
  /** From this moment on every frame is lost, those on their way too. */
  readonly cut: () => void;
  readonly mend: () => void;
  /** What has befallen the frames so far, both directions together. */
  readonly fate: () => Promise<FrameCounts>;
  /** Gives the device another address, as on a change of network: the old one is gone. */
  readonly roam: (address: string) => void;
  /** Ends all programs and removes the namespaces. */
  readonly end: () => Promise<void>;
};

const emulator = join(import.meta.dirname, '../netlab/link-emulator.py');
let laboratories = 0;

/** Why no laboratory can be made here, or null. Tests print it and skip. */
export function netlabObstacle(): string | null {
  if (process.platform !== 'linux') return 'network namespaces exist on Linux only';
  if (!isRoot()) return 'network namespaces need root';
  const missing = (['ip', 'ethtool', 'python3'] as const).filter((name) => installedProgram(name) === null);
  return missing.length > 0 ? `missing: ${missing.join(', ')}` : null;
}

/** Makes the namespaces and starts the link. */
export async function createNetlab(link: LinkOptions = {}): Promise<Netlab> {
  const stem = `opengsa-${process.pid}-${++laboratories}`;
  const names = { app: `${stem}-app`, uplink: `${stem}-uplink`, far: `${stem}-far` };
  const group = createProgramGroup();
  const end = async (): Promise<void> => {
    await group.end();
    for (const name of Object.values(names)) spawnSync(tool('ip'), ['netns', 'delete', name]);
  };
  try {
    build(names);
    const wire = group.start(tool('ip'), inside(names.uplink, tool('python3'), [emulator, ...options(link)]));
    await wire.line(/^ready$/);
    let reports = 0;
    return {
      folder: group.folder,
      start: (where, command, args, rest) =>
        group.start(tool('ip'), inside(names[where], command, args), rest),
      run: (where, command, args, rest) => group.run(tool('ip'), inside(names[where], command, args), rest),
      cut: () => wire.signal('SIGUSR1'),
      mend: () => wire.signal('SIGUSR2'),
      fate: async () => {
        wire.signal('SIGHUP');
        const line = await wire.line(new RegExp(`"report": ${++reports},`));
        return frameCounts.parse(JSON.parse(line));
      },
      roam: (address) => giveAddress(names.app, address),
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function build(names: { readonly app: string; readonly uplink: string; readonly far: string }): void {
  for (const name of Object.values(names)) {
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  for (const [near, wireEnd] of [
    [names.app, 'left'],
    [names.far, 'right'],
  ] as const) {
    ip('-n', names.uplink, 'link', 'add', wireEnd, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', near);
    ip('-n', names.uplink, 'link', 'set', wireEnd, 'up');
    // A frame must be what a wire carries: at most the MTU long and with its checksum filled in.
    const offloads = ['rx', 'tx', 'tso', 'gso', 'gro'].flatMap((feature) => [feature, 'off']);
    must(tool('ip'), inside(near, tool('ethtool'), ['-K', 'eth0', ...offloads]));
    ip('-n', near, 'link', 'set', 'eth0', 'up');
  }
  giveAddress(names.app, netlabAddresses.device);
  for (const address of [netlabAddresses.edge, netlabAddresses.origin]) {
    ip('-n', names.far, 'address', 'add', `${address}/24`, 'dev', 'eth0');
  }
  // Both networks lie on one link: no router stands between them.
  ip('-n', names.far, 'route', 'add', netlabAddresses.deviceNetwork, 'dev', 'eth0');
}

function giveAddress(namespace: string, address: string): void {
  ip('-n', namespace, '-4', 'address', 'flush', 'dev', 'eth0');
  ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'eth0');
  // The kernel drops the routes of an interface together with its last address.
  ip('-n', namespace, 'route', 'replace', 'default', 'dev', 'eth0');
}

function options(link: LinkOptions): string[] {
  const given: readonly (readonly [string, number | undefined])[] = [
    ['--delay-ms', link.delayMs],
    ['--jitter-ms', link.jitterMs],
    ['--loss', link.loss],
    ['--duplicate', link.duplicate],
    ['--corrupt', link.corrupt],
    ['--reorder', link.reorder],
    ['--rate-mbit', link.rateMbit],
    ['--seed', link.seed],
  ];
  const words = given.flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]));
  return ['left', 'right', ...words];
}

function inside(namespace: string, command: string, args: readonly string[]): string[] {
  return ['netns', 'exec', namespace, command, ...args];
}

function ip(...args: string[]): void {
  must(tool('ip'), args);
}

function must(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}

function tool(name: 'ip' | 'ethtool' | 'python3'): string {
  const path = installedProgram(name);
  if (path === null) throw new Error(`${name} is not installed`);
  return path;
}
