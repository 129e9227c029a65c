// HTTP/1.1 towards the application: requests of one connection, one after the other.
import { createServer, type IncomingMessage, type Server, ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Field, fieldsOf } from '../http-fields.ts';
import type { FlowStream } from '../relay/flow-stream.ts';
import { relay } from '../relay/relay.ts';
import { type HeadRules, readH1Head } from '../request-head.ts';
import type { AnswerHead, Exchange } from './exchange.ts';

export type H1DownstreamOptions = {
  readonly rules: HeadRules;
  readonly maxHeaderBytes: number;
  /** From the first byte of a head to its end. */
  readonly headMs: number;
  readonly serve: (exchange: Exchange) => void;
  /** What the application sends is not HTTP, or not in time. */
  readonly onFault: (reason: Error) => void;
};

type Connection = {
  readonly stream: Duplex & { readonly bytesRead?: number };
  readonly flow: FlowStream;
  readonly options: H1DownstreamOptions;
  /** Requests that are read and not answered: more than one where the application does not wait. */
  unanswered: number;
  switched: boolean;
};

/** @param flow the connection's, whose reset reaches the application */
export function serveH1(stream: Duplex, flow: FlowStream, options: H1DownstreamOptions): void {
  const connection: Connection = { stream, flow, options, unanswered: 0, switched: false };
  // The application may end its direction after the request and still wants the answer.
  stream.allowHalfOpen = true;
  const server = createParser(options);
  const onRequest = (request: IncomingMessage, response: ServerResponse) =>
    serve(connection, request, response, null);
  server.on('request', onRequest);
  server.on('checkContinue', onRequest);
  server.on('upgrade', (request, _socket, head) => {
    // Behind an answer that has not gone, its bytes would stand among those of that answer.
    if (connection.unanswered > 0) {
      options.onFault(new Error('an upgrade behind an unanswered request'));
      return;
    }
    const upgrade = request.headers.upgrade ?? '';
    serve(connection, request, responseOn(stream, request), { protocol: upgrade, head });
  });
  server.on('clientError', (error: NodeJS.ErrnoException) => refuseGarbage(connection, error));
  watchHeads(connection);
  server.emit('connection', stream);
}

function createParser({ maxHeaderBytes }: H1DownstreamOptions): Server {
  const server = createServer({
    maxHeaderSize: maxHeaderBytes,
    insecureHTTPParser: false,
    // It is read off by the idle limit of the flow; an upload may take as long as it takes.
    keepAliveTimeout: 0,
    requestTimeout: 0,
    requireHostHeader: false,
    shouldUpgradeCallback: ({ headers }) => !/\bh2c\b/i.test(headers.upgrade ?? 'h2c'),
  });
  // Fields beyond a count would be left out silently; the size bounds them.
  server.maxHeadersCount = 0;
  return Object.assign(server, { httpAllowHalfOpen: true });
}

function serve(
  connection: Connection,
  request: IncomingMessage,
  response: ServerResponse,
  upgrade: { readonly protocol: string; readonly head: Buffer } | null,
): void {
  const { options, flow, stream } = connection;
  connection.unanswered += 1;
  response.once('close', () => (connection.unanswered -= 1));
  response.sendDate = false;
  const hasBody = 'content-length' in request.headers || 'transfer-encoding' in request.headers;
  if (!hasBody) request.resume();
  const exchange: Exchange = {
    reading: readH1Head(request.method ?? '', request.url ?? '', request.rawHeaders, options.rules),
    body: hasBody
      ? {
          stream: request,
          isWhole: () => request.complete,
          trailers: () => fieldsOf(request.rawTrailers),
        }
      : null,
    upgrade: upgrade?.protocol ?? null,
    inform: (status, fields) => inform(request, response, status, fields),
    answer: (head, withBody) => {
      response.writeHead(head.status, reasonOf(head), head.fields.flat());
      if (withBody) response.flushHeaders();
      else response.end();
      return response;
    },
    finish: (trailers) => {
      if (trailers.length > 0) response.addTrailers(trailers.map(toPair));
      response.end();
    },
    // Whatever framing the answer has, a part of it must not look like the whole.
    breakOff: (reason) => flow.reset(reason),
    // Read away, so that the next request can be found behind it.
    refuseRest: () => void request.resume(),
    switchTo: (head, upstream, firstBytes) => {
      connection.switched = true;
      stream.write(headText(head), 'latin1');
      if (firstBytes.length > 0) upstream.duplex.unshift(firstBytes);
      if (upgrade !== null && upgrade.head.length > 0) stream.unshift(upgrade.head);
      void relay({ ...flow, duplex: stream }, upstream);
    },
    onClose: (listener) => onceOver(connection, request, response, listener),
  };
  options.serve(exchange);
}

