// Requests in absolute form: each goes to its origin over a flow, streaming both ways, and its answer comes back.
import {
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { formatDestination } from '../../protocol/destination.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { proxyErrors } from '../../protocol/proxy-status.ts';
import { socketFlowStream } from '../../protocol/relay/adapters.ts';
import { relay } from '../../protocol/relay/relay.ts';
import type { FlowEnds, OpenFlow } from '../core/flow.ts';
import { badRequest } from './http-connect.ts';
import {
  type Framing,
  framingOf,
  pairs,
  type RequestTarget,
  requestHeaders,
  responseHeaders,
} from './http-forwarding.ts';
import { createHttpUpstream, type HttpUpstream, pipeFlowStream } from './http-upstream.ts';
import { type Refusal, refusalAnswer } from './refusal.ts';

/** What one program's connection keeps between its requests. */
export type ForwardState = { readonly ends: FlowEnds; upstream: HttpUpstream | null };

export type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: Extract<RequestTarget, { kind: 'absolute' }>;
  /** The program's connection, for an answer that cannot be completed: it is reset, never cut short. */
  readonly socket: Socket;
  /** Where another protocol is asked for: its name, and what the program has sent of it. */
  readonly upgrade: { readonly protocol: string; readonly head: Buffer } | null;
};

/** Serves one request; resolves when its answer has gone or the program has. Never rejects. */
export async function forward(exchange: Exchange, state: ForwardState, openFlow: OpenFlow): Promise<void> {
  const { request, response, target } = exchange;
  const origin = formatDestination(target.destination);
  const framing = framingOf(request.rawHeaders);
  if (framing === null) {
    answerRefusal(response, badRequest('transfer-coding-not-supported', 501), target.authority);
    return;
  }
  for (;;) {
    if (response.destroyed) return;
    const kept = state.upstream?.origin === origin && state.upstream.isIdle() ? state.upstream : null;
    if (kept === null) {
      state.upstream?.dismiss();
      state.upstream = null;
      const opening = await openFlow({
        via: 'http-request',
        destination: target.destination,
        ...state.ends,
      });
      if (opening.kind === 'refused') {
        answerRefusal(response, opening, target.authority);
        return;
      }
      state.upstream = createHttpUpstream(origin, opening);
    }
    const upstream = kept ?? state.upstream;
    if (upstream === null || (await perform(exchange, framing, upstream)) === 'done') return;
  }
}

