// HTTP/1.1 behind the door: the fallback where a middlebox does not pass HTTP/2, and plain GET of view and witness.
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { tlsFlowStream } from '../../protocol/relay/adapters.ts';
import { http2Limits } from '../../protocol/tunnel.ts';
import type { Caller, Fields, Handlers, PlainAnswer } from './request.ts';
import { readRequestBody } from './request-body.ts';
import type { DeviceConnection } from './tls-front.ts';

export type H1Front = {
  readonly take: (connection: DeviceConnection) => void;
  /** Closes connections that wait for a request. */
  readonly drain: () => void;
};

/** Between two requests, and while a view is waited for (55 s). */
const quietMs = 70_000;
/** A peer that was refused gets this long to read why. */
const lingerMs = 2000;

export function createH1Front(options: {
  readonly handlers: Handlers;
  readonly headSeconds: number;
}): H1Front {
  const connections = new Map<object, OpenConnection>();
  const server = createServer({ maxHeaderSize: http2Limits.maxHeaderListSize, keepAliveTimeout: quietMs });
  server.timeout = quietMs;
  server.on('error', ignore);
  server.on('clientError', (_error, socket) => socket.destroy());

  server.on('request', (request, response) => {
    const connection = connections.get(request.socket);
    if (connection === undefined) {
      request.socket.destroy();
      return;
    }
    connection.unanswered += 1;
    connection.headSince = null;
    response.on('error', ignore);
    response.once('close', () => {
      connection.unanswered -= 1;
      connection.bytesBefore = connection.tls.bytesRead;
    });
    void answerPlain(request, connection, options.handlers).then(({ status, fields, body }) => {
      response.writeHead(status, { ...fields, 'content-length': Buffer.byteLength(body) });
      response.end(body);
    });
  });

  server.on('connect', (request: IncomingMessage, _socket, head: Buffer) => {
    const connection = connections.get(request.socket);
    // An answer that is still to come would be written into the flow.
    if (connection === undefined || connection.unanswered > 0) {
      request.socket.destroy();
      return;
    }
    connection.inTunnel = true;
    connect(request, connection, head, options.handlers);
  });

  return {
    take: (device) => {
      const { tls } = device;
      // The first head is awaited from the start; later ones from their first byte.
      const connection: OpenConnection = {
        ...device,
        unanswered: 0,
        inTunnel: false,
        headSince: performance.now(),
        bytesBefore: 0,
      };
      connections.set(tls, connection);
      const watch = watchHeads(connection, options.headSeconds * 1000);
      tls.once('close', () => {
        connections.delete(tls);
        clearInterval(watch);
      });
      server.emit('connection', tls);
    },
    drain: () => {
      for (const connection of connections.values()) if (isWaiting(connection)) connection.tls.destroy();
    },
  };
}

async function answerPlain(
  request: IncomingMessage,
  connection: DeviceConnection,
  { onPlain }: Handlers,
): Promise<PlainAnswer> {
  const method = request.method ?? '';
  const signal = closeSignal(connection.tls);
  // Of no other request a body counts; one that comes is let through unread.
  if (method !== 'POST') request.resume();
  const body = method === 'POST' ? await readRequestBody(request, signal) : null;
  return onPlain({ ...callerOf(connection), method, target: request.url ?? '', body, signal });
}

type OpenConnection = DeviceConnection & {
  /** Requests that are read and not answered: more than one where the peer does not wait for answers. */
  unanswered: number;
  inTunnel: boolean;
  /** When the head that is awaited began; null between requests. */
  headSince: number | null;
  /** What had been read when the last answer was written: more is the beginning of a head. */
  bytesBefore: number;
};

function isWaiting({ unanswered, inTunnel }: OpenConnection): boolean {
  return unanswered === 0 && !inTunnel;
}

/** The server's own limit on slow heads works only for sockets that it listens on itself. */
function watchHeads(connection: OpenConnection, limitMs: number): NodeJS.Timeout {
  const { tls } = connection;
  const look = () => {
    if (!isWaiting(connection)) return;
    if (connection.headSince === null && tls.bytesRead > connection.bytesBefore) {
      connection.headSince = performance.now();
    }
    if (connection.headSince !== null && performance.now() - connection.headSince >= limitMs) tls.destroy();
  };
  return setInterval(look, limitMs / 4).unref();
}

function connect(
  request: IncomingMessage,
  connection: DeviceConnection,
  head: Buffer,
  handlers: Handlers,
): void {
  const { tls, raw } = connection;
  const flow = tlsFlowStream(tls, raw);
  // A tunnel has its own idle limit.
  tls.setTimeout(0);
  if (head.length > 0) tls.unshift(head);
  handlers.onConnect({
    ...callerOf(connection),
    protocol: 'http/1.1',
    authority: request.url ?? '',
    field: (name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : null;
    },
    accept: (fields) => {
      tls.write(formatHead(200, fields));
      return flow;
    },
    refuse: (status, fields) => {
      // What follows a refused CONNECT may be another's bytes (RFC 9931): nothing after it is read as a request.
      tls.end(formatHead(status, { ...fields, 'content-length': '0', connection: 'close' }));
      tls.resume();
      setTimeout(() => tls.destroy(), lingerMs).unref();
    },
    signal: closeSignal(tls),
  });
}

/** `fields` are made by this program; their values hold no line ends. */
function formatHead(status: number, fields: Fields): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`;
}

function callerOf({ thumbprint, peer, connectionId }: DeviceConnection): Caller {
  return { thumbprint, peer, connectionId };
}

function closeSignal(tls: TLSSocket): AbortSignal {
  const controller = new AbortController();
  tls.once('close', () => controller.abort());
  return controller.signal;
}

function ignore(): void {
  return;
}
