// Opens a listener, or says in the edge's own words why it cannot be.
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { parseAddress } from '../../protocol/address.ts';
import { type ErrorCode, OpenGsaError } from '../../protocol/error.ts';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import type { Endpoint } from '../core/edge-policy.ts';

/** @throws OpenGsaError `address-in-use`, `address-unavailable` or `bad-permissions` (ports below 1024) */
export async function listenOn(server: Server, where: ListenAddress): Promise<void> {
  server.listen({ host: where.address, port: where.port });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenFault(error, where);
  }
}

/** What became of an attempt to listen: `address-in-use`, `address-unavailable`, `bad-permissions`, else `internal`. */
export function listenFault(error: unknown, where: ListenAddress): OpenGsaError {
  const codes: Record<string, ErrorCode> = {
    EADDRINUSE: 'address-in-use',
    EADDRNOTAVAIL: 'address-unavailable',
    EACCES: 'bad-permissions',
  };
  const code = error instanceof Error && 'code' in error ? codes[String(error.code)] : undefined;
  return new OpenGsaError(code ?? 'internal', `cannot listen on ${where.address} port ${where.port}`, {
    cause: error,
  });
}

/** Where a server listens, with the port that the system chose; empty while it does not. */
export function endpointOf(bound: AddressInfo | string | null): Endpoint[] {
  if (bound === null || typeof bound === 'string') return [];
  const address = parseAddress(bound.address);
  return address === null ? [] : [{ address, port: bound.port }];
}
