// A workstation behind a NAT, in namespaces of its own: IPv4 is masked by the router's address, IPv6 passes as it is.
import { spawnSync } from 'node:child_process';
import { installedProgram } from './debian-programs.ts';
import { netlabObstacle } from './netlab.ts';
import { createProgramGroup, type ProgramGroup } from './processes.ts';
import type { Starter } from './stun-server.ts';

/** Documentation addresses only. */
export const natAddresses = {
  device: '192.0.2.7',
  deviceIpv6: '2001:db8:1::7',
  /** What the far side sees of the device over IPv4. */
  router: '203.0.113.1',
  /** Another address of the router. */
  otherRouter: '203.0.113.2',
  far: '203.0.113.80',
  farIpv6: '2001:db8:2::80',
} as const;

export type NatLab = {
  readonly folder: string;
  /** Starts and runs programs at the device and on the far side. */
  readonly device: Starter & Pick<ProgramGroup, 'run'>;
  readonly far: Starter;
  /** From this moment on new connections of the device appear with these addresses in turn. */
  readonly maskAs: (...addresses: readonly string[]) => void;
  readonly end: () => Promise<void>;
};

let laboratories = 0;

/** Why no laboratory can be made here, or null. Tests print it and skip. */
export function natLabObstacle(): string | null {
  return netlabObstacle() ?? (installedProgram('nft') === null ? 'missing: nft' : null);
}

export async function createNatLab(): Promise<NatLab> {
  const stem = `opengsa-nat-${process.pid}-${++laboratories}`;
  const names = { device: `${stem}-device`, router: `${stem}-router`, far: `${stem}-far` };
  const group = createProgramGroup();
  const end = async (): Promise<void> => {
    await group.end();
    for (const name of Object.values(names)) spawnSync(tool('ip'), ['netns', 'delete', name]);
  };
  const within = (name: string): Starter & Pick<ProgramGroup, 'run'> => ({
    folder: group.folder,
    start: (command, args, options) => group.start(tool('ip'), inside(name, command, args), options),
    run: (command, args, options) => group.run(tool('ip'), inside(name, command, args), options),
  });
  const maskAs: NatLab['maskAs'] = (...addresses) => {
    const pool = addresses.map((address, i) => `${i} : ${address}`).join(', ');
    const inTurn = `numgen inc mod ${addresses.length} map { ${pool} }`;
    const chain = `chain mask { type nat hook postrouting priority srcnat; oifname "wan" snat to ${inTurn}; };`;
    const rules = `table ip nat\ndelete table ip nat\ntable ip nat { ${chain} };\n`;
    must(tool('ip'), inside(names.router, tool('nft'), ['-f', '-']), rules);
  };
  try {
    build(names);
    maskAs(natAddresses.router);
    return { folder: group.folder, device: within(names.device), far: within(names.far), maskAs, end };
  } catch (error) {
    await end();
    throw error;
  }
}

function build(names: { readonly device: string; readonly router: string; readonly far: string }): void {
  for (const name of Object.values(names)) {
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  for (const [near, side] of [
    [names.device, 'lan'],
    [names.far, 'wan'],
  ] as const) {
    ip('-n', names.router, 'link', 'add', side, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', near);
    ip('-n', names.router, 'link', 'set', side, 'up');
    ip('-n', near, 'link', 'set', 'eth0', 'up');
  }
  give(names.router, 'lan', '192.0.2.1/24', '2001:db8:1::1/64');
  give(
    names.router,
    'wan',
    `${natAddresses.router}/24`,
    `${natAddresses.otherRouter}/24`,
    '2001:db8:2::1/64',
  );
  give(names.device, 'eth0', `${natAddresses.device}/24`, `${natAddresses.deviceIpv6}/64`);
  give(names.far, 'eth0', `${natAddresses.far}/24`, `${natAddresses.farIpv6}/64`);
  ip('-n', names.device, 'route', 'add', 'default', 'via', '192.0.2.1');
  ip('-n', names.device, '-6', 'route', 'add', 'default', 'via', '2001:db8:1::1');
  ip('-n', names.far, '-6', 'route', 'add', '2001:db8:1::/64', 'via', '2001:db8:2::1');
  for (const setting of ['ipv4/ip_forward', 'ipv6/conf/all/forwarding']) {
    must(tool('ip'), inside(names.router, '/usr/bin/tee', [`/proc/sys/net/${setting}`]), '1');
  }
}

function give(namespace: string, device: string, ...prefixes: readonly string[]): void {
  for (const prefix of prefixes) {
    // Nobody else is there whose IPv6 address could be the same.
    const quick = prefix.includes(':') ? ['nodad'] : [];
    ip('-n', namespace, 'address', 'add', prefix, 'dev', device, ...quick);
  }
}

function inside(namespace: string, command: string, args: readonly string[]): string[] {
  return ['netns', 'exec', namespace, command, ...args];
}

function ip(...args: string[]): void {
  must(tool('ip'), args);
}

function must(command: string, args: readonly string[], input?: string): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', input });
  if (status === 0) return;
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}

function tool(name: 'ip' | 'nft'): string {
  const path = installedProgram(name);
  if (path === null) throw new Error(`${name} is not installed`);
  return path;
}
