// Notices the agent's own connections among those it has captured: each would make another one, for ever.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { type Address, parseAddress } from '../../protocol/address.ts';

/** One connection as its opener sees it. */
export type Connection = {
  readonly from: { readonly address: Address; readonly port: number };
  readonly to: { readonly address: Address; readonly port: number };
};

export type LoopFuse = {
  /** To be told of each captured connection. */
  readonly captured: (connection: Connection) => void;
  readonly stop: () => void;
};

/** Node tells of every socket that `net.connect` makes. */
const channel = 'net.client.socket';
/** Captured connections that are remembered until the agent's own side tells that it is connected. */
const remembered = 256;

/**
 * The two ends of a connection become known in either order, within one turn of the event loop or two.
 *
 * @param onLoop called for each of the agent's own connections that came back to it
 */
export function watchForLoops(onLoop: (connection: Connection) => void): LoopFuse {
  const own = new Map<string, Socket>();
  const lately = new Map<string, Connection>();

  const onClient = (message: unknown): void => {
    const socket = (message as { readonly socket?: unknown }).socket;
    if (!(socket instanceof Socket)) return;
    socket.once('connect', () => {
      const connection = connectionOf(socket);
      if (connection === null) return;
      const key = keyOf(connection);
      own.set(key, socket);
      socket.once('close', () => own.delete(key));
      const known = lately.get(key);
      if (known !== undefined) onLoop(known);
    });
  };
  subscribe(channel, onClient);
  return {
    captured: (connection) => {
      const key = keyOf(connection);
      if (own.has(key)) {
        onLoop(connection);
        return;
      }
      lately.delete(key);
      lately.set(key, connection);
      const [oldest] = lately.keys();
      if (lately.size > remembered && oldest !== undefined) lately.delete(oldest);
    },
    stop: () => unsubscribe(channel, onClient),
  };
}

function connectionOf(socket: Socket): Connection | null {
  const from = parseAddress(socket.localAddress ?? '');
  const to = parseAddress(socket.remoteAddress ?? '');
  if (from === null || to === null) return null;
  return {
    from: { address: from, port: socket.localPort ?? 0 },
    to: { address: to, port: socket.remotePort ?? 0 },
  };
}

function keyOf({ from, to }: Connection): string {
  return `${from.address.text} ${from.port} ${to.address.text} ${to.port}`;
}
