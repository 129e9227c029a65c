// Where the issuer sends the person's browser back to: a loopback listener for one sign-in (RFC 8252 section 7.3).
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Address, parseAddress } from '../../protocol/address.ts';
import { OpenGsaError } from '../../protocol/error.ts';

export type SocketEnds = {
  readonly local: { readonly address: Address; readonly port: number };
  readonly remote: { readonly address: Address; readonly port: number };
};

export type RedirectListener = {
  readonly uri: string;
  readonly close: () => void;
};

export type RedirectOptions = {
  /**
   * Told of each browser that comes with this sign-in's state. Answers the sentence for the person, or null where the
   * listener goes on waiting as if nobody had come.
   */
  readonly arrived: (redirected: URL, browser: SocketEnds) => Promise<string | null>;
  /** Whether it is the state of this sign-in. */
  readonly knows: (state: string) => boolean;
};

/** @throws OpenGsaError `address-unavailable` */
export async function listenForRedirect(options: RedirectOptions): Promise<RedirectListener> {
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 5_000, headersTimeout: 5_000 });
  server.maxConnections = 16;
  server.timeout = 30_000;
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('request', (request, response) => void answer(request, response, options));
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', (cause) =>
    reject(new OpenGsaError('address-unavailable', 'no port of 127.0.0.1 can be listened on', { cause })),
  );
  server.listen(0, '127.0.0.1', () => resolve(undefined));
  await promise;
  server.on('error', () => undefined);
  const { port } = server.address() as AddressInfo;
  return {
    uri: `http://127.0.0.1:${port}/`,
    close: () => {
      server.close();
      server.closeIdleConnections();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { arrived, knows }: RedirectOptions,
): Promise<void> {
  response.on('error', () => undefined);
  const { localPort = 0, remotePort = 0 } = request.socket;
  const local = parseAddress(request.socket.remoteAddress ?? '');
  const remote = parseAddress(request.socket.localAddress ?? '');
  const url = URL.parse(request.url ?? '', `http://127.0.0.1:${localPort}`);
  const isOurs =
    request.method === 'GET' &&
    // Another name for this machine is a page that had its own name resolve to it.
    request.headers.host === `127.0.0.1:${localPort}` &&
    url?.pathname === '/' &&
    knows(url.searchParams.get('state') ?? '');
  const browser =
    local === null || remote === null
      ? null
      : { local: { address: local, port: remotePort }, remote: { address: remote, port: localPort } };
  const sentence = isOurs && browser !== null ? await arrived(url, browser) : null;
  response.writeHead(sentence === null ? 404 : 200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(page(sentence ?? 'There is nothing here.'));
}

function page(sentence: string): string {
  const text = sentence.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>OpenGSA</title><p>${text}</p></html>\n`;
}
