// The edge's door: TLS 1.3 with a device certificate before anything else is read. Both HTTP versions stand behind it.
import { randomUUID } from 'node:crypto';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { type Address, isUnspecified, parseAddress, type Prefix } from '../../protocol/address.ts';
import { resetSocket } from '../../protocol/relay/reset.ts';
import { tunnelAlpn } from '../../protocol/tunnel.ts';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import type { Endpoint } from '../core/edge-policy.ts';
import { endpointOf, listenOn } from './listen-on.ts';
import { readInboundHeader } from './proxy-header.ts';
import type { Caller } from './request.ts';

export type TunnelListener = ListenAddress & {
  /** Where given, it is for these load balancers only, and each connection begins with a PROXY v2 header. */
  readonly proxyFrom?: readonly Prefix[];
};

export type TlsFrontOptions = {
  /** PEM. `ca` signs the devices' certificates. */
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
  readonly listen: readonly TunnelListener[];
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
  /** Of all devices. */
  readonly connections: () => number;
  /** Thumbprints of the certificates that connections are open with. */
  readonly connected: () => readonly string[];
  readonly connectionsOf: (thumbprint: string) => number;
  /** Resets the connections of one device; it may come again, and is then refused by its standing. */
  readonly resetDevice: (thumbprint: string) => void;
};

/** A peer that vanished without a word is found by the kernel after this and nine probes. */
const keepAliveDelayMs = 60_000;
/** Handshakes under way count as well, so that they cannot crowd out devices for longer than their own timeout. */
const handshakeHeadroom = 256;

/** A TCP connection, and whom it is from: its peer, until a load balancer's header names another. */
type Arrival = { readonly raw: Socket; peer: Endpoint };

export function createTlsFront(options: TlsFrontOptions): TlsFront {
  const arrivals = new Map<string, Arrival>();
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
    const peer = arrivals.get(socketKey(tls))?.peer.address;
    // What a load balancer opens for itself only looks whether the edge is there.
    if (peer === undefined || !isUnspecified(peer)) options.onRefused(peerText(tls, peer), reasonOf(error));
    tls.destroy();
  });
  tlsServer.on('secureConnection', (tls: TLSSocket) => {
    tls.on('error', ignore);
    const connection = identify(tls, arrivals.get(socketKey(tls)));
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

  const accept = (raw: Socket, { proxyFrom }: TunnelListener): void => {
    raw.on('error', ignore);
    const peer = tcpPeer(raw);
    // Gone already: a health check that resets at once comes like this.
    if (peer === null) {
      raw.destroy();
      return;
    }
    raw.setNoDelay(true);
    raw.setKeepAlive(true, keepAliveDelayMs);
    const key = socketKey(raw);
    const arrival: Arrival = { raw, peer };
    arrivals.set(key, arrival);
    raw.once('close', () => arrivals.delete(key));
    const begin = (): void => void tlsServer.emit('connection', raw);
    if (proxyFrom === undefined) begin();
    else awaitHeader(arrival, proxyFrom, options, begin);
  };
  const servers = options.listen.map((where) => {
    const server = createTcpServer({ allowHalfOpen: true }, (raw) => accept(raw, where));
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
      for (const { raw } of arrivals.values()) resetSocket(raw);
    },
    connections: () => [...devices.values()].reduce((sum, { size }) => sum + size, 0),
    connected: () => [...devices.keys()],
    connectionsOf: (thumbprint) => devices.get(thumbprint)?.size ?? 0,
    resetDevice: (thumbprint) => {
      for (const raw of devices.get(thumbprint) ?? []) resetSocket(raw);
    },
  };
}

/** No byte of TLS is read before the header says whom the connection is from. */
function awaitHeader(
  arrival: Arrival,
  proxyFrom: readonly Prefix[],
  { limits, onRefused }: TlsFrontOptions,
  begin: () => void,
): void {
  const { address: balancer } = arrival.peer;
  readInboundHeader(arrival.raw, {
    balancer,
    proxyFrom,
    timeoutMs: limits.handshakeSeconds * 1000,
    onPeer: (peer) => {
      arrival.peer = peer;
      begin();
    },
    onRefused: (reason) => onRefused(balancer.text, reason),
  });
}

/** Null where the peer is gone already. */
function identify(tls: TLSSocket, arrival: Arrival | undefined): DeviceConnection | null {
  const certificate = tls.getPeerX509Certificate();
  if (arrival === undefined || certificate === undefined) return null;
  return {
    tls,
    raw: arrival.raw,
    protocol: tls.alpnProtocol === 'h2' ? 'h2' : 'http/1.1',
    thumbprint: Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
    peer: arrival.peer,
    connectionId: randomUUID(),
  };
}

/** Null where it is gone already. A link-local peer carries its zone (`fe80::1%eth0`), which is no part of the address. */
function tcpPeer({ remoteAddress, remotePort }: Socket): Endpoint | null {
  const address = remoteAddress === undefined ? null : parseAddress(remoteAddress.replace(/%.*$/, ''));
  return address === null || remotePort === undefined ? null : { address, port: remotePort };
}

function peerText(tls: TLSSocket, peer: Address | undefined): string {
  return peer?.text ?? tls.remoteAddress ?? 'unknown';
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
