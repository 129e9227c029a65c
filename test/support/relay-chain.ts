// A chain of real sockets around the relay: application, agent's half, HTTP/2 tunnel, edge's half, origin.
import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { http2FlowStream, socketFlowStream } from '../../protocol/relay/adapters.ts';
import { relay, type RelayOptions, type RelayOutcome } from '../../protocol/relay/relay.ts';
import { http2Limits } from '../../protocol/tunnel.ts';

export type RelayChain = {
  /** Opens a flow: the application's socket, the origin's, and what each half of the chain made of it. */
  readonly open: () => Promise<{
    app: net.Socket;
    origin: net.Socket;
    agentOutcome: Promise<RelayOutcome>;
    edgeOutcome: Promise<RelayOutcome>;
  }>;
  readonly session: http2.ClientHttp2Session;
  readonly edgeSession: () => http2.ServerHttp2Session;
  /** The tunnel's TCP connection, at the agent. */
  readonly wire: net.Socket;
  readonly close: () => Promise<void>;
};

const settings = {
  initialWindowSize: http2Limits.streamWindow,
  maxFrameSize: http2Limits.maxFrameSize,
  enablePush: false,
};

export async function startRelayChain(options: RelayOptions = {}): Promise<RelayChain> {
  const sockets = new Set<net.Socket>();
  const keep = (socket: net.Socket) => {
    socket.on('error', () => undefined);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const origins = queue<net.Socket>();
  const origin = net.createServer({ allowHalfOpen: true }, (socket) => origins.push(keep(socket)));
  const originPort = await listen(origin);

  const edgeOutcomes = queue<{ outcome: Promise<RelayOutcome> }>();
  let edgeSession: http2.ServerHttp2Session | null = null;
  const edge = http2.createServer({ settings, streamResetBurst: 100_000, streamResetRate: 100_000 });
  edge.on('session', (session) => {
    edgeSession = session;
    session.on('error', () => undefined);
  });
  edge.on('stream', (stream) => {
    const flow = http2FlowStream(stream);
    const upstream = keep(net.connect({ port: originPort, host: '127.0.0.1', allowHalfOpen: true }));
    const upstreamFlow = socketFlowStream(upstream);
    upstream.once('connect', () => {
      if (stream.destroyed) return;
      stream.respond({ ':status': 200 });
      edgeOutcomes.push({ outcome: relay(flow, upstreamFlow) });
    });
  });
  const edgePort = await listen(edge);

  const wire = keep(net.connect({ port: edgePort, host: '127.0.0.1' }));
  const session = http2.connect('http://127.0.0.1', { createConnection: () => wire, settings });
  session.on('error', () => undefined);
  await once(session, 'connect');

  const agentOutcomes = queue<{ outcome: Promise<RelayOutcome> }>();
  const agent = net.createServer({ allowHalfOpen: true }, (socket) => {
    keep(socket);
    const flow = http2FlowStream(
      session.request({ ':method': 'CONNECT', ':authority': 'origin.contoso.test:443' }),
    );
    agentOutcomes.push({ outcome: relay(socketFlowStream(socket), flow, options) });
  });
  const agentPort = await listen(agent);

  return {
    session,
    wire,
    edgeSession: () => edgeSession!,
    open: async () => {
      const app = keep(net.connect({ port: agentPort, host: '127.0.0.1', allowHalfOpen: true }));
      const [originSocket, agentHalf, edgeHalf] = await Promise.all([
        origins.shift(),
        agentOutcomes.shift(),
        edgeOutcomes.shift(),
      ]);
      return { app, origin: originSocket, agentOutcome: agentHalf.outcome, edgeOutcome: edgeHalf.outcome };
    },
    close: async () => {
      session.destroy();
      edgeSession?.destroy();
      for (const socket of sockets) socket.destroy();
      await Promise.all([origin, edge, agent].map((server) => new Promise((done) => server.close(done))));
    },
  };
}

/** What a program sees of its connection: every byte, and how it ended. */
export type Seen = { bytes: Buffer; end: 'fin' | 'reset' };

/** Reads until the peer ends its direction or resets; other causes of closing count as a reset. */
export function readAll(socket: net.Socket): Promise<Seen> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => resolve({ bytes: Buffer.concat(chunks), end: 'fin' }));
    socket.on('close', () => resolve({ bytes: Buffer.concat(chunks), end: 'reset' }));
  });
}

export async function listen(server: net.Server | http2.Http2Server, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

function queue<T>(): { push: (item: T) => void; shift: () => Promise<T> } {
  const items: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    push: (item) => {
      const next = waiting.shift();
      if (next === undefined) items.push(item);
      else next(item);
    },
    shift: () => {
      const item = items.shift();
      return item === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(item);
    },
  };
}
