// The provider's door: an HTTPS server that is told by edges whom a connection or a request is from.
// Who may come in is decided by the peer's address before a byte is read.
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { decodeProxyHeader } from '../../../protocol/proxy-v2.ts';

/**
 * How an edge tells the address, as the edge's classes are called: `proxy-v2` by a PROXY header before TLS, after which
 * nothing that is said inside has a say; `forwarded` by X-Forwarded-For in each request.
 */
export type Told = 'proxy-v2' | 'forwarded';

/** What the front knows about where a request is from. */
export type ConnectionSource = {
  /** What the edge told, or the peer itself where it told none. */
  readonly address: string;
  readonly port: number;
  /** The TCP peer: the edge. */
  readonly edge: string;
  /** The PROXY header's UNIQUE_ID, or the request's traceparent. */
  readonly uniqueId: string | null;
};

export type FrontOptions = {
  readonly told: Told;
  readonly listen: { readonly address: string; readonly port: number };
  /** Peers that are believed. Everybody else is reset unheard. */
  readonly trustedPeers: readonly string[];
  readonly key: string;
  readonly certificate: string;
  readonly onRequest: RequestListener;
  /** One line for each connection that was turned away, with the reason. */
  readonly onRefused: (peer: string, reason: string) => void;
};

export type Front = {
  readonly port: number;
  /** Undefined for a request that did not come through the front. */
  readonly sourceOf: (request: IncomingMessage) => ConnectionSource | undefined;
  readonly close: () => Promise<void>;
};

const headerTimeoutMs = 3_000;
const handshakeTimeoutMs = 10_000;
const idleTimeoutMs = 60_000;
const maxConnections = 1_000;

/** Listens; rejects with the system's error if it cannot. */
export async function startFront(options: FrontOptions): Promise<Front> {
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
    const accept = (source: ConnectionSource) => {
      handshaking.set(peer, source);
      web.emit('connection', raw);
    };
    if (options.told === 'proxy-v2') readHeader(raw, refuse, accept);
    else accept(peerItself(raw));
  });
  front.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject);
    front.listen(options.listen.port, options.listen.address, resolve);
  });
  front.on('error', (error) => options.onRefused('listener', error.message));

  return {
    port: (front.address() as AddressInfo).port,
    sourceOf: (request) => {
      const source = sources.get(request.socket);
      return source === undefined || options.told === 'proxy-v2' ? source : toldSource(source, request);
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => front.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

function peerItself(raw: Socket): ConnectionSource {
  const address = raw.remoteAddress ?? '';
  return { address, port: raw.remotePort ?? 0, edge: address, uniqueId: null };
}

/** The left-most address of all fields, as Koa reads it where it trusts its proxy: a client's own would be believed. */
function toldSource(connection: ConnectionSource, request: IncomingMessage): ConnectionSource {
  const all = request.headersDistinct['x-forwarded-for']?.join(',') ?? '';
  const [address = ''] = all.split(',').map((element) => element.trim());
  const [trace = null] = request.headersDistinct.traceparent ?? [];
  return { ...connection, ...(address !== '' && { address }), uniqueId: trace };
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
    accept({
      ...peerItself(raw),
      ...(header.command === 'proxy' && {
        address: header.source.address.text,
        port: header.source.port,
      }),
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
