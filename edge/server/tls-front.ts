// The edge's door: TLS 1.3 with a device certificate before anything else is read. Both HTTP versions stand behind it.
import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { type Address, parseAddress } from '../../protocol/address.ts';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import { resetSocket } from '../../protocol/relay/reset.ts';
import { tunnelAlpn } from '../../protocol/tunnel.ts';
import type { Endpoint } from '../core/edge-policy.ts';
import { endpointOf, listenOn } from './listen-on.ts';
import type { Caller } from './request.ts';

export type TlsFrontOptions = {
  /** PEM. `ca` signs the devices' certificates. */
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
  readonly listen: readonly ListenAddress[];
  readonly limits: {
    readonly sessions: number;
    readonly sessionsPerDevice: number;
    readonly handshakeSeconds: number;
  };
  readonly onConnection: (connection: DeviceConnection) => void;
  /** A handshake that failed, for the log: the peer's address and what went wrong. */
  readonly onRefused: (peer: string, reason: string) => void;
};

/** A connection whose device has proved its certificate. */
export type DeviceConnection = Caller & {
  readonly tls: TLSSocket;
  /** The TCP socket underneath: only it can send a reset. */
  readonly raw: Socket;
  readonly protocol: 'h2' | 'http/1.1';
};

export type TlsFront = {
  /** @throws OpenGsaError `address-in-use`, `address-unavailable` or `bad-permissions` (ports below 1024) */
  readonly listen: () => Promise<void>;
  /** Where it listens, with the ports that the system chose. */
  readonly addresses: () => readonly Endpoint[];
  readonly stopAccepting: () => void;
  /** Resets every connection that is left. */
  readonly resetAll: () => void;
  readonly connectionsOf: (thumbprint: string) => number;
  /** Resets the connections of one device; it may come again, and is then refused by its standing. */
  readonly resetDevice: (thumbprint: string) => void;
};

/** A peer that vanished without a word is found by the kernel after this and nine probes. */
const keepAliveDelayMs = 60_000;
/** Handshakes under way count as well, so that they cannot crowd out devices for longer than their own timeout. */
const handshakeHeadroom = 256;

export function createTlsFront(options: TlsFrontOptions): TlsFront {
  const raws = new Map<string, Socket>();
  const devices = new Map<string, Set<Socket>>();
  const tlsServer = createTlsServer({
    ...options.tls,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.3',
    ALPNProtocols: [...tunnelAlpn],
    handshakeTimeout: options.limits.handshakeSeconds * 1000,
  });
  tlsServer.on('error', ignore);
  tlsServer.on('tlsClientError', (error: Error, tls: TLSSocket) => {
    options.onRefused(tls.remoteAddress ?? 'unknown', reasonOf(error));
    tls.destroy();
  });
  tlsServer.on('secureConnection', (tls: TLSSocket) => {
    tls.on('error', ignore);
    const connection = identify(tls, raws.get(socketKey(tls)));
    if (connection === null) {
      tls.destroy();
      return;
    }
    const { thumbprint, raw } = connection;
    const open = devices.get(thumbprint) ?? new Set();
    if (open.size >= options.limits.sessionsPerDevice) {
      options.onRefused(connection.peer.address.text, 'device-session-limit');
      tls.destroy();
      return;
    }
    devices.set(thumbprint, open.add(raw));
    tls.once('close', () => {
      open.delete(raw);
      if (open.size === 0) devices.delete(thumbprint);
    });
    options.onConnection(connection);
  });

  const accept = (raw: Socket): void => {
    raw.on('error', ignore);
    raw.setNoDelay(true);
    raw.setKeepAlive(true, keepAliveDelayMs);
    const key = socketKey(raw);
    raws.set(key, raw);
    raw.once('close', () => raws.delete(key));
    tlsServer.emit('connection', raw);
  };
  const servers = options.listen.map((where) => {
    const server = createTcpServer({ allowHalfOpen: true }, accept);
    server.maxConnections = options.limits.sessions + handshakeHeadroom;
    server.on('error', ignore);
    return { server, where };
  });

  return {
    listen: async () => {
      await Promise.all(servers.map(({ server, where }) => listenOn(server, where)));
    },
    addresses: () => servers.flatMap(({ server }) => endpointOf(server.address())),
    stopAccepting: () => {
      for (const { server } of servers) if (server.listening) server.close();
    },
    resetAll: () => {
      for (const raw of raws.values()) resetSocket(raw);
    },
    connectionsOf: (thumbprint) => devices.get(thumbprint)?.size ?? 0,
    resetDevice: (thumbprint) => {
      for (const raw of devices.get(thumbprint) ?? []) resetSocket(raw);
    },
  };
}

/** Null where the peer is gone already. */
function identify(tls: TLSSocket, raw: Socket | undefined): DeviceConnection | null {
  const address = peerAddress(tls.remoteAddress);
  const certificate = tls.getPeerX509Certificate();
  if (raw === undefined || address === null || certificate === undefined || tls.remotePort === undefined) {
    return null;
  }
  return {
    tls,
    raw,
    protocol: tls.alpnProtocol === 'h2' ? 'h2' : 'http/1.1',
    thumbprint: Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
    peer: { address, port: tls.remotePort },
  };
}

/** A link-local peer carries its zone (`fe80::1%eth0`), which is no part of the address. */
function peerAddress(text: string | undefined): Address | null {
  return text === undefined ? null : parseAddress(text.replace(/%.*$/, ''));
}

/** Unique while the connection is open; TLS sockets do not say which socket they stand on. */
function socketKey(socket: Socket): string {
  return [socket.localAddress, socket.localPort, socket.remoteAddress, socket.remotePort].join(' ');
}

function reasonOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.message;
}

// An error is followed by 'close', which is acted upon; without a listener the process would end.
function ignore(): void {
  return;
}
