// An application's HTTP through a tunnel to a host whose TLS the edge ends.
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { answered, type DataPlane, openSession } from './data-plane.ts';

export type Application = {
  readonly tls: TLSSocket;
  /** One HTTP/1.1 request on this connection. */
  readonly request: (options: http.RequestOptions) => http.ClientRequest;
  readonly close: () => void;
};

/** A flow of its own to `host`, and TLS in it that trusts the edge's authority. */
export async function openApplication(
  edge: DataPlane,
  host: string,
  options: {
    readonly alpn?: readonly string[];
    readonly localAddress?: string;
    readonly traceparent?: string;
  } = {},
): Promise<Application> {
  const session = await openSession(edge, {
    ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
  });
  const fields = options.traceparent === undefined ? {} : { traceparent: options.traceparent };
  const { stream, status, headers } = await answered(session, `${host}:443`, fields);
  if (status !== 200) {
    session.destroy();
    throw new Error(`${status} ${String(headers['proxy-status'])}`);
  }
  const tls = connectTls({
    socket: stream,
    servername: host,
    ca: edge.pki.ca.cert,
    ALPNProtocols: [...(options.alpn ?? ['http/1.1'])],
  });
  tls.on('error', () => undefined);
  await Promise.race([
    once(tls, 'secureConnect'),
    once(tls, 'close').then(() => Promise.reject(new Error('no TLS'))),
  ]);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  Object.assign(agent, { createConnection: () => tls });
  return {
    tls,
    request: (own) => http.request({ agent, setHost: false, ...own }),
    close: () => session.destroy(),
  };
}

/** HTTP/2 on a fresh flow. */
export async function openH2Application(
  edge: DataPlane,
  host: string,
  options: { readonly localAddress?: string } = {},
): Promise<{ readonly session: http2.ClientHttp2Session; readonly close: () => void }> {
  const { tls, close } = await openApplication(edge, host, { ...options, alpn: ['h2'] });
  if (tls.alpnProtocol !== 'h2') throw new Error(`the edge chose ${String(tls.alpnProtocol)}`);
  const session = http2.connect(`https://${host}`, { createConnection: () => tls });
  session.on('error', () => undefined);
  return { session, close };
}

export type Answer = {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
};

export async function answerOf(request: http.ClientRequest): Promise<Answer> {
  // An error after the head of the answer is the answer's as well, and thrown from there.
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

export async function h2AnswerOf(stream: http2.ClientHttp2Stream): Promise<Answer> {
  const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return { status: Number(headers[':status']), headers: headers, text };
}
