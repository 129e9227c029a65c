// A service that tells each caller its address over HTTPS, and, where a test wants it, something else.
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { Identity } from './pki.ts';

export type EchoService = {
  readonly port: number;
  /** What the next answers are; null: the caller's address and a newline. */
  answer: ((caller: string, response: ServerResponse) => void) | null;
  /** Who asked, and what. */
  readonly requests: readonly { readonly from: string; readonly request: IncomingMessage }[];
  readonly close: () => Promise<void>;
};

export async function startEchoService(
  identity: Pick<Identity, 'cert' | 'key'>,
  host = '127.0.0.1',
): Promise<EchoService> {
  const requests: { from: string; request: IncomingMessage }[] = [];
  const server = createServer({ key: identity.key, cert: identity.cert });
  server.on('error', () => undefined);
  server.listen(0, host);
  await once(server, 'listening');
  const service: EchoService = {
    port: (server.address() as AddressInfo).port,
    answer: null,
    requests,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const from = request.socket.remoteAddress ?? '';
    requests.push({ from, request });
    if (service.answer === null) response.end(`${from}\n`);
    else service.answer(from, response);
  });
  return service;
}
