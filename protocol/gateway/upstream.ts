// Connections to the destination, opened as they are needed; each request goes to one that fits it.
import type { Denial } from '../proxy-status.ts';
import type { FlowStream } from '../relay/flow-stream.ts';
import { denied } from './denied.ts';
import type { AnswerHandlers, UpstreamCall, UpstreamRequest } from './exchange.ts';
import { createH1Upstream } from './upstream-h1.ts';
import { createH2Upstream } from './upstream-h2.ts';

export type HttpProtocol = 'h2' | 'http/1.1';

/** An open connection; its TLS, if it has any, is verified. */
export type UpstreamConnection = { readonly flow: FlowStream; readonly protocol: HttpProtocol };

export type UpstreamOpening =
  | { readonly kind: 'open'; readonly connection: UpstreamConnection }
  | { readonly kind: 'failed'; readonly denial: Denial };

/** Opens one more connection that speaks one of `protocols`. Never rejects. */
export type OpenUpstream = (protocols: readonly HttpProtocol[]) => Promise<UpstreamOpening>;

export type Upstream = {
  /** @throws Error where no connection can be opened, or the request cannot be carried */
  readonly send: (request: UpstreamRequest, handlers: AnswerHandlers) => Promise<UpstreamCall>;
  /** Breaks off what is open. */
  readonly close: (reason: Error) => void;
};

export type UpstreamOptions = {
  readonly first: UpstreamConnection;
  readonly open: OpenUpstream;
  /** Connections of HTTP/1.1 that may be open at a time, beside those that changed to another protocol. */
  readonly maxConnections: number;
  readonly maxHeaderBytes: number;
};

/** As the destination speaks: HTTP/2 requests share a session, HTTP/1.1 requests take turns on a few connections. */
export function createUpstream({ first, open, ...limits }: UpstreamOptions): Upstream {
  const connections = new Set<UpstreamConnection>();
  let closed: Error | null = null;
  const keep = (connection: UpstreamConnection): UpstreamConnection => {
    const { duplex, reset } = connection.flow;
    if (closed !== null) {
      reset(closed);
      throw closed;
    }
    connections.add(connection);
    duplex.once('close', () => connections.delete(connection));
    return connection;
  };
  const openOne = async (protocols: readonly HttpProtocol[]) => {
    const opening = await open(protocols);
    if (opening.kind === 'failed') throw denied(opening.denial);
    return keep(opening.connection);
  };

  /** Opened ahead of their first request. */
  const ready: UpstreamConnection[] = [];
  const makeReady = (connection: UpstreamConnection) => {
    const { duplex } = connection.flow;
    // Read, so that its end is seen: what a destination says before it is asked is for nobody.
    duplex.allowHalfOpen = false;
    duplex.resume();
    ready.push(connection);
  };
  const h1 = createH1Upstream({
    open: async () => takeOpen(ready) ?? (await openOne(['http/1.1'])),
    ...limits,
  });
  const h2 = createH2Upstream(limits);
  let speaks = first.protocol;
  if (keep(first).protocol === 'h2') h2.use(first);
  else makeReady(first);
  let renewing: Promise<void> | null = null;
  const renew = async () => {
    const connection = await openOne(['h2', 'http/1.1']);
    speaks = connection.protocol;
    if (connection.protocol === 'h2') h2.use(connection);
    else makeReady(connection);
  };

  return {
    send: async (request, handlers) => {
      // HTTP/2 has no upgrade; extended CONNECT (RFC 8441) is another thing that few destinations offer.
      if (request.upgrade !== null || speaks === 'http/1.1') return h1.send(request, handlers);
      if (!h2.isUsable()) {
        renewing ??= renew().finally(() => (renewing = null));
        await renewing;
      }
      return (h2.isUsable() ? h2 : h1).send(request, handlers);
    },
    close: (reason) => {
      closed = reason;
      for (const { flow } of connections) flow.reset(reason);
    },
  };
}

/** An application may connect long before it asks, and a destination may not wait so long. */
function takeOpen(ready: UpstreamConnection[]): UpstreamConnection | null {
  for (;;) {
    const connection = ready.shift();
    if (connection === undefined) return null;
    if (connection.flow.duplex.writable) return connection;
  }
}
