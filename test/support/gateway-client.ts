// Applications in front of a gateway, in both versions, and what becomes of their messages.
import { once } from 'node:events';
import type http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { GatewayOptions } from '../../protocol/gateway/gateway.ts';
import type { HttpProtocol } from '../../protocol/gateway/upstream.ts';
import { type GatewayRig, gatewayPki, startGateway, startHttpOrigin } from './gateway-rig.ts';

type Handler = Parameters<typeof startHttpOrigin>[1];

const toClose: (() => Promise<void> | void)[] = [];

/** Remembers what a test must close, and closes it; call `closeAll` after each test. */
export function closeLater(...closers: readonly (() => Promise<void> | void)[]): void {
  toClose.push(...closers);
}

export async function closeAll(): Promise<void> {
  for (const close of toClose.splice(0).reverse()) await close();
}

export async function gatewayTo(
  protocol: HttpProtocol,
  handler: Handler,
  options: Partial<GatewayOptions> = {},
) {
  const origin = await startHttpOrigin(protocol, handler);
  const rig = await startGateway(origin.port, options);
  toClose.push(origin.close, rig.close);
  return { origin, rig };
}

export function h1Request(rig: GatewayRig, options: https.RequestOptions = {}): http.ClientRequest {
  return https.request({
    host: '127.0.0.1',
    port: rig.port,
    servername: 'app.contoso.test',
    ca: gatewayPki.ca.cert,
    headers: { host: 'app.contoso.test' },
    ...options,
  });
}

/** TLS to the gateway, as an application that knows the host by name. */
export function tlsTo(rig: GatewayRig, protocols: readonly HttpProtocol[] = []): TLSSocket {
  return connectTls({
    host: '127.0.0.1',
    port: rig.port,
    servername: 'app.contoso.test',
    ca: gatewayPki.ca.cert,
    ...(protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] }),
  });
}

export function h2Session(rig: GatewayRig): http2.ClientHttp2Session {
  const session = http2.connect('https://app.contoso.test', {
    createConnection: () => tlsTo(rig, ['h2']),
  });
  session.on('error', () => undefined);
  toClose.push(() => session.destroy());
  return session;
}

/** A request whose content the caller writes, and its answer as a stream; the same for both versions. */
export function ask(rig: GatewayRig, down: HttpProtocol, method = 'POST', path = '/') {
  if (down === 'h2') {
    const stream = h2Session(rig).request(
      { ':method': method, ':path': path },
      { endStream: method === 'GET' },
    );
    stream.on('error', () => undefined);
    const answer = once(stream, 'response').then(([headers]) => ({
      status: Number((headers as http2.IncomingHttpHeaders)[':status']),
      headers: headers as http.IncomingHttpHeaders,
      body: stream,
    }));
    answer.catch(() => undefined);
    return { sink: stream, answer, abort: () => stream.destroy(new Error('given up')) };
  }
  const request = h1Request(rig, { method, path });
  request.on('error', () => undefined);
  if (method === 'GET') request.end();
  else request.flushHeaders();
  const answer = once(request, 'response').then(([response]) => {
    const body = response as http.IncomingMessage;
    return { status: body.statusCode, headers: body.headers, body };
  });
  answer.catch(() => undefined);
  return { sink: request, answer, abort: () => request.destroy() };
}

export async function openTls(rig: GatewayRig): Promise<TLSSocket> {
  const tls = tlsTo(rig);
  await once(tls, 'secureConnect');
  toClose.push(() => void tls.destroy());
  return tls;
}

export function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve, reject) => {
    stream.once('end', () => resolve(text));
    stream.once('error', reject);
  });
}

/** Whether a message came to its end: Node says 'aborted', an error, or nothing more than 'close' where it did not. */
export function endOf(
  stream: NodeJS.ReadableStream & { complete?: boolean; rstCode?: number },
): Promise<string> {
  return new Promise((resolve) => {
    let aborted = false;
    stream.on('aborted', () => (aborted = true));
    stream.on('error', (error: Error) => resolve(error.message));
    stream.on('close', () => {
      const broken = aborted || stream.complete === false || (stream.rstCode ?? 0) !== 0;
      resolve(broken ? 'broken' : 'whole');
    });
    stream.resume();
  });
}
