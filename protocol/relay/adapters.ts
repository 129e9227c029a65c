// Makes the ends of flows from what the transports hand out: TCP sockets, HTTP/2 streams, TLS over TCP.
import type { Http2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { watchEnd } from './clean-end.ts';
import type { FlowStream } from './flow-stream.ts';
import { resetSocket } from './reset.ts';

/** A TCP socket; it must have been made with `allowHalfOpen: true`. Only a FIN makes its 'end'. */
export function socketFlowStream(socket: Socket): FlowStream {
  socket.on('error', ignore);
  return {
    duplex: socket,
    endedCleanly: () => socket.readableEnded,
    reset: () => resetSocket(socket),
  };
}

/**
 * An HTTP/2 CONNECT stream; to be called in the tick in which the stream appears.
 *
 * `close(code)` is never used: it sends DATA with END_STREAM before RST_STREAM, so that a broken flow looks complete.
 * Destroying with an error sends RST_STREAM(INTERNAL_ERROR) alone.
 */
export function http2FlowStream(stream: Http2Stream): FlowStream {
  stream.on('error', ignore);
  const endedCleanly = watchEnd(stream);
  return {
    duplex: stream,
    endedCleanly,
    reset: (reason) => {
      if (!stream.destroyed) stream.destroy(reason);
    },
  };
}

/**
 * A TLS connection over a TCP socket that the caller kept: TLS alone cannot tell its peer of a break, since destroying it
 * sends a FIN. A peer that cuts the connection by FIN without close_notify cannot be told from one that ends; the two
 * programs of this project reset the socket underneath instead.
 */
export function tlsFlowStream(tls: TLSSocket, raw: Socket): FlowStream {
  let broken = false;
  tls.on('error', () => (broken = true));
  raw.on('error', () => (broken = true));
  return {
    duplex: tls,
    endedCleanly: () => tls.readableEnded && !broken,
    // The TLS socket closes with the one below. Destroying it here as well, inside one of its own events, crashes Node.
    reset: () => resetSocket(raw, tls),
  };
}

// An error is always followed by 'close', which the relay acts upon; without a listener the process would end.
function ignore(): void {
  return;
}
