// Answers GET /metrics over plain HTTP, for a Prometheus on this machine or in a network that the administrator chose.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import type { Endpoint } from '../core/edge-policy.ts';
import { endpointOf, listenOn } from '../server/listen-on.ts';

export type MetricsListener = {
  /** @throws OpenGsaError as `listenOn` */
  readonly listen: () => Promise<void>;
  /** Where it listens; null while it does not. */
  readonly address: () => Endpoint | null;
  readonly close: () => void;
};

export type Figures = { readonly contentType: string; readonly text: () => Promise<string> };

const longestHeadBytes = 8192;
/** From the connection to the end of the head, and without a word between questions, in ms. */
const patienceMs = 10_000;
const mostConnections = 16;

/** @param onFault told when the figures cannot be made */
export function createMetricsListener(
  where: ListenAddress,
  figures: Figures,
  onFault: (error: unknown) => void,
): MetricsListener {
  const server = createServer(
    {
      maxHeaderSize: longestHeadBytes,
      headersTimeout: patienceMs,
      requestTimeout: patienceMs,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      answer(request, response, figures).catch((error: unknown) => {
        onFault(error);
        response.destroy();
      });
    },
  );
  server.maxConnections = mostConnections;
  server.timeout = patienceMs;
  server.on('error', onFault);
  server.on('clientError', (_error, socket) => socket.destroy());
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

async function answer(request: IncomingMessage, response: ServerResponse, figures: Figures): Promise<void> {
  response.on('error', () => undefined);
  // A body is not read: its connection ends with the answer.
  if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined) {
    response.shouldKeepAlive = false;
  }
  if (request.url !== '/metrics') response.writeHead(404).end();
  else if (request.method !== 'GET') response.writeHead(405, { allow: 'GET' }).end();
  else {
    const text = await figures.text();
    response.writeHead(200, { 'content-type': figures.contentType, 'cache-control': 'no-store' }).end(text);
  }
}
