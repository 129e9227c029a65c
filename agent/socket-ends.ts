// The ends of a program's connection to one of the agent's listeners.
import type { Socket } from 'node:net';
import { parseAddress } from '../protocol/address.ts';
import type { FlowEnds, FlowRequest } from './core/flow.ts';

/** Who is at the other end of `socket`, or null if it has gone. */
export function sourceOf(socket: Socket): FlowRequest['source'] | null {
  const address = parseAddress(socket.remoteAddress ?? '');
  return address === null ? null : { address, port: socket.remotePort ?? 0 };
}

/** Both ends, where the program means the listener itself; null if it has gone. */
export function endsOf(socket: Socket): Required<FlowEnds> | null {
  const source = sourceOf(socket);
  const own = parseAddress(socket.localAddress ?? '');
  return source === null || own === null
    ? null
    : { source, dialled: { address: own, port: socket.localPort ?? 0 } };
}
