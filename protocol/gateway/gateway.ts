// One flow of an application as HTTP: TLS ends here, each request is rewritten and goes on over connections of its own.
import type { Duplex } from 'node:stream';
import { createServer, type TLSSocket } from 'node:tls';
import type { Destination } from '../destination.ts';
import type { FlowStream } from '../relay/flow-stream.ts';
import type { RelayBytes, RelayOutcome } from '../relay/relay.ts';
import { serveH1 } from './downstream-h1.ts';
import { serveH2 } from './downstream-h2.ts';
import type { Exchange } from './exchange.ts';
import { type Rewrite, serveExchange } from './serve-exchange.ts';
import { tlsOver, transportOf } from './transport.ts';
import { createUpstream, type HttpProtocol, type OpenUpstream, type UpstreamConnection } from './upstream.ts';

export type GatewayLimits = {
  /** For the application's TLS handshake. */
  readonly handshakeMs: number;
  /** From the first byte of a request's head to its end, on HTTP/1.1. */
  readonly headMs: number;
  /** Of one head, in either direction. */
  readonly maxHeaderBytes: number;
  /** Fields of one request. */
  readonly maxFields: number;
  /** Requests at a time on one HTTP/2 connection. */
  readonly maxStreams: number;
  /** Connections of HTTP/1.1 to the destination at a time; requests beyond wait for one. */
  readonly maxConnections: number;
};

export const defaultGatewayLimits: GatewayLimits = {
  handshakeMs: 10_000,
  headMs: 10_000,
  // Sign-ins carry large cookies.
  maxHeaderBytes: 64 * 1024,
  maxFields: 256,
  maxStreams: 100,
  maxConnections: 16,
};

/** A private key and its certificate with the chain, both PEM. */
export type GatewayIdentity = { readonly key: string; readonly certificate: string };

export type GatewayOptions = {
  readonly downstream: FlowStream;
  /** Shown to the application; null where it speaks plain HTTP. */
  readonly identity: GatewayIdentity | null;
  /** What is offered to the application, in the order of preference. */
  readonly protocols: readonly HttpProtocol[];
  /** What the flow was opened for: a request for another host is answered 421. */
  readonly host: Destination;
  /** Opened, and verified, before the application is answered at all. */
  readonly first: UpstreamConnection;
  readonly open: OpenUpstream;
  readonly rewrite: Rewrite;
  /** Who answers where the destination cannot: the name in Proxy-Status. */
  readonly name: string;
  readonly limits?: Partial<GatewayLimits>;
  /** Counted up while it runs, for those who show a flow that is still open. */
  readonly bytes?: RelayBytes;
};

export type Gateway = {
  /** Side `a` is the application, `b` the destination. Never rejects. */
  readonly ended: Promise<RelayOutcome>;
  /** What the flow has carried so far. */
  readonly bytes: Readonly<RelayBytes>;
  /** Ends everything so that both sides see a break. */
  readonly reset: (reason: Error) => void;
};

export function runGateway(options: GatewayOptions): Gateway {
  const { downstream, identity } = options;
  const limits = { ...defaultGatewayLimits, ...options.limits };
  const upstream = createUpstream({ first: options.first, open: options.open, ...limits });
  let broken: { readonly side: 'a' | 'b'; readonly reason: Error } | null = null;
  const fail = (side: 'a' | 'b', reason: Error) => {
    broken ??= { side, reason };
    downstream.reset(reason);
    upstream.close(reason);
  };
  const serve = (exchange: Exchange) =>
    serveExchange(exchange, { upstream, rewrite: options.rewrite, name: options.name });
  const start = (application: FlowStream, protocol: HttpProtocol) => {
    const scheme = identity === null ? ('http' as const) : ('https' as const);
    const common = { ...limits, rules: { host: options.host, scheme, maxFields: limits.maxFields }, serve };
    if (protocol === 'h2') serveH2(application.duplex, common);
    else {
      const flow = { ...application, reset: (reason: Error) => fail('b', reason) };
      serveH1(application.duplex, flow, { ...common, onFault: (reason) => fail('a', reason) });
    }
  };

  const bytes: RelayBytes = options.bytes ?? { aToB: 0, bToA: 0 };
  const transport = transportOf(downstream, bytes);
  if (identity === null) start({ ...downstream, duplex: transport }, 'http/1.1');
  else {
    const onFault = (reason: Error) => fail('a', reason);
    acceptTls({ ...options, transport, identity, handshakeMs: limits.handshakeMs, onFault }, (tls) =>
      start(tlsOver(tls, transport, downstream), tls.alpnProtocol === 'h2' ? 'h2' : 'http/1.1'),
    );
  }
  return {
    bytes,
    reset: (reason) => fail('b', reason),
    ended: new Promise((resolve) => {
      downstream.duplex.once('close', () => {
        if (!downstream.endedCleanly()) {
          broken ??= { side: 'a', reason: downstream.duplex.errored ?? new Error('cut by the application') };
        }
        upstream.close(broken?.reason ?? new Error('the application has ended'));
        const { side, reason } = broken ?? { side: null, reason: null };
        resolve({ clean: side === null, broken: side, reason, bytes: { ...bytes } });
      });
    }),
  };
}

type Acceptance = Pick<GatewayOptions, 'protocols'> & {
  readonly transport: Duplex;
  readonly identity: GatewayIdentity;
  readonly handshakeMs: number;
  readonly onFault: (reason: Error) => void;
};

function acceptTls(
  { transport, protocols, identity, handshakeMs, onFault }: Acceptance,
  start: (tls: TLSSocket) => void,
): void {
  // A server of its own costs less than a millisecond, and one that many flows share does not say which is whose.
  const server = createServer({
    key: identity.key,
    cert: identity.certificate,
    minVersion: 'TLSv1.2',
    ALPNProtocols: [...protocols],
    handshakeTimeout: handshakeMs,
  });
  server.on('tlsClientError', onFault);
  server.on('secureConnection', (tls) => {
    tls.on('error', onFault);
    start(tls);
  });
  server.emit('connection', transport);
}
