// HTTP/1.1 behind the door: the fallback where a middlebox does not pass HTTP/2, and plain GET of view and witness.
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { tlsFlowStream } from '../../protocol/relay/adapters.ts';
import { http2Limits } from '../../protocol/tunnel.ts';
import type { Fields, Handlers } from './request.ts';
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
  const connections = new Map<object, DeviceConnection>();
  const waiting = new Set<TLSSocket>();
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
    waiting.delete(connection.tls);
    response.on('error', ignore);
    response.once('close', () => waiting.add(connection.tls));
    request.resume();
    void options.handlers
      .onPlain({
        ...callerOf(connection),
        method: request.method ?? '',
        target: request.url ?? '',
        signal: closeSignal(connection.tls),
      })
      .then(({ status, fields, body }) => {
        response.writeHead(status, { ...fields, 'content-length': Buffer.byteLength(body) });
        response.end(body);
      });
  });

  server.on('connect', (request: IncomingMessage, _socket, head: Buffer) => {
    const connection = connections.get(request.socket);
    if (connection === undefined) {
      request.socket.destroy();
      return;
    }
    waiting.delete(connection.tls);
    connect(request, connection, head, options.handlers);
  });

  return {
    take: (connection) => {
      const { tls } = connection;
      connections.set(tls, connection);
      waiting.add(tls);
      tls.once('close', () => {
        connections.delete(tls);
        waiting.delete(tls);
      });
      // The server's own limit on slow heads works only for sockets that it listens on itself.
      const slow = setTimeout(() => {
        if (waiting.has(tls)) tls.destroy();
      }, options.headSeconds * 1000);
      tls.once('close', () => clearTimeout(slow));
      server.emit('connection', tls);
    },
    drain: () => {
      for (const tls of waiting) tls.destroy();
    },
  };
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

function callerOf({ thumbprint, peer }: DeviceConnection) {
  return { thumbprint, peer };
}

function closeSignal(tls: TLSSocket): AbortSignal {
  const controller = new AbortController();
  tls.once('close', () => controller.abort());
  return controller.signal;
}

function ignore(): void {
  return;
}
