// A listener for plain HTTP that answers few questions to anybody: bounded in heads, time and connections.
import { createServer, type RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import type { Endpoint } from '../core/edge-policy.ts';
import { endpointOf, listenOn } from './listen-on.ts';

export type PlainListener = {
  /** @throws OpenGsaError as `listenOn` */
  readonly listen: () => Promise<void>;
  /** Where it listens; null while it does not. */
  readonly address: () => Endpoint | null;
  /** Ends at once: no question is worth waiting for. */
  readonly close: () => void;
};

export type PlainLimits = {
  readonly longestHeadBytes: number;
  readonly mostFields: number;
  /** From the connection to the end of the head, and without a word between questions, in ms. */
  readonly patienceMs: number;
  readonly mostConnections: number;
  /** Of one connection; 0: any number. */
  readonly mostRequests: number;
};

/** @param onFault told what is wrong with the listener itself */
export function createPlainListener(
  where: ListenAddress,
  limits: PlainLimits,
  answer: RequestListener,
  onFault: (error: Error) => void,
): PlainListener {
  const { longestHeadBytes, mostFields, patienceMs, mostConnections, mostRequests } = limits;
  const server = createServer(
    {
      maxHeaderSize: longestHeadBytes,
      headersTimeout: patienceMs,
      requestTimeout: patienceMs,
      connectionsCheckingInterval: 1000,
      keepAlive: false,
    },
    answer,
  );
  server.maxHeadersCount = mostFields;
  server.maxConnections = mostConnections;
  server.maxRequestsPerSocket = mostRequests;
  server.timeout = patienceMs;
  server.on('error', onFault);
  server.on('clientError', (_error, socket) => socket.destroy());
  // Without a listener for them, Node would leave such connections open.
  for (const event of ['connect', 'upgrade'] as const) {
    server.on(event, (_request, socket: Duplex) => socket.destroy());
  }
  return {
    listen: () => listenOn(server, where),
    address: () => endpointOf(server.address())[0] ?? null,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
