// A reflection service that answers with the address it sees, and others that do not: one path for each fault.
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Identity } from './pki.ts';

export type Reflector = {
  readonly host: string;
  readonly port: number;
  /** Addresses that it was asked from, in order, whatever it answered. */
  readonly askedBy: readonly string[];
  readonly close: () => Promise<void>;
};

/** What each path answers to a caller of an address. */
const answers: Readonly<Record<string, (answer: ServerResponse, address: string) => void>> = {
  '/': (answer, address) =>
    answer.setHeader('content-type', 'application/json').end(JSON.stringify({ ip: address })),
  '/liar': (answer) => answer.end('203.0.113.99'),
  '/silent': () => undefined,
  '/slow-body': (answer) => answer.write('203.0.'),
  '/endless': (answer) => {
    const write = (): void => {
      while (!answer.destroyed && answer.write('x'.repeat(4096)));
    };
    answer.on('drain', write);
    write();
  },
  '/endless-header': (answer) => answer.setHeader('x-long', 'x'.repeat(14_000)).end('203.0.113.99'),
  '/page': (answer) => answer.end('<html>Welcome to this network</html>'),
  '/redirect': (answer) => answer.writeHead(302, { location: '/' }).end(),
  '/broken': (answer) => answer.socket?.destroy(),
};

/** @param listen port 0, or none: any free one */
export async function startReflector(
  identity: Pick<Identity, 'cert' | 'key'>,
  { host = '127.0.0.1', port = 0 }: { readonly host?: string; readonly port?: number } = {},
): Promise<Reflector> {
  const askedBy: string[] = [];
  const server: Server = createServer({ cert: identity.cert, key: identity.key }, (request, answer) => {
    const address = request.socket.remoteAddress ?? '';
    askedBy.push(address);
    answer.on('error', () => undefined);
    answers[request.url ?? '']?.(answer, address);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(port, host);
  await once(server, 'listening');
  return {
    host,
    port: (server.address() as AddressInfo).port,
    askedBy,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
