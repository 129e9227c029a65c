// HTTP/2 behind the door: reads requests off sessions.
import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { http2FlowStream } from '../../protocol/relay/adapters.ts';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import { http2Limits } from '../../protocol/tunnel.ts';
import { pingLimits, watchSession } from './h2-liveness.ts';
import type { Caller, Handlers } from './request.ts';
import { readRequestBody } from './request-body.ts';
import type { DeviceConnection } from './tls-front.ts';

export type H2Front = {
  readonly take: (connection: DeviceConnection) => void;
  /** GOAWAY to every session: open streams go on, and a session closes with its last one. */
  readonly drain: () => void;
  readonly sessions: () => number;
};

const sessionOptions = {
  // Ends by reset that one session may pile up before it is ended with all its flows. The default (1000, then 33 a
  // second) is reached by a browser that closes its tabs.
  streamResetBurst: 10_000,
  streamResetRate: 1000,
  // A settings frame of ours has five entries; a flood of them costs memory.
  maxSettings: 32,
  maxHeaderListPairs: 64,
  settings: {
    maxFrameSize: http2Limits.maxFrameSize,
    initialWindowSize: http2Limits.streamWindow,
    maxHeaderListSize: http2Limits.maxHeaderListSize,
    // The count of a device's flows is the limit, and its refusal says so by name.
    maxConcurrentStreams: 100_000,
    enablePush: false,
  },
};

export function createH2Front(options: {
  readonly handlers: Handlers;
  readonly sessionIdleSeconds: number;
}): H2Front {
  const sessions = new Set<ServerHttp2Session>();
  return {
    take: (connection) => {
      // A device that closes its side is gone: HTTP/2 has no half-open sessions.
      connection.tls.allowHalfOpen = false;
      const session = performServerHandshake(connection.tls, sessionOptions);
      session.on('error', ignore);
      session.setLocalWindowSize(http2Limits.sessionWindow);
      sessions.add(session);
      session.once('close', () => sessions.delete(session));
      watchSession(session, { ...pingLimits, idleMs: options.sessionIdleSeconds * 1000 });
      session.on('stream', (stream, headers, flags) => {
        stream.on('error', ignore);
        dispatch(stream, headers, flags, connection, options.handlers);
      });
    },
    drain: () => {
      for (const session of sessions) session.close();
    },
    sessions: () => sessions.size,
  };
}

function dispatch(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  flags: number,
  caller: Caller,
  handlers: Handlers,
): void {
  if (headers[':method'] === 'CONNECT') connect(stream, headers, flags, caller, handlers);
  else void answerPlain(stream, headers, flags, caller, handlers);
}

function connect(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  flags: number,
  { thumbprint, peer, connectionId }: Caller,
  handlers: Handlers,
): void {
  const flow = flowStream(stream, flags);
  handlers.onConnect({
    thumbprint,
    peer,
    connectionId,
    protocol: 'h2',
    authority: headers[':authority'] ?? '',
    field: (name) => {
      const value = headers[name];
      return typeof value === 'string' ? value : null;
    },
    accept: (fields) => {
      if (!stream.destroyed && !stream.closed) stream.respond({ ':status': 200, ...fields });
      return flow;
    },
    refuse: (status, fields) => {
      if (!stream.destroyed && !stream.closed) {
        stream.respond({ ':status': status, ...fields }, { endStream: true });
      }
    },
    signal: closeSignal(stream),
  });
}

async function answerPlain(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  flags: number,
  { thumbprint, peer, connectionId }: Caller,
  handlers: Handlers,
): Promise<void> {
  const method = headers[':method'] ?? '';
  const signal = closeSignal(stream);
  // Of no other request a body counts; one that comes is let through unread.
  if (method !== 'POST') stream.resume();
  const { status, fields, body } = await handlers.onPlain({
    thumbprint,
    peer,
    connectionId,
    method,
    target: headers[':path'] ?? '',
    body: method === 'POST' ? await readRequestBody(stream, signal) : null,
    signal,
  });
  if (stream.destroyed || stream.closed) return;
  stream.respond({ ':status': status, ...fields });
  if (!hasEnded(flags)) {
    // RFC 9113 section 8.1: the answer is whole, and the rest of the request is not waited for.
    stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR));
  }
  stream.end(body);
}

/** A CONNECT that ends its own direction at once has pushed its end before anybody could watch. */
function flowStream(stream: ServerHttp2Stream, flags: number): FlowStream {
  const flow = http2FlowStream(stream);
  return hasEnded(flags) ? { ...flow, endedCleanly: () => true } : flow;
}

function hasEnded(flags: number): boolean {
  return (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
}

function closeSignal(stream: ServerHttp2Stream): AbortSignal {
  const controller = new AbortController();
  stream.once('close', () => controller.abort());
  return controller.signal;
}

function ignore(): void {
  return;
}
