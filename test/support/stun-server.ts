// coturn as a STUN server on loopback: unprivileged, without relay, users or files of its own.
import { installedProgram } from './debian-programs.ts';
import type { ProgramGroup } from './processes.ts';

export const turnserver = installedProgram('turnserver');

/** What starts programs: on this machine, or in a namespace. */
export type Starter = Pick<ProgramGroup, 'start' | 'folder'>;

/** Waits until it listens on `addresses` at `port`. */
export async function startStunServer(
  group: Starter,
  addresses: readonly string[],
  port: number,
): Promise<void> {
  if (turnserver === null) throw new Error('turnserver is not installed');
  const program = group.start(turnserver, [
    ...['--stun-only', '--no-auth', '--no-tls', '--no-dtls', '--no-tcp', '--no-cli'],
    ...['--fingerprint', '--log-file', 'stdout', '--simple-log', '--userdb', `${group.folder}/turn.db`],
    ...['--pidfile', `${group.folder}/turn.pid`, '-n'],
    ...addresses.flatMap((address) => ['--listening-ip', address]),
    ...['--listening-port', String(port), '--relay-threads', '1'],
  ]);
  await program.line(/Total General servers/);
}
