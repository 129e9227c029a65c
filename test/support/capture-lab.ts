// A workstation and an Internet of one link, for what is captured transparently.
//
//   app 192.0.2.7, 2001:db8:1::7 ──eth0────eth0── internet: services, a neighbour, the capture of packets
//
// The agent runs as an account of its own with CAP_NET_ADMIN and nothing else, as it does when it is installed.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Setup } from '../netlab/programs/transparent-agent.ts';
import { installedProgram } from './debian-programs.ts';
import { createNamespaces, type Namespaces, namespacesObstacle } from './namespaces.ts';
import { pinnedNode, type Program, type ProgramResult } from './processes.ts';
import { otherAccountsObstacle } from './other-accounts.ts';

export const captureAddresses = {
  workstation: '192.0.2.7',
  neighbour: '192.0.2.1',
  /** Where names lead to. */
  service: '198.51.100.80',
  other: '198.51.100.81',
  /** In a captured subnet, 203.0.113.0/24. */
  inSubnet: '203.0.113.9',
  serviceIpv6: '2001:db8:f::80',
} as const;

export const agentUid = 990;

export type CaptureLab = Namespaces<'app' | 'internet'> & {
  /** Starts the agent and waits until it captures. */
  readonly startAgent: (setup: Setup, ...nodeOptions: readonly string[]) => Promise<CaptureAgent>;
  /** Runs a program on the workstation, as an account with that number. */
  readonly as: (uid: number, command: string, ...args: readonly string[]) => Promise<ProgramResult>;
  /** Packets at the uplink that `filter` names, from this moment on, seen from outside. */
  readonly watchUplink: (filter: string) => Promise<{ readonly stop: () => Promise<readonly string[]> }>;
};

export type CaptureAgent = {
  readonly program: Program;
  readonly reconfigure: (setup: Setup) => Promise<void>;
  readonly facts: () => readonly Record<string, unknown>[];
  /** Processes that it has started, by their command. */
  readonly children: () => readonly { readonly pid: number; readonly command: string }[];
};

const programs = join(import.meta.dirname, '../netlab/programs');

/** Why no laboratory can be made here, or null. Tests print it and skip. */
export function captureLabObstacle(): string | null {
  const missing = (['nft', 'setpriv', 'curl', 'tcpdump'] as const).filter(
    (name) => installedProgram(name) === null,
  );
  return (
    namespacesObstacle() ??
    otherAccountsObstacle() ??
    (missing.length > 0 ? `missing: ${missing.join(', ')}` : null)
  );
}

export async function createCaptureLab(): Promise<CaptureLab> {
  const spaces = createNamespaces(['app', 'internet']);
  try {
    // The agent's account reads its setup there.
    chmodSync(spaces.folder, 0o755);
    connect(spaces);
    const { service, other, inSubnet, serviceIpv6 } = captureAddresses;
    const services = spaces
      .within('internet')
      .start(pinnedNode, [...[join(programs, 'capture-services.ts'), service, other, inSubnet, serviceIpv6]]);
    await services.line(/^ready$/);
    return {
      ...spaces,
      startAgent: (setup, ...nodeOptions) => startAgent(spaces, setup, nodeOptions),
      as: (uid, command, ...args) =>
        spaces
          .within('app')
          .run('/usr/bin/setpriv', [
            ...[
              `--reuid=${uid}`,
              `--regid=${uid}`,
              '--clear-groups',
              '--inh-caps=-all',
              '--bounding-set=-all',
            ],
            ...[command, ...args],
          ]),
      watchUplink: (filter) => watchUplink(spaces, filter),
    };
  } catch (error) {
    await spaces.end();
    throw error;
  }
}

function connect(spaces: Namespaces<'app' | 'internet'>): void {
  const [app, internet] = [
    { at: 'app', device: 'eth0' },
    { at: 'internet', device: 'eth0' },
  ] as const;
  spaces.wire(app, internet);
  const { workstation, neighbour, service, other, inSubnet, serviceIpv6 } = captureAddresses;
  spaces.give(app, [`${workstation}/24`, '2001:db8:1::7/64']);
  spaces.give(internet, [`${neighbour}/24`, '2001:db8:1::1/64']);
  spaces.give(internet, [
    ...[service, other, inSubnet].map((address) => `${address}/32`),
    `${serviceIpv6}/128`,
  ]);
  spaces.ip('app', 'route', 'add', 'default', 'via', neighbour);
  spaces.ip('app', '-6', 'route', 'add', 'default', 'via', '2001:db8:1::1');
}

async function startAgent(
  spaces: Namespaces<'app' | 'internet'>,
  setup: Setup,
  nodeOptions: readonly string[],
): Promise<CaptureAgent> {
  const file = join(spaces.folder, 'setup.json');
  const write = (next: Setup): void => writeFileSync(file, JSON.stringify(next), { mode: 0o644 });
  write(setup);
  const program = spaces
    .within('app')
    .start('/usr/bin/setpriv', [
      ...[`--reuid=${agentUid}`, `--regid=${agentUid}`, '--clear-groups'],
      ...['--inh-caps=-all,+net_admin', '--ambient-caps=-all,+net_admin', '--bounding-set=-all,+net_admin'],
      ...[pinnedNode, ...nodeOptions, join(programs, 'transparent-agent.ts'), file],
    ]);
  const facts = (): Record<string, unknown>[] =>
    program
      .stdout()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  await program.line(/^\{"(ready|prevented)"/);
  return {
    program,
    facts,
    reconfigure: async (next) => {
      const before = facts().filter((fact) => 'applied' in fact).length;
      write(next);
      program.signal('SIGHUP');
      while (facts().filter((fact) => 'applied' in fact).length === before) {
        if (program.stderr() !== '') throw new Error(program.stderr());
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    children: () =>
      readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, 'utf8')
        .split(' ')
        .filter((pid) => pid !== '')
        .map((pid) => ({
          pid: Number(pid),
          command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
        })),
  };
}

async function watchUplink(
  spaces: Namespaces<'app' | 'internet'>,
  filter: string,
): ReturnType<CaptureLab['watchUplink']> {
  const tcpdump = installedProgram('tcpdump') ?? '';
  // -U and -l: each packet is told at once.
  const options = ['-n', '-l', '-U', '--immediate-mode', '-i', 'eth0'];
  const program = spaces.within('internet').start(tcpdump, [...options, filter]);
  while (!program.stderr().includes('listening on')) await new Promise((resolve) => setTimeout(resolve, 5));
  return {
    stop: async () => {
      program.signal('SIGINT');
      return (await program.ended).stdout.split('\n').filter((line) => line !== '');
    },
  };
}