/** Answers a request that is not forwarded. */
export function answerRefusal(response: ServerResponse, refusal: Refusal, what: string): void {
  const { status, statusText, headers, body } = refusalAnswer(refusal, what);
  if (response.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  // What is left of the request's body is not read as the next request.
  if (!response.req.complete) response.shouldKeepAlive = false;
  response.writeHead(status, statusText, [...headers]);
  response.end(body);
}

/** `again`: a kept connection had ended before it took the request; the request was not sent and may be repeated. */
function perform(exchange: Exchange, framing: Framing, upstream: HttpUpstream): Promise<'done' | 'again'> {
  const { request, response, target, socket, upgrade } = exchange;
  const method = request.method ?? 'GET';
  const outgoing = httpRequest({
    agent: upstream.agent,
    method,
    path: target.path,
    headers: requestHeaders(request.rawHeaders, target.authority, framing, method, upgrade?.protocol ?? null),
    setHost: false,
    // A head of the origin is bounded like one of the program.
    maxHeaderSize: 64 * 1024,
  });

  return new Promise((resolve) => {
    let answered = false;
    const onGone = () => {
      if (!response.writableFinished && !outgoing.destroyed) outgoing.destroy();
      resolve('done');
    };
    response.once('close', onGone);
    outgoing.on('continue', () => response.writeContinue());
    outgoing.on('response', (incoming) => {
      answered = true;
      try {
        passAnswer(exchange, incoming, upstream);
      } catch (error) {
        // A status or reason phrase that Node reads and does not write.
        outgoing.destroy();
        answerRefusal(response, unfitAnswer(error), target.authority);
      }
    });
    outgoing.on('upgrade', (incoming, connection: Duplex, head) => {
      answered = true;
      void passUpgrade(exchange, incoming, connection, head).then(() => resolve('done'));
    });
    outgoing.on('error', (error) => {
      if (answered) {
        // The answer's own events tell how it ended; the rest of the request has nowhere to go.
        request.unpipe(outgoing);
        request.resume();
      } else if (outgoing.reusedSocket && framing === 'none' && repeatable.has(method)) {
        response.off('close', onGone);
        resolve('again');
      } else if (request.destroyed && !request.complete) {
        socketFlowStream(socket).reset(error);
      } else answerRefusal(response, brokenBeforeAnswer(error), target.authority);
    });
    if (framing === 'none') outgoing.end();
    else passBody(request, outgoing);
  });
}

/** Methods that may be sent twice (RFC 9110 section 9.2.2) and have no body that is gone after the first time. */
const repeatable: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

function passBody(request: IncomingMessage, outgoing: ClientRequest): void {
  // The head goes at once: the body may be waiting for an answer to it.
  outgoing.flushHeaders();
  request.on('end', () => {
    if (request.rawTrailers.length > 0) outgoing.addTrailers(pairs(request.rawTrailers));
    outgoing.end();
  });
  request.pipe(outgoing, { end: false });
}

function passAnswer(
  { request, response, socket }: Exchange,
  incoming: IncomingMessage,
  upstream: HttpUpstream,
): void {
  const status = incoming.statusCode ?? 502;
  const hasBody = request.method !== 'HEAD' && status !== 204 && status !== 304;
  const chunked = framingOf(incoming.rawHeaders) === 'chunked';
  const trailers = chunked && hasBody && request.httpVersion === '1.1';
  response.sendDate = false;
  response.writeHead(status, incoming.statusMessage ?? '', responseHeaders(incoming.rawHeaders, trailers));
  const isWhole = () => incoming.complete && !upstream.isBroken();
  // Whatever framing the answer has, a part of it must not look like the whole.
  const cutOff = () => socketFlowStream(socket).reset(new Error('the answer broke off'));
  incoming.on('error', () => undefined);
  incoming.once('close', () => {
    if (!isWhole() && !response.writableEnded) cutOff();
  });
  response.flushHeaders();
  incoming.on('end', () => {
    if (!isWhole()) {
      cutOff();
      return;
    }
    if (trailers && incoming.rawTrailers.length > 0) response.addTrailers(pairs(incoming.rawTrailers));
    response.end();
  });
  incoming.pipe(response, { end: false });
}

/** The answer 101, then both connections are one flow of bytes. */
async function passUpgrade(
  { socket, upgrade }: Exchange,
  incoming: IncomingMessage,
  connection: Duplex,
  head: Buffer,
): Promise<void> {
  connection.allowHalfOpen = true;
  const lines = pairs(responseHeaders(incoming.rawHeaders, false)).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const fields = `Connection: Upgrade\r\nUpgrade: ${incoming.headers.upgrade ?? upgrade?.protocol ?? ''}\r\n`;
  socket.write(
    `HTTP/1.1 101 ${incoming.statusMessage ?? 'Switching Protocols'}\r\n${fields}${lines.join('')}\r\n`,
    'latin1',
  );
  if (head.length > 0) connection.unshift(head);
  if (upgrade !== null && upgrade.head.length > 0) socket.unshift(upgrade.head);
  await relay(socketFlowStream(socket), pipeFlowStream(connection, connection));
}

function unfitAnswer(error: unknown): Refusal {
  const reason = error instanceof RangeError ? 'bad-status' : 'bad-answer';
  return {
    status: proxyErrors.http_protocol_error,
    denial: { error: 'http_protocol_error', reason },
    by: 'opengsa',
  };
}

function brokenBeforeAnswer(error: Error): Refusal {
  if (error instanceof OpenGsaError && error.code === 'destination-refused') {
    return {
      status: proxyErrors.http_request_denied,
      denial: { error: 'http_request_denied', reason: error.message },
      by: 'opengsa',
    };
  }
  const reason = 'code' in error && typeof error.code === 'string' ? error.code.toLowerCase() : 'no-answer';
  return {
    status: proxyErrors.connection_terminated,
    denial: { error: 'connection_terminated', reason },
    by: 'opengsa',
  };
}
