// Who is at the other end of a captured connection, in the form of a flow request.
import type { Socket } from 'node:net';
import { parseAddress } from '../protocol/address.ts';
import type { FlowRequest } from './core/flow.ts';

/** Null if the peer has gone. */
export function sourceOf(socket: Socket): FlowRequest['source'] | null {
  const address = parseAddress(socket.remoteAddress ?? '');
  return address === null ? null : { address, port: socket.remotePort ?? 0 };
}
