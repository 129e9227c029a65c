// The PROXY protocol v2 header that a listed load balancer writes before TLS: whom a connection is from. A listener is
// for load balancers by configuration; nothing is guessed from the bytes.
import type { Socket } from 'node:net';
import { type Address, type Prefix, prefixContains, unspecified } from '../../protocol/address.ts';
import { decodeProxyHeader, type ProxyFault, type ProxyHeader } from '../../protocol/proxy-v2.ts';
import { resetSocket } from '../../protocol/relay/reset.ts';
import type { Endpoint } from '../core/edge-policy.ts';

/** Stable names; they stand in the edge's log. */
export type InboundFault =
  'peer-is-no-listed-balancer' | 'handshake-late' | `proxy-header-${'late' | 'cut' | ProxyFault}`;

export type InboundHeader = {
  /** The load balancer. */
  readonly balancer: Address;
  /** Who may write a header; everybody else is reset unheard. */
  readonly proxyFrom: readonly Prefix[];
  /** How long the header and the first byte behind it may take, in ms. */
  readonly timeoutMs: number;
  /** @param peer whom the connection is from; what follows the header stays on the socket */
  readonly onPeer: (peer: Endpoint) => void;
  /** The connection has been reset. */
  readonly onRefused: (reason: InboundFault) => void;
};

/**
 * Reads exactly one header from the start of `socket`, however it is cut into segments. A balancer that only looks
 * whether somebody listens, and leaves before TLS begins, is no fault.
 */
export function readInboundHeader(socket: Socket, options: InboundHeader): void {
  const refuse = (reason: InboundFault): void => {
    resetSocket(socket);
    options.onRefused(reason);
  };
  if (!options.proxyFrom.some((range) => prefixContains(range, options.balancer))) {
    refuse('peer-is-no-listed-balancer');
    return;
  }
  let bytes: Buffer = Buffer.alloc(0);
  let header: ProxyHeader | null = null;
  const onReadable = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    // Bounded: what is no header, or too long for one, is refused as soon as its first bytes say so.
    bytes = Buffer.concat([bytes, chunk]);
    if (header === null) {
      const decoded = decodeProxyHeader(bytes);
      if (decoded.kind === 'incomplete') return;
      if (decoded.kind === 'invalid') {
        stop();
        refuse(`proxy-header-${decoded.reason}`);
        return;
      }
      header = decoded.header;
      bytes = bytes.subarray(decoded.length);
    }
    // Handed over with its first byte of TLS: an end that came before would be lost to whoever reads next.
    if (bytes.length === 0) return;
    stop();
    socket.unshift(bytes);
    options.onPeer(peerOf(header, options.balancer));
  };
  const onEnd = (): void => {
    stop();
    if (header === null && bytes.length > 0) refuse('proxy-header-cut');
    else socket.destroy();
  };
  const timer = setTimeout(() => {
    stop();
    refuse(header === null ? 'proxy-header-late' : 'handshake-late');
  }, options.timeoutMs);
  const stop = (): void => {
    clearTimeout(timer);
    socket.off('readable', onReadable).off('end', onEnd).off('close', stop);
  };
  socket.on('readable', onReadable).on('end', onEnd).on('close', stop);
}

/** LOCAL: the balancer speaks for itself. Its own address must not pass for a device's, so there is none. */
function peerOf(header: ProxyHeader, balancer: Address): Endpoint {
  if (header.command === 'proxy') return header.source;
  return { address: unspecified[balancer.family], port: 0 };
}
