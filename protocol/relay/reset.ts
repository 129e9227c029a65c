// Ends a TCP connection so that its peer sees a reset, whatever state the socket is in.
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Sends RST and destroys `socket`. Safe in every state and more than once; emits no error of its own.
 *
 * A reset while a shutdown is under way fails with EINVAL inside Node: the socket never emits 'close', its descriptor is
 * lost and the event loop spins. That state is `end()` called, nothing left to write, 'finish' not yet emitted; then the
 * reset waits for 'finish'.
 *
 * @param writer the stream whose `end()` shuts `socket` down: the TLS socket above it, if there is one
 */
export function resetSocket(socket: Socket, writer: Duplex = socket): void {
  if (socket.destroyed) return;
  if (writer.writableEnded && !writer.writableFinished && writer.writableLength === 0 && !writer.destroyed) {
    writer.once('finish', () => resetNow(socket));
    return;
  }
  resetNow(socket);
}

function resetNow(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.connecting) {
    // Nobody is at the other end yet.
    socket.destroy();
    return;
  }
  try {
    socket.resetAndDestroy();
  } catch {
    // Pipes and Unix sockets have no reset (ERR_INVALID_HANDLE_TYPE); closing is all that is left.
    socket.destroy();
  }
}
