// Which connections of this machine go past the agent although new ones to the same destination would come to it.
import { type Address, isUnspecified } from '../../protocol/address.ts';
import type { SocketEnd, SocketEntry } from './proc-net.ts';

export type OlderQuestion = {
  /** Sockets of the agent itself. */
  readonly ownInodes: ReadonlySet<number>;
  /** Whether a new connection to there would be captured. */
  readonly wouldCapture: (address: Address, port: number) => boolean;
};

/**
 * Open connections that programs of this machine made to where capture would take them. Left out: the agent's own, those
 * that it has at its other end, and those that came in at a server of this machine.
 *
 * @param sockets the tables of both families
 */
export function olderConnections(
  sockets: readonly SocketEntry[],
  { ownInodes, wouldCapture }: OlderQuestion,
): readonly SocketEntry[] {
  const isOwn = ({ inode }: SocketEntry): boolean => ownInodes.has(inode);
  // A captured program's near end is the far end of one of the agent's sockets, whatever it believes to be connected to.
  const captured = new Set(sockets.filter(isOwn).map(({ remote }) => endKey(remote)));
  const served = servedEnds(sockets);
  return sockets.filter(
    (socket) =>
      socket.state === 'established' &&
      socket.inode !== 0 &&
      !isOwn(socket) &&
      !captured.has(endKey(socket.local)) &&
      !served(socket.local) &&
      wouldCapture(socket.remote.address, socket.remote.port),
  );
}

/** Whether a server listens at an end. */
function servedEnds(sockets: readonly SocketEntry[]): (end: SocketEnd) => boolean {
  const listening = sockets.filter(({ state }) => state === 'listen').map(({ local }) => local);
  const everywhere = new Set(
    listening.filter(({ address }) => isUnspecified(address)).map(({ port }) => port),
  );
  const somewhere = new Set(listening.map(endKey));
  return (end) => everywhere.has(end.port) || somewhere.has(endKey(end));
}

function endKey({ address, port }: SocketEnd): string {
  return `${address.text} ${port}`;
}
