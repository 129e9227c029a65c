// The HTTP proxy on loopback: CONNECT, requests in absolute form, and the PAC file. There is nothing to control here.
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import type { OpenFlow } from '../core/flow.ts';
import { type CaptureFront, type CaptureLimits, defaultCaptureLimits } from './capture.ts';
import { badRequest, refuseConnection, serveConnect } from './http-connect.ts';
import { answerRefusal, type Exchange, forward, type ForwardState } from './http-forward.ts';
import { parseRequestTarget } from './http-forwarding.ts';
import { endsOf } from '../socket-ends.ts';
import { startListening } from './listener.ts';
import { answerOriginForm, type PacFile } from '../pac-file.ts';

export type HttpProxyOptions = {
  readonly listen: ListenAddress;
  readonly openFlow: OpenFlow;
  /** Null serves none. */
  readonly pac: PacFile | null;
  readonly limits?: Partial<CaptureLimits>;
};

/** Node's own limit for a request's head is the same; stated here because it is part of what is promised. */
const maxHeaderSize = 16 * 1024;

/** How often the limits of time are looked at. */
const checkIntervalMs = 1_000;

type Front = {
  readonly options: HttpProxyOptions;
  readonly connections: Map<Socket, Connection>;
  /** No connection is kept for another request. */
  draining: boolean;
};

type Connection = ForwardState & {
  readonly socket: Socket;
  /** Requests whose answers have not gone. */
  pending: number;
  /** It is a flow by CONNECT, and no longer carries requests. */
  isFlow: boolean;
  /** Resolves when the last of them has been served: one at a time, in order. */
  tail: Promise<void>;
};

/**
 * Starts the proxy.
 *
 * @throws OpenGsaError `address-in-use`, `address-unavailable` or `bad-config`
 */
export async function startHttpProxy(options: HttpProxyOptions): Promise<CaptureFront> {
  const limits = { ...defaultCaptureLimits, ...options.limits };
  const server = createHttpServer(limits);
  const front: Front = { options, connections: new Map(), draining: false };

  server.on('connection', (socket) => admit(front, socket));
  server.on('request', (request, response) =>
    serve(front, { request, response, socket: request.socket }, null),
  );
  server.on('checkContinue', (request, response) =>
    serve(front, { request, response, socket: request.socket }, null),
  );
  server.on('upgrade', (request, stream, head) => {
    const socket = alone(front, stream)?.socket;
    if (socket !== undefined) serve(front, { request, socket, response: responseOn(socket, request) }, head);
  });
  server.on('connect', (request, stream, head) => {
    const connection = alone(front, stream);
    if (connection === null) return;
    connection.isFlow = true;
    void serveConnect(request, connection.socket, head, options.openFlow);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    const socket = alone(front, stream)?.socket;
    if (error.code === 'ECONNRESET') socket?.destroy();
    else if (socket !== undefined) refuseConnection(socket, badRequest(...faultOf(error)), 'anything');
  });

  return startListening(server, options.listen, limits, () => {
    front.draining = true;
    for (const { socket, pending, isFlow } of front.connections.values()) {
      if (pending === 0 && !isFlow) socket.destroy();
    }
  });
}

function createHttpServer(limits: CaptureLimits): Server {
  const server = createServer({
    maxHeaderSize,
    insecureHTTPParser: false,
    headersTimeout: limits.handshakeTimeoutMs,
    // An upload may take as long as it takes.
    requestTimeout: 0,
    keepAliveTimeout: limits.idleTimeoutMs,
    connectionsCheckingInterval: checkIntervalMs,
    noDelay: true,
    shouldUpgradeCallback: (request) => upgradeOf(request) !== null,
  });
  // A program may send its FIN after the request and still wants the answer. Node has no documented name for this.
  return Object.assign(server, { httpAllowHalfOpen: true });
}

function admit({ connections }: Front, socket: Socket): void {
  socket.on('error', () => undefined);
  const ends = endsOf(socket);
  if (ends === null) {
    socket.destroy();
    return;
  }
  const connection: Connection = {
    socket,
    ends,
    upstream: null,
    pending: 0,
    isFlow: false,
    tail: Promise.resolve(),
  };
  connections.set(socket, connection);
  socket.once('close', () => {
    connections.delete(socket);
    connection.upstream?.dismiss();
  });
}

function serve(
  front: Front,
  { request, response, socket }: Pick<Exchange, 'request' | 'response' | 'socket'>,
  head: Buffer | null,
): void {
  const connection = front.connections.get(socket);
  if (connection === undefined) {
    socket.destroy();
    return;
  }
  const target = parseRequestTarget(request.method ?? '', request.url ?? '');
  if (target.kind === 'origin') {
    answerOriginForm(request, response, front.options.pac);
    return;
  }
  if (target.kind === 'bad') {
    answerRefusal(response, badRequest(target.reason), request.url ?? '');
    return;
  }
  connection.pending += 1;
  response.once('close', () => {
    connection.pending -= 1;
    if (front.draining && connection.pending === 0) socket.end();
  });
  const protocol = head === null ? null : upgradeOf(request);
  const upgrade = protocol === null || head === null ? null : { protocol, head };
  const exchange: Exchange = { request, response, target, socket, upgrade };
  connection.tail = connection.tail.then(() => forward(exchange, connection, front.options.openFlow));
}

/** An answer on a connection that Node's server has let go of. */
function responseOn(socket: Socket, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  socket.on('drain', () => response.emit('drain'));
  response.once('finish', () => socket.end());
  return response;
}

/**
 * The connection behind `stream`, if it carries no unanswered request. A CONNECT, an upgrade or garbage behind one would
 * put its bytes among another answer's: that connection is dropped, and null is returned.
 */
function alone({ connections }: Front, stream: Duplex): Connection | null {
  const connection = stream instanceof Socket ? connections.get(stream) : undefined;
  if (connection?.pending === 0) return connection;
  stream.destroy();
  return null;
}

/** The protocol to change to, where the request is one that may. HTTP/2 in clear text is declined, as RFC 9113 advises. */
function upgradeOf(request: IncomingMessage): string | null {
  const protocol = request.headers.upgrade ?? '';
  if (request.method !== 'GET' || protocol === '' || /\bh2c\b/i.test(protocol)) return null;
  return parseRequestTarget('GET', request.url ?? '').kind === 'absolute' ? protocol : null;
}

function faultOf({ code }: NodeJS.ErrnoException): [reason: string, status: number] {
  if (code === 'HPE_HEADER_OVERFLOW') return ['head-too-large', 431];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['request-timeout', 408];
  return ['malformed-request', 400];
}
