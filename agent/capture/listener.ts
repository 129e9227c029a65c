// A TCP listener that says what is wrong when it cannot listen, knows its connections and can reset them all.
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { parseAddress } from '../../protocol/address.ts';
import { formatDestination } from '../../protocol/destination.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import { resetSocket } from '../../protocol/relay/reset.ts';
import type { CaptureFront, CaptureLimits } from './capture.ts';

/**
 * Starts `server` on `address`.
 *
 * @param closeIdle closes the connections that carry no flow
 * @throws OpenGsaError `address-in-use`, `address-unavailable` or `bad-config`
 */
export async function startListening(
  server: Server,
  address: ListenAddress,
  limits: CaptureLimits,
  closeIdle: () => void,
): Promise<CaptureFront> {
  const open = new Set<Socket>();
  server.maxConnections = limits.maxConnections;
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await bind(server, address);
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : address.port;

  const stop = async (end: () => void): Promise<void> => {
    const closed = server.listening || open.size > 0 ? once(server, 'close') : null;
    if (server.listening) server.close();
    end();
    await closed;
  };
  return {
    listening: { host: address.address, port },
    connections: () => open.size,
    drain: () => stop(closeIdle),
    close: () => stop(() => open.forEach((socket) => resetSocket(socket))),
  };
}

async function bind(server: Server, { address: host, port }: ListenAddress): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw listenError(cause, host, port);
  }
  // A listener that fails later (out of descriptors) goes on with the next connection.
  server.on('error', () => undefined);
}

function listenError(cause: unknown, host: string, port: number): OpenGsaError {
  const address = parseAddress(host);
  const where =
    address === null ? `${host}:${port}` : formatDestination({ host: { kind: 'address', address }, port });
  const code = cause instanceof Error && 'code' in cause ? cause.code : '';
  if (code === 'EADDRINUSE') {
    return new OpenGsaError('address-in-use', `${where} is taken by another program`, { cause });
  }
  if (code === 'EADDRNOTAVAIL') {
    return new OpenGsaError('address-unavailable', `${where} is not an address of this machine`, { cause });
  }
  return new OpenGsaError('bad-config', `cannot listen on ${where}`, { cause });
}
