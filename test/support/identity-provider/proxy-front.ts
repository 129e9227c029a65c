// The provider's door: a TCP port that speaks PROXY protocol v2 by configuration, in front of an HTTPS server.
// Who may come in is decided by the peer's address before a byte is read; who a connection belongs to, by the header.
import { type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { decodeProxyHeader } from '../../../protocol/proxy-v2.ts';

/** What the front knows about a connection: never anything that was said inside it. */
export type ConnectionSource = {
  /** The header's source address, or the peer itself where the header says LOCAL. */
  readonly address: string;
  readonly port: number;
  /** The TCP peer: the edge. */
  readonly edge: string;
  /** The header's UNIQUE_ID. */
  readonly uniqueId: string | null;
};

export type ProxyFrontOptions = {
  readonly listen: { readonly address: string; readonly port: number };
  /** Peers that may send a PROXY header. Everybody else is reset unheard. */
  readonly trustedPeers: readonly string[];
  readonly key: string;
  readonly certificate: string;
  readonly onRequest: RequestListener;
  /** One line for each connection that was turned away, with the reason. */
  readonly onRefused: (peer: string, reason: string) => void;
};

export type ProxyFront = {
  readonly port: number;
  /** Undefined for a socket that did not come through the front. */
  readonly sourceOf: (socket: Socket) => ConnectionSource | undefined;
  readonly close: () => Promise<void>;
};

const headerTimeoutMs = 3_000;
const handshakeTimeoutMs = 10_000;
const idleTimeoutMs = 60_000;
const maxConnections = 1_000;

/** Listens; rejects with the system's error if it cannot. */
export async function startProxyFront(options: ProxyFrontOptions): Promise<ProxyFront> {
  const open = new Set<Socket>();
  /** Sources of connections whose TLS handshake is under way, by the raw socket's peer, which is unique while open. */
  const handshaking = new Map<string, ConnectionSource>();
  const sources = new WeakMap<Socket, ConnectionSource>();

  const web = createHttpsServer(
    { key: options.key, cert: options.certificate, handshakeTimeout: handshakeTimeoutMs },
    options.onRequest,
  );
  web.timeout = idleTimeoutMs;
  web.on('secureConnection', (socket) => {
    const source = handshaking.get(peerOf(socket));
    if (source !== undefined) sources.set(socket, source);
  });
  web.on('tlsClientError', (error, socket) => {
    options.onRefused(socket.remoteAddress ?? 'unknown', `TLS: ${error.message}`);
  });

  const front = createServer({ pauseOnConnect: true }, (raw) => {
    raw.on('error', () => raw.destroy());
    open.add(raw);
    const peer = peerOf(raw);
    raw.on('close', () => {
      open.delete(raw);
      handshaking.delete(peer);
    });
    const refuse = (reason: string) => {
      options.onRefused(raw.remoteAddress ?? 'unknown', reason);
      raw.resetAndDestroy();
    };
    if (!options.trustedPeers.includes(raw.remoteAddress ?? '')) {
      refuse('not an edge');
      return;
    }
    readHeader(raw, refuse, (source) => {
      handshaking.set(peer, source);
      web.emit('connection', raw);
    });
  });
  front.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject);
    front.listen(options.listen.port, options.listen.address, resolve);
  });
  front.on('error', (error) => options.onRefused('listener', error.message));

  return {
    port: (front.address() as AddressInfo).port,
    sourceOf: (socket) => sources.get(socket),
    close: async () => {
      const closed = new Promise<void>((resolve) => front.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Reads exactly one header, however it is cut into segments, and leaves the bytes behind it on the socket. */
function readHeader(
  raw: Socket,
  refuse: (reason: string) => void,
  accept: (source: ConnectionSource) => void,
): void {
  let bytes: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => {
    stop();
    refuse('no complete PROXY header in time');
  }, headerTimeoutMs);
  const stop = () => {
    clearTimeout(timer);
    raw.off('readable', onReadable);
    raw.off('end', onEnd);
    raw.off('close', stop);
  };
  const onEnd = () => {
    stop();
    refuse('ended before a complete PROXY header');
  };
  const onReadable = () => {
    const chunk = raw.read() as Buffer | null;
    if (chunk === null) return;
    bytes = Buffer.concat([bytes, chunk]);
    const decoded = decodeProxyHeader(bytes);
    if (decoded.kind === 'incomplete') return;
    stop();
    if (decoded.kind === 'invalid') {
      refuse(`PROXY header: ${decoded.reason}`);
      return;
    }
    const rest = bytes.subarray(decoded.length);
    if (rest.length > 0) raw.unshift(rest);
    const { header } = decoded;
    const edge = raw.remoteAddress ?? '';
    accept({
      address: header.command === 'proxy' ? header.source.address.text : edge,
      port: header.command === 'proxy' ? header.source.port : (raw.remotePort ?? 0),
      edge,
      uniqueId: header.uniqueId ?? null,
    });
  };
  raw.on('readable', onReadable);
  raw.on('end', onEnd);
  raw.on('close', stop);
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
}
