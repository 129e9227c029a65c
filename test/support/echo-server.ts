// A small web server that says what was asked of it, at once or, for /held, when it is released.
import { once } from 'node:events';
import { createServer } from 'node:http';

export type EchoServer = {
  readonly port: number;
  /** Resolves when /held has been asked for. */
  readonly held: Promise<void>;
  readonly release: () => void;
  readonly close: () => void;
};

export async function startEchoServer(host = '127.0.0.1'): Promise<EchoServer> {
  const held = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<undefined>();
  const server = createServer((request, response) => {
    const answer = (): void => {
      response.setHeader('Connection', 'close');
      response.end(`${request.method ?? ''} ${request.url ?? ''}`);
    };
    if (request.url !== '/held') {
      answer();
      return;
    }
    held.resolve(undefined);
    void released.promise.then(answer);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    held: held.promise,
    release: () => released.resolve(undefined),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
