// Where devices enrol: HTTPS without a client certificate, apart from the tunnel. It answers what takes part in that and nothing else.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { type Address, parseAddress } from '../../protocol/address.ts';
import {
  enrollCodePath,
  enrollCodeRequest,
  enrollmentMaxBytes,
  enrollmentRefusals,
  enrollPath,
  enrollRequest,
} from '../../protocol/enrollment.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import { parse } from '../../protocol/parse.ts';
import type { Endpoint } from '../core/edge-policy.ts';
import { endpointOf, listenOn } from '../server/listen-on.ts';
import type { Enroller } from './enroller.ts';
import type { Outcome } from './outcome.ts';

export type EnrollmentListener = {
  /** @throws OpenGsaError as `listenOn` */
  readonly listen: () => Promise<void>;
  /** Where it listens; null while it does not. */
  readonly address: () => Endpoint | null;
  /** Takes no further connection and breaks off what is open: who got no answer asks again with the same key. */
  readonly close: () => void;
};

export type EnrollmentListenerOptions = {
  readonly where: ListenAddress;
  /** PEM. `cert` begins with the edge's certificate and ends with the authority's, by which a device knows the edge. */
  readonly tls: { readonly key: string; readonly cert: string };
  readonly enroller: Enroller;
  readonly onFault: (error: unknown) => void;
};

const mostConnections = 1024;
const longestHeadBytes = 4096;
const mostFields = 32;
/** From the connection to the end of the handshake, and from there to the end of the question, in ms. */
const patienceMs = 10_000;
/** For the answer: the issuer of a sign-in may have to be asked. */
const answerPatienceMs = 30_000;

export function createEnrollmentListener(options: EnrollmentListenerOptions): EnrollmentListener {
  const server = createServer(
    {
      ...options.tls,
      minVersion: 'TLSv1.3',
      handshakeTimeout: patienceMs,
      maxHeaderSize: longestHeadBytes,
      headersTimeout: patienceMs,
      requestTimeout: patienceMs,
      connectionsCheckingInterval: 1000,
      keepAlive: false,
    },
    (request, response) => void answer(request, response, options),
  );
  server.maxHeadersCount = mostFields;
  server.maxConnections = mostConnections;
  server.maxRequestsPerSocket = 1;
  server.timeout = patienceMs;
  server.on('error', ignore);
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', (_error, socket: Duplex) => socket.destroy());
  // Without a listener for them, Node would leave such connections open.
  for (const event of ['connect', 'upgrade'] as const) {
    server.on(event, (_request, socket: Duplex) => socket.destroy());
  }
  return {
    listen: () => listenOn(server, options.where),
    address: () => endpointOf(server.address())[0] ?? null,
    close: () => {
      options.enroller.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

type Answer = { readonly status: number; readonly fields?: Record<string, string>; readonly body: object };

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: EnrollmentListenerOptions,
): Promise<void> {
  response.on('error', ignore);
  response.shouldKeepAlive = false;
  // What is left of a question that was refused half-way is not read.
  response.on('finish', () => request.socket.destroySoon());
  let made: Answer;
  try {
    made = await answerFor(request, options);
  } catch (error) {
    // The device went away with half of its question told.
    if (request.socket.destroyed) return;
    options.onFault(error);
    made = { status: 500, body: { error: 'internal', message: 'a fault of this edge; its log says more' } };
  }
  const text = JSON.stringify(made.body);
  response.writeHead(made.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...made.fields,
  });
  response.end(text);
}

async function answerFor(request: IncomingMessage, options: EnrollmentListenerOptions): Promise<Answer> {
  const { url = '', method } = request;
  if (url !== enrollPath && url !== enrollCodePath) {
    return bad(404, `there is nothing but ${enrollPath} and ${enrollCodePath}`);
  }
  if (url === enrollPath && method === 'GET') return { status: 200, body: options.enroller.offer() };
  if (method !== 'POST') {
    const allow = url === enrollPath ? 'GET, POST' : 'POST';
    return { ...bad(405, `must be ${allow.replace(', ', ' or ')}`), fields: { allow } };
  }
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    return bad(415, 'content-type: must be application/json');
  }
  const peer = parseAddress(request.socket.remoteAddress ?? '');
  if (peer === null) return bad(400, 'the connection is gone');
  const body = await readBody(request);
  if (body === null) return bad(413, `longer than ${enrollmentMaxBytes / 1024} KiB`);
  request.socket.setTimeout(answerPatienceMs);
  try {
    return outcomeAnswer(await ask(url, parseJson(body), peer, options.enroller));
  } catch (error) {
    if (error instanceof OpenGsaError && error.code === 'bad-message') return bad(400, error.message);
    throw error;
  }
}

function ask(url: string, body: unknown, peer: Address, enroller: Enroller): Promise<Outcome<object>> {
  return url === enrollPath
    ? enroller.enroll(parse(enrollRequest, body, 'request'), peer)
    : enroller.beginCode(parse(enrollCodeRequest, body, 'request'), peer);
}

function outcomeAnswer(outcome: Outcome<object>): Answer {
  if (outcome.kind === 'done') return { status: 200, body: outcome.answer };
  const { error, message } = outcome;
  return { status: enrollmentRefusals[error], body: { error, message } };
}

function bad(status: number, message: string): Answer {
  return { status, body: { error: 'bad-request', message } };
}

/** Null where there is more than may be. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > enrollmentMaxBytes) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  // Not destroyed where it is too long: the refusal must reach who sent it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > enrollmentMaxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser quotes what it cannot read, and that may be a secret.
    throw new OpenGsaError('bad-message', 'request: is not JSON');
  }
}

function ignore(): void {
  return;
}
