// A small HTTP/2 proxy with client certificates that can be told to misbehave, and what a tunnel needs to reach it.
import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { systemClock } from '../../agent/clock.ts';
import { createTunnel, type Tunnel, type TunnelOptions } from '../../agent/tunnel/tunnel.ts';
import type { TunnelRequest } from '../../agent/core/flow.ts';
import { parseHost } from '../../protocol/destination.ts';
import { http2FlowStream, socketFlowStream } from '../../protocol/relay/adapters.ts';
import { relay } from '../../protocol/relay/relay.ts';
import { createPki } from './pki.ts';
import { listen } from './relay-chain.ts';

export const pki = createPki();
export const device = pki.device('laptop-1');

export type TestEdge = {
  readonly url: string;
  readonly sessions: Set<http2.ServerHttp2Session>;
  readonly wires: Set<net.Socket>;
  /** How many sessions there have been. */
  readonly count: () => number;
  readonly close: () => Promise<void>;
};

export type EdgeBehaviour = {
  readonly server?: http2.SecureServerOptions;
  /** Takes a stream over; false leaves it to the proxy. */
  readonly onStream?: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => boolean;
  readonly onSession?: (session: http2.ServerHttp2Session) => void;
};

/** Relays each CONNECT to the port of its authority at 127.0.0.1, whatever its host. */
export async function startTestEdge({
  server = {},
  onStream,
  onSession,
}: EdgeBehaviour = {}): Promise<TestEdge> {
  const sessions = new Set<http2.ServerHttp2Session>();
  const wires = new Set<net.Socket>();
  let count = 0;
  const edge = http2.createSecureServer({
    cert: pki.edge.cert,
    key: pki.edge.key,
    ca: pki.ca.cert,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.3',
    ...server,
  });
  edge.on('session', (session) => {
    count += 1;
    sessions.add(session);
    session.on('error', () => undefined);
    session.on('close', () => sessions.delete(session));
    onSession?.(session);
  });
  edge.on('stream', (stream, headers) => {
    const flow = http2FlowStream(stream);
    if (onStream?.(stream, headers) === true) return;
    if (headers[':method'] !== 'CONNECT') {
      stream.respond({ ':status': 404 }, { endStream: true });
      return;
    }
    const port = Number(headers[':authority']?.split(':').pop());
    const upstream = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const upstreamFlow = socketFlowStream(upstream);
    upstream.once('connect', () => {
      if (!stream.destroyed)
        stream.respond({ ':status': 200, 'egress-observed': '"127.0.0.1";assurance=observed' });
      void relay(flow, upstreamFlow);
    });
  });
  edge.on('tlsClientError', () => undefined);
  const front = net.createServer({ allowHalfOpen: true }, (wire) => {
    wires.add(wire);
    wire.on('error', () => undefined);
    wire.on('close', () => wires.delete(wire));
    edge.emit('connection', wire);
  });
  const port = await listen(front);
  return {
    url: `https://edge.contoso.test:${port}`,
    sessions,
    wires,
    count: () => count,
    close: async () => {
      for (const session of sessions) session.destroy();
      for (const wire of wires) wire.destroy();
      await new Promise((done) => front.close(done));
    },
  };
}

export function startTunnel(edges: readonly { url: string }[], options: Partial<TunnelOptions> = {}): Tunnel {
  const tunnel = createTunnel({
    edges: edges.map(({ url }) => ({ url, addresses: ['127.0.0.1'] })),
    credentials: { key: device.key, certificate: device.cert, authority: pki.ca.cert },
    protocol: 'auto',
    localAddress: { ipv4: null, ipv6: null },
    clock: systemClock,
    random: () => 0.01,
    ...options,
  });
  tunnel.start();
  return tunnel;
}

/** Resolves when the tunnel's state is of this kind. */
export function reaches(tunnel: Tunnel, kind: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (tunnel.state().kind !== kind) return;
      stop();
      resolve();
    };
    const stop = tunnel.onChange(look);
    look();
  });
}

/** A local listener whose connections are relayed through the tunnel, as the agent does it. */
export async function startFront(tunnel: Tunnel, destination: number | TunnelRequest) {
  const request = typeof destination === 'number' ? tunnelRequest(destination) : destination;
  const opened = { refused: 0 };
  const front = net.createServer({ allowHalfOpen: true, pauseOnConnect: false }, (socket) => {
    const application = socketFlowStream(socket);
    void tunnel.open(request).then((opening) => {
      if (opening.kind === 'open') void opening.relay?.(application);
      else {
        opened.refused += 1;
        application.reset(new Error(opening.denial.reason));
      }
    });
  });
  const port = await listen(front);
  return {
    opened,
    connect: async () => {
      const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      return socket;
    },
    close: () => new Promise((done) => front.close(done)),
  };
}

/** For edges that cannot be told what a name means. */
export function addressRequest(port: number, address = '127.0.0.1'): TunnelRequest {
  return {
    ...tunnelRequest(port),
    destination: { host: parseHost(address) ?? { kind: 'name', name: address }, port },
  };
}

export function tunnelRequest(port: number) {
  return {
    destination: { host: { kind: 'name', name: 'origin.contoso.test' }, port },
    attestation: () => ['a.b.c'],
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  } as const;
}
