// Connections older than the capture: listed with their programs, and closed when a person asks for that.
import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { olderConnections } from './core/older-connections.ts';
import { readSockets, type SocketEnd, type SocketEntry } from './core/proc-net.ts';
import type { Attribution } from './process/attribution.ts';
import { type CloseConnection, connectionCloser } from './process/close-connection.ts';
import { ownSocketInodes } from './process/own-sockets.ts';
import type { Address } from '../protocol/address.ts';
import { formatDestination } from '../protocol/destination.ts';
import { OpenGsaError } from '../protocol/error.ts';
import type { CloseOutcome, ConnectionEnds, OlderConnections } from '../protocol/older-connection.ts';

export type OlderConnectionsDesk = {
  /** @throws OpenGsaError `not-found` on a system that does not tell */
  readonly list: () => Promise<OlderConnections>;
  /**
   * Closes those of `asked` that the list holds at this moment, and no others.
   *
   * @throws OpenGsaError `access-denied` without the right to, `not-found` without the program or the kernel's help
   */
  readonly close: (asked: readonly ConnectionEnds[]) => Promise<readonly CloseOutcome[]>;
};

export type OlderConnectionsSetup = {
  readonly attribution: Attribution;
  /** Whether a new connection to there would come to the agent if its program were captured. */
  readonly wouldCapture: (address: Address, port: number) => boolean;
  /** Whether `wouldCapture` knows the addresses behind names. */
  readonly namesKnown: () => boolean;
  /** What closes; ss(8) unless given. */
  readonly closer?: () => Promise<CloseConnection>;
};

export function createOlderConnections(setup: OlderConnectionsSetup): OlderConnectionsDesk {
  const present = async (): Promise<readonly SocketEntry[]> => {
    const [sockets, ownInodes] = await Promise.all([tcpSockets(), ownSocketInodes()]);
    return olderConnections(sockets, { ownInodes, wouldCapture: setup.wouldCapture });
  };
  return {
    async list() {
      const connections = await Promise.all(
        (await present()).map(async (socket) => ({
          ...endsOf(socket),
          process: await setup.attribution.holder(socket.uid, socket.inode),
        })),
      );
      return { connections, namesKnown: setup.namesKnown() };
    },
    async close(asked) {
      const close = await (setup.closer ?? connectionCloser)();
      const before = keysOf(await present());
      const outcomes: CloseOutcome[] = [];
      for (const ends of asked) {
        const closed = before.has(keyOf(ends)) && (await close(ends));
        outcomes.push({ ...ends, outcome: closed ? 'closed' : 'gone' });
      }
      const after = keysOf(await present());
      return refuseUnlessAny(
        outcomes.map((one) => (after.has(keyOf(one)) ? { ...one, outcome: 'kept' } : one)),
      );
    },
  };
}

/** Where the kernel closes none, it says nothing; that all are left tells. */
function refuseUnlessAny(outcomes: readonly CloseOutcome[]): readonly CloseOutcome[] {
  if (outcomes.length === 0 || outcomes.some(({ outcome }) => outcome !== 'kept')) return outcomes;
  throw new OpenGsaError(
    'not-found',
    'this kernel closes no connections of other programs (it is built without CONFIG_INET_DIAG_DESTROY); end the programs',
  );
}

async function tcpSockets(): Promise<readonly SocketEntry[]> {
  if (process.platform !== 'linux') {
    throw new OpenGsaError('not-found', 'only on Linux can the agent tell which connections go past it');
  }
  const texts = await Promise.all([
    readFile('/proc/net/tcp', 'latin1'),
    // A machine without IPv6 has no such table.
    readFile('/proc/net/tcp6', 'latin1').catch(() => ''),
  ]);
  return texts.flatMap((text) => [...readSockets(text, endianness())]);
}

function endsOf({ local, remote }: SocketEntry): ConnectionEnds {
  return { local: endText(local), remote: endText(remote) };
}

function endText({ address, port }: SocketEnd): string {
  return formatDestination({ host: { kind: 'address', address }, port });
}

function keysOf(sockets: readonly SocketEntry[]): ReadonlySet<string> {
  return new Set(sockets.map((socket) => keyOf(endsOf(socket))));
}

function keyOf({ local, remote }: ConnectionEnds): string {
  return `${local} ${remote}`;
}
