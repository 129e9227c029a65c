// Real servers on loopback that destinations are made of: each shows one behaviour of a TCP peer.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Readable } from 'node:stream';

export type Origin = {
  readonly host: string;
  readonly port: number;
  /** `host:port` with IPv6 in brackets. */
  readonly authority: string;
  /** How many connections it has accepted so far. */
  readonly connections: () => number;
  /** Resets what is open and stops listening. */
  readonly close: () => Promise<void>;
};

export type Digest = { readonly bytes: number; readonly sha256: string };

/** A server that treats each connection by `handle`. Sockets may be half-open; their errors are the test's own doing. */
export async function startOrigin(handle: (socket: Socket) => void, host = '127.0.0.1'): Promise<Origin> {
  let connections = 0;
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    handle(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host,
    port,
    authority: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    connections: () => connections,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Sends back what it gets, and its FIN after the peer's. */
export function startEcho(host?: string): Promise<Origin> {
  return startOrigin((socket) => socket.pipe(socket), host);
}

/** Speaks first, like SMTP and SSH, then echoes. */
export function startBanner(banner = '220 ready\r\n', host?: string): Promise<Origin> {
  return startOrigin((socket) => {
    socket.write(banner);
    socket.pipe(socket);
  }, host);
}

/** Collects until the peer's FIN and only then answers `got N bytes` and its own FIN. */
export function startAnswerAfterFin(host?: string): Promise<Origin> {
  return startOrigin((socket) => {
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
    socket.on('end', () => socket.end(`got ${bytes} bytes`));
  }, host);
}

/** Sends its whole answer and FIN at once, then reports what the peer sent after that. */
export async function startFinFirst(
  answer: string,
  host?: string,
): Promise<Origin & { readonly received: Promise<Digest> }> {
  const received = Promise.withResolvers<Digest>();
  const origin = await startOrigin((socket) => {
    socket.end(answer);
    void digestOf(socket).then(received.resolve, received.reject);
  }, host);
  return { ...origin, received: received.promise };
}

/** Accepts and stays silent: neither reads nor answers. */
export function startSilent(host?: string): Promise<Origin> {
  return startOrigin((socket) => socket.pause(), host);
}

/** Sends `text`, then resets the connection as soon as the peer has sent something. */
export function startResetting(text: string, host?: string): Promise<Origin> {
  return startOrigin((socket) => {
    socket.write(text);
    socket.once('data', () => socket.resetAndDestroy());
  }, host);
}

/** Sends `bytes` reproducible bytes and its FIN while it takes the digest of what it gets; one exchange per connection. */
export async function startDigest(
  bytes: number,
  host?: string,
): Promise<Origin & { readonly received: Promise<Digest>; readonly sent: Digest }> {
  const received = Promise.withResolvers<Digest>();
  const origin = await startOrigin((socket) => {
    void digestOf(socket).then(received.resolve, received.reject);
    sendReproducible(socket, bytes, 1);
  }, host);
  return { ...origin, received: received.promise, sent: reproducibleDigest(bytes, 1) };
}

/** Writes the bytes that `reproducibleDigest` describes to `socket`, heeding back-pressure, then its FIN. */
export function sendReproducible(socket: NodeJS.WritableStream, bytes: number, seed: number): void {
  const chunks = reproducible(bytes, seed);
  const pump = (): void => {
    for (;;) {
      const { value, done } = chunks.next();
      if (done === true) {
        socket.end();
        return;
      }
      if (!socket.write(value)) {
        socket.once('drain', pump);
        return;
      }
    }
  };
  pump();
}

export function reproducibleDigest(bytes: number, seed: number): Digest {
  const hash = createHash('sha256');
  for (const chunk of reproducible(bytes, seed)) hash.update(chunk);
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * Reads `stream` to its end; its other direction stays as it is (`for await` would destroy it).
 * Rejects if it ends by an error or is destroyed before its end.
 */
export function digestOf(stream: Readable): Promise<Digest> {
  const hash = createHash('sha256');
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  return new Promise((resolve, reject) => {
    stream.once('end', () => resolve({ bytes, sha256: hash.digest('hex') }));
    stream.once('error', reject);
    stream.once('close', () => reject(new Error(`closed after ${bytes} bytes without an end`)));
  });
}

/** A port on `host` where nothing listens: it was free a moment ago. */
export async function closedPort(host = '127.0.0.1'): Promise<number> {
  const origin = await startOrigin((socket) => socket.destroy(), host);
  await origin.close();
  return origin.port;
}

/** Chunks of odd sizes whose bytes depend on `seed` and their place (xorshift32), so that loss and disorder show. */
function* reproducible(bytes: number, seed: number): Generator<Buffer, undefined> {
  let state = seed * 2_654_435_761 || 1;
  for (let left = bytes; left > 0;) {
    const chunk = Buffer.alloc(Math.min(left, 65_521));
    for (let i = 0; i + 4 <= chunk.length; i += 4) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      chunk.writeInt32LE(state, i);
    }
    left -= chunk.length;
    yield chunk;
  }
  return undefined;
}
