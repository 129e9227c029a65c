// Requests to a destination that speaks HTTP/2: streams of one session.
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type Http2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { endToEndFields, type Field, fieldsOf } from '../http-fields.ts';
import { http2FlowStream } from '../relay/adapters.ts';
import { http2Limits } from '../tunnel.ts';
import type { Body, SendRequest, UpstreamRequest } from './exchange.ts';
import type { UpstreamConnection } from './upstream.ts';

export type H2Upstream = {
  /** Takes this connection for the requests to come; those under way stay where they are. */
  readonly use: (connection: UpstreamConnection) => void;
  /** Whether the session takes requests. */
  readonly isUsable: () => boolean;
  readonly send: SendRequest;
};

export function createH2Upstream({ maxHeaderBytes }: { readonly maxHeaderBytes: number }): H2Upstream {
  let session: ClientHttp2Session | null = null;
  return {
    use: ({ flow }) => {
      // It may have ended since it was opened; Node takes no socket that is gone.
      if (flow.duplex.destroyed) return;
      const opened = connect('https://destination', {
        createConnection: () => flow.duplex,
        settings: {
          enablePush: false,
          initialWindowSize: http2Limits.streamWindow,
          maxHeaderListSize: maxHeaderBytes,
        },
      });
      opened.on('error', ignore);
      // HTTP/2 has no half-open sessions.
      flow.duplex.allowHalfOpen = false;
      session = opened;
    },
    isUsable: () => session !== null && !session.closed && !session.destroyed,
    send: (request, handlers) => {
      if (session === null) throw new Error('no session');
      const stream = session.request(requestFields(request), {
        endStream: !request.hasBody,
        waitForTrailers: request.hasBody,
      });
      const { endedCleanly, reset } = http2FlowStream(stream);
      let trailers: readonly Field[] = [];
      let ownTrailers: readonly Field[] = [];
      stream.on('headers', (headers: IncomingHttpHeaders, _flags: number, raw: readonly string[]) => {
        handlers.inform(Number(headers[':status']), endToEndFields(fieldsOf(raw)));
      });
      stream.on('response', (headers, flags, raw) => {
        const head = {
          status: Number(headers[':status']),
          statusText: '',
          fields: endToEndFields(fieldsOf(raw)),
        };
        const body: Body = { stream, isWhole: endedCleanly, trailers: () => trailers };
        const isEnd = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
        if (isEnd) stream.resume();
        handlers.answer(head, isEnd ? null : body);
      });
      stream.on('trailers', (_headers: IncomingHttpHeaders, _flags: number, raw: readonly string[]) => {
        trailers = fieldsOf(raw);
      });
      stream.on('wantTrailers', () => sendTrailers(stream, ownTrailers, reset));
      watchFailure(stream, handlers.failed);
      return {
        sink: stream,
        finish: (own) => {
          ownTrailers = own;
          stream.end();
        },
        cancel: reset,
      };
    },
  };
}

function watchFailure(stream: ClientHttp2Stream, failed: (error: Error, unsent: boolean) => void): void {
  let lastError: Error | null = null;
  stream.on('error', (error: Error) => (lastError = error));
  stream.once('close', () => {
    // RFC 9113 section 8.7: a refused stream was not processed.
    const unsent = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM || stream.id === undefined;
    failed(lastError ?? new Error('the destination ended the request'), unsent);
  });
}

function requestFields({ method, authority, path, fields }: UpstreamRequest): string[] {
  const pseudo = [':method', method, ':scheme', 'https', ':authority', authority, ':path', path];
  return [...pseudo, ...fields.flatMap(([name, value]) => [name.toLowerCase(), value])];
}

/** Node refuses some that HTTP/1.1 carried, such as two values where one is allowed: the message is broken off then. */
export function sendTrailers(
  stream: Http2Stream,
  trailers: readonly Field[],
  reset: (reason: Error) => void,
): void {
  try {
    stream.sendTrailers(objectOf(trailers));
  } catch (error) {
    reset(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Trailers are the one place where Node takes no list; fields of one name become a list of values. */
export function objectOf(fields: readonly Field[]): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  for (const [name, value] of fields) (result[name.toLowerCase()] ??= []).push(value);
  return result;
}

function ignore(): void {
  return;
}
