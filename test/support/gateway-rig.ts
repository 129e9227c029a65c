// The gateway between real connections: an application's socket on one side, an HTTP server on the other.
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { type Destination, parseHost } from '../../protocol/destination.ts';
import { type Gateway, type GatewayOptions, runGateway } from '../../protocol/gateway/gateway.ts';
import { connectUpstreamTls } from '../../protocol/gateway/upstream-tls.ts';
import type { HttpProtocol, UpstreamOpening } from '../../protocol/gateway/upstream.ts';
import { socketFlowStream } from '../../protocol/relay/adapters.ts';
import type { RelayOutcome } from '../../protocol/relay/relay.ts';
import { createPki } from './pki.ts';
import { listen } from './relay-chain.ts';

export const gatewayPki = createPki();
export const owned = gatewayPki.ca.issue('app.contoso.test', {
  usage: 'server',
  names: ['app.contoso.test'],
});
export const appHost: Destination = { host: parseHost('app.contoso.test')!, port: 443 };

export type GatewayRig = {
  readonly port: number;
  /** One per connection of an application, in their order. */
  readonly gateways: Gateway[];
  readonly outcome: (index: number) => Promise<RelayOutcome>;
  readonly close: () => Promise<void>;
};

/** Each connection to the port is a flow for `app.contoso.test:443`, carried on to `originPort`. */
export async function startGateway(
  originPort: number,
  options: Partial<GatewayOptions> & { readonly upstreamProtocols?: readonly HttpProtocol[] } = {},
): Promise<GatewayRig> {
  const gateways: Gateway[] = [];
  const sockets = new Set<net.Socket>();
  const open = (protocols: readonly HttpProtocol[]) => openUpstream(originPort, protocols);
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const downstream = socketFlowStream(socket);
    void open(options.upstreamProtocols ?? ['h2', 'http/1.1']).then((opening) => {
      if (opening.kind === 'failed') {
        downstream.reset(new Error(opening.denial.reason));
        return;
      }
      gateways.push(
        runGateway({
          downstream,
          identity: { key: owned.key, certificate: owned.cert },
          protocols: ['h2', 'http/1.1'],
          host: appHost,
          first: opening.connection,
          open,
          rewrite: { fields: (fields) => fields, trailers: (fields) => fields },
          name: 'edge.contoso.test',
          ...options,
        }),
      );
    });
  });
  const port = await listen(server);
  return {
    port,
    gateways,
    outcome: (index) => gateways[index]!.ended,
    close: async () => {
      for (const gateway of gateways) gateway.reset(new Error('the test is over'));
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/** TLS to a server of the test, verified. */
export async function openUpstream(
  port: number,
  protocols: readonly HttpProtocol[],
  name = 'app.contoso.test',
): Promise<UpstreamOpening> {
  const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const below = socketFlowStream(socket);
  await once(socket, 'connect');
  return connectUpstreamTls({
    below,
    name: parseHost(name)!,
    ca: gatewayPki.ca.cert,
    protocols,
    signal: AbortSignal.timeout(10_000),
  });
}

export type HttpOrigin = {
  readonly port: number;
  readonly connections: () => number;
  /** Ends every connection, as a server does that has waited long enough. */
  readonly endAll: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** An HTTP server over TLS as `app.contoso.test`, of one version. */
export async function startHttpOrigin(
  protocol: HttpProtocol,
  handler: (request: http.IncomingMessage, response: http.ServerResponse) => void,
): Promise<HttpOrigin> {
  const tls = { cert: owned.cert, key: owned.key };
  const server =
    protocol === 'h2'
      ? http2.createSecureServer(tls, (request, response) =>
          // What both have in common is all that handlers use.
          handler(request as unknown as http.IncomingMessage, response as unknown as http.ServerResponse),
        )
      : (await import('node:https')).createServer(tls, handler);
  const sockets = new Set<net.Socket>();
  let connections = 0;
  server.on('secureConnection', (socket: net.Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('clientError', () => undefined);
  server.on('sessionError', () => undefined);
  const port = await listen(server);
  return {
    port,
    connections: () => connections,
    endAll: async () => {
      await Promise.all(
        [...sockets].map((socket) => {
          socket.end();
          return once(socket, 'close');
        }),
      );
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