/** An answer may be whole before its request is: the rest of that still goes to the destination. */
function onceOver(
  { stream }: Connection,
  request: IncomingMessage,
  response: ServerResponse,
  listener: () => void,
): void {
  response.once('close', () => {
    if (!response.writableFinished || request.readableEnded || stream.destroyed) {
      listener();
      return;
    }
    let called = false;
    const once = () => {
      if (!called) listener();
      called = true;
    };
    request.once('end', once);
    request.once('close', once);
    stream.once('close', once);
  });
}

/** Only what Node can write whole: 100 and 103, and only to those who know interim answers. */
function inform(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  fields: readonly Field[],
): void {
  if (request.httpVersion !== '1.1' || response.headersSent) return;
  if (status === 100) response.writeContinue();
  if (status !== 103) return;
  const hints: Record<string, string[]> = {};
  for (const [name, value] of fields) (hints[name.toLowerCase()] ??= []).push(value);
  try {
    if (hints.link !== undefined) response.writeEarlyHints(hints);
  } catch {
    // Hints that Node does not take for well formed: an interim answer may be left out.
  }
}

/** An answer on a connection that Node's server has let go of. */
function responseOn(stream: Duplex, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  // Node types a socket and uses what every stream has.
  (response as unknown as { assignSocket(to: Duplex): void }).assignSocket(stream);
  stream.on('drain', () => response.emit('drain'));
  stream.once('close', () => response.emit('close'));
  response.once('finish', () => stream.end());
  return response;
}

function refuseGarbage(
  { stream, options, unanswered, switched }: Connection,
  error: NodeJS.ErrnoException,
): void {
  if (switched) return;
  if (unanswered > 0 || error.code === 'ECONNRESET') {
    options.onFault(error);
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  stream.end(
    headText({
      status,
      statusText: '',
      fields: [
        ['Content-Length', '0'],
        ['Connection', 'close'],
      ],
    }),
  );
  stream.resume();
}

/** A head that does not come to its end would hold the connection; Node's own limit needs a listening server. */
function watchHeads(connection: Connection): void {
  const { stream, options } = connection;
  /** What had been read when the connection was last seen idle; null while it is not. */
  let readBefore: number | null = stream.bytesRead ?? 0;
  let headSince: number | null = null;
  const look = () => {
    if (connection.switched || connection.unanswered > 0) {
      [readBefore, headSince] = [null, null];
      return;
    }
    const read = stream.bytesRead ?? 0;
    readBefore ??= read;
    if (read > readBefore) headSince ??= performance.now();
    if (headSince !== null && performance.now() - headSince >= options.headMs) {
      options.onFault(new Error('the head of a request did not come to its end'));
    }
  };
  const timer = setInterval(look, options.headMs / 4).unref();
  stream.once('close', () => clearInterval(timer));
}

function toPair([name, value]: Field): [string, string] {
  return [name, value];
}

function reasonOf({ status, statusText }: AnswerHead): string {
  return statusText === '' ? (STATUS_CODES[status] ?? '') : statusText;
}

function headText(head: AnswerHead): string {
  const lines = head.fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${head.status} ${reasonOf(head)}\r\n${lines.join('')}\r\n`;
}
