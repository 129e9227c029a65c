// HTTP/2 towards the application: each stream of its session is an exchange.
import { constants, performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { type Field, fieldsOf } from '../http-fields.ts';
import { http2FlowStream } from '../relay/adapters.ts';
import { type HeadRules, readH2Head } from '../request-head.ts';
import { http2Limits } from '../tunnel.ts';
import type { AnswerHead, Exchange } from './exchange.ts';
import { objectOf, sendTrailers } from './upstream-h2.ts';

export type H2DownstreamOptions = {
  readonly rules: HeadRules;
  readonly maxHeaderBytes: number;
  readonly maxStreams: number;
  readonly serve: (exchange: Exchange) => void;
};

export function serveH2(connection: Duplex, options: H2DownstreamOptions): void {
  // An application that ends its direction is gone: HTTP/2 has no half-open sessions.
  connection.allowHalfOpen = false;
  const session = performServerHandshake(connection, {
    streamResetBurst: 10_000,
    streamResetRate: 1000,
    maxSettings: 32,
    // Some more than are taken, so that most of those that send too many are told so.
    maxHeaderListPairs: options.rules.maxFields * 2,
    settings: {
      enablePush: false,
      // Extended CONNECT is not offered: applications open WebSockets over HTTP/1.1 then.
      enableConnectProtocol: false,
      initialWindowSize: http2Limits.streamWindow,
      maxConcurrentStreams: options.maxStreams,
      maxHeaderListSize: options.maxHeaderBytes,
    },
  });
  session.on('error', ignore);
  session.setLocalWindowSize(4 * http2Limits.streamWindow);
  session.on('stream', (stream, _headers, flags, raw) => {
    options.serve(exchangeOf(stream, flags, raw, options.rules));
  });
}

function exchangeOf(
  stream: ServerHttp2Stream,
  flags: number,
  raw: readonly string[],
  rules: HeadRules,
): Exchange {
  const { endedCleanly, reset } = http2FlowStream(stream);
  // Content that came together with the head has pushed its end before anybody could watch.
  const hadEnded = stream.state.state === constants.NGHTTP2_STREAM_STATE_HALF_CLOSED_REMOTE;
  const hasBody = (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0;
  let trailers: readonly Field[] = [];
  stream.on('trailers', (_headers, _flags, rawTrailers) => (trailers = fieldsOf(rawTrailers)));
  let ownTrailers: readonly Field[] = [];
  stream.on('wantTrailers', () => sendTrailers(stream, ownTrailers, reset));
  if (!hasBody) stream.resume();
  return {
    reading: readH2Head(raw, rules),
    body: hasBody ? { stream, isWhole: () => hadEnded || endedCleanly(), trailers: () => trailers } : null,
    upgrade: null,
    inform: (status, fields) => {
      if (isOpen(stream)) stream.additionalHeaders({ ':status': status, ...objectOf(fields) });
    },
    answer: (head, withBody) => {
      if (!isOpen(stream)) return stream;
      stream.respond(answerFields(head), { endStream: !withBody, waitForTrailers: withBody });
      return stream;
    },
    finish: (own) => {
      ownTrailers = own;
      stream.end();
    },
    breakOff: reset,
    refuseRest: () => {
      // RFC 9113 section 8.1: after a whole answer, the rest of the request may be declined without harm to it.
      const decline = () => stream.close(constants.NGHTTP2_NO_ERROR);
      if (stream.writableFinished) decline();
      else stream.once('finish', decline);
    },
    switchTo: (_head, flow) => flow.reset(new Error('HTTP/2 has no upgrade')),
    onClose: (listener) => void stream.once('close', listener),
  };
}

function isOpen(stream: ServerHttp2Stream): boolean {
  return !stream.destroyed && !stream.closed;
}

function answerFields({ status, fields }: AnswerHead): string[] {
  return [':status', String(status), ...fields.flatMap(([name, value]) => [name.toLowerCase(), value])];
}

function ignore(): void {
  return;
}
