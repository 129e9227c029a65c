// Requests to a destination that speaks HTTP/1.1: a few connections that are kept between requests.
import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
  type RequestOptions,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { endToEndFields, type Field, fieldsOf, valuesOf } from '../http-fields.ts';
import type { FlowStream } from '../relay/flow-stream.ts';
import type { AnswerHead, Body, SendRequest, UpstreamCall, UpstreamRequest } from './exchange.ts';
import type { UpstreamConnection } from './upstream.ts';

export type H1UpstreamOptions = {
  readonly open: () => Promise<UpstreamConnection>;
  readonly maxConnections: number;
  readonly maxHeaderBytes: number;
};

export type H1Upstream = {
  /** @throws Error for a request that this version cannot carry */
  readonly send: (...request: Parameters<SendRequest>) => Promise<UpstreamCall>;
};

export function createH1Upstream(options: H1UpstreamOptions): H1Upstream {
  const agent = new ConnectionAgent(options);
  const turns = createTurns(options.maxConnections);
  return {
    send: async (request, handlers) => {
      await turns.take();
      const outgoing = requestOr(turns.giveBack, {
        agent,
        method: request.method,
        path: request.path,
        headers: requestFields(request).flat(),
        setHost: false,
        maxHeaderSize: options.maxHeaderBytes,
      });
      outgoing.once('close', turns.giveBack);
      outgoing.on('information', ({ statusCode, rawHeaders }) => {
        handlers.inform(statusCode, endToEndFields(fieldsOf(rawHeaders)));
      });
      outgoing.on('response', (incoming) => {
        const body = hasBody(request.method, incoming) ? bodyOf(incoming) : null;
        if (body === null) incoming.resume();
        handlers.answer(headOf(incoming), body);
      });
      outgoing.on('upgrade', (incoming, connection: Duplex, firstBytes) => {
        const flow = agent.release(connection);
        const switched = valuesOf(fieldsOf(incoming.rawHeaders), 'upgrade').join(', ');
        const head = headOf(incoming);
        const fields: Field[] = [['Connection', 'Upgrade'], ['Upgrade', switched], ...head.fields];
        handlers.switched({ ...head, fields }, flow, firstBytes);
      });
      // The answer's own events tell how it ended once it has begun; the joint knows whether it has.
      outgoing.on('error', (error) => {
        handlers.failed(error, outgoing.reusedSocket && repeatable.has(request.method));
      });
      if (request.hasBody) outgoing.flushHeaders();
      else outgoing.end();
      return {
        sink: outgoing,
        finish: (trailers) => {
          if (trailers.length > 0) outgoing.addTrailers(trailers.map(toPair));
          outgoing.end();
        },
        cancel: (reason) => outgoing.destroy(reason),
      };
    },
  };
}

/** Node's agent counts connections that are open, and would open any number at once. */
function createTurns(limit: number): { readonly take: () => Promise<void>; readonly giveBack: () => void } {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return {
    take: () => {
      if (taken < limit) {
        taken += 1;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    giveBack: () => {
      const next = waiting.shift();
      if (next === undefined) taken -= 1;
      else next();
    },
  };
}

function requestOr(giveBack: () => void, options: RequestOptions): ClientRequest {
  try {
    return httpRequest(options);
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** A cookie that HTTP/2 split into crumbs is one field again (RFC 9113 section 8.2.3). */
function requestFields({ authority, fields, method, hasBody: withBody, upgrade }: UpstreamRequest): Field[] {
  const cookies = valuesOf(fields, 'cookie');
  const others = fields.filter(([name]) => name.toLowerCase() !== 'cookie');
  const length = valuesOf(fields, 'content-length').length > 0;
  return [
    ['Host', authority],
    ...others,
    ...(cookies.length === 0 ? [] : [['Cookie', cookies.join('; ')] as const]),
    ...(withBody && !length ? [['Transfer-Encoding', 'chunked'] as const] : []),
    ...(withBody || length || methodsWithoutBody.has(method) ? [] : [['Content-Length', '0'] as const]),
    ...(upgrade === null
      ? []
      : ([
          ['Connection', 'Upgrade'],
          ['Upgrade', upgrade],
        ] as const)),
  ];
}

function toPair([name, value]: Field): [string, string] {
  return [name, value];
}

/** May be sent twice where it is not known whether the first one arrived (RFC 9110 section 9.2.2). */
const repeatable: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

const methodsWithoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

function headOf(incoming: IncomingMessage): AnswerHead {
  return {
    status: incoming.statusCode ?? 502,
    statusText: incoming.statusMessage ?? '',
    fields: endToEndFields(fieldsOf(incoming.rawHeaders)),
  };
}

function hasBody(method: string, { statusCode }: IncomingMessage): boolean {
  return method !== 'HEAD' && statusCode !== 204 && statusCode !== 304;
}

function bodyOf(incoming: IncomingMessage): Body {
  const connection = incoming.socket;
  return {
    stream: incoming,
    // A reset within an answer that ends with its connection: Node's parser takes that for the end.
    isWhole: () => incoming.complete && connection.errored === null,
    trailers: () => fieldsOf(incoming.rawTrailers),
  };
}

/** Hands out connections of this destination, whatever host a request names. */
class ConnectionAgent extends Agent {
  readonly #open: H1UpstreamOptions['open'];
  readonly #flows = new Map<Duplex, FlowStream>();

  constructor({ open, maxConnections }: H1UpstreamOptions) {
    super({ keepAlive: true, maxSockets: maxConnections, maxFreeSockets: maxConnections });
    this.#open = open;
  }

  /** The connection's flow, which is no longer this agent's. */
  release(connection: Duplex): FlowStream {
    const flow = this.#flows.get(connection);
    if (flow === undefined) throw new Error('a connection of nobody');
    connection.allowHalfOpen = true;
    return flow;
  }

  // One pool for all requests: the default name holds the host.
  override getName(): string {
    return 'destination';
  }

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.#open().then(
      ({ flow }) => {
        this.#flows.set(flow.duplex, flow);
        flow.duplex.once('close', () => this.#flows.delete(flow.duplex));
        // As with any HTTP client: a destination that ends has ended the connection.
        flow.duplex.allowHalfOpen = false;
        callback?.(null, flow.duplex);
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error : new Error(String(error));
        // Node types the stream as given in every case and reads it only where there is no error.
        callback?.(reason, undefined as unknown as Duplex);
      },
    );
  }
}
