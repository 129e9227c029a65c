// Answers over plain HTTP one question and no other: does a device that asks reach this edge, or a captive portal?
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import {
  isPortalChallenge,
  portalChallengeField,
  portalCheckPath,
  portalResponse,
  portalResponseField,
} from '../../protocol/portal-check.ts';
import type { Endpoint } from '../core/edge-policy.ts';
import { endpointOf, listenOn } from './listen-on.ts';

export type PortalListener = {
  /** @throws OpenGsaError as `listenOn` */
  readonly listen: () => Promise<void>;
  /** Where it listens; null while it does not. */
  readonly address: () => Endpoint | null;
  /** Ends at once: no question is worth waiting for. */
  readonly close: () => void;
};

/** A device's head has some 200 bytes. */
const longestHeadBytes = 2048;
const mostFields = 16;
/** From the connection to the end of the head, in ms. */
const patienceMs = 5000;
/** Strangers may ask as well, so few get a place at a time; devices ask again. */
const mostConnections = 256;

export function createPortalListener(where: ListenAddress): PortalListener {
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
  server.maxRequestsPerSocket = 1;
  server.timeout = patienceMs;
  server.on('error', ignore);
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

/** No answer has a body, and none says who answers beyond the challenge that it was given. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  response.on('error', ignore);
  // A body is not read: its connection ends with the answer.
  response.on('finish', () => request.socket.destroySoon());
  response.shouldKeepAlive = false;
  response.sendDate = false;
  response.writeHead(...headFor(request)).end();
}

function headFor({ url, method, headers }: IncomingMessage): [number, Record<string, string>] {
  if (url !== portalCheckPath) return [404, empty];
  if (method !== 'GET') return [405, { ...empty, allow: 'GET' }];
  const challenge = headers[portalChallengeField];
  if (challenge === undefined) return [204, noStore];
  if (typeof challenge !== 'string' || !isPortalChallenge(challenge)) return [400, empty];
  return [204, { ...noStore, [portalResponseField]: portalResponse(challenge) }];
}

const noStore = { 'cache-control': 'no-store' };
/** Of an answer that might have a body; 204 must not say its length (RFC 9110 section 8.6). */
const empty = { ...noStore, 'content-length': '0' };

function ignore(): void {
  return;
}
