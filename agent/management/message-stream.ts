// A local socket as messages: frames out, values in, and one reason for its end.
import type { Socket } from 'node:net';
import { createFrameDecoder, encodeFrame } from '../../protocol/frame.ts';
import { managementMaxMessage } from '../../protocol/management.ts';

/** How long a peer may take to read what was written before an end. */
const lastWordsMs = 1_000;

export type MessageStream = {
  readonly send: (value: unknown) => void;
  /** Whether the peer reads more slowly than we write. */
  readonly congested: () => boolean;
  readonly end: (reason?: Error) => void;
};

export type MessageEvents = {
  readonly message: (value: unknown) => void;
  /** The peer has read what was written. */
  readonly drained?: () => void;
  /** Once, last. Null after an end without fault. */
  readonly closed: (reason: Error | null) => void;
};

/** A message handler that throws ends the stream with that error. */
export function messageStream(socket: Socket, events: MessageEvents): MessageStream {
  const decoder = createFrameDecoder(managementMaxMessage);
  let fault: Error | null = null;
  const end = (reason?: Error): void => {
    fault ??= reason ?? null;
    // What was written before, an error for the peer for one, still goes out.
    socket.destroySoon();
    setTimeout(() => socket.destroy(), lastWordsMs).unref();
  };
  socket.on('error', (error) => (fault ??= error));
  socket.on('data', (chunk: Buffer) => {
    if (fault !== null) return;
    try {
      for (const value of decoder.push(chunk)) events.message(value);
    } catch (error) {
      end(error instanceof Error ? error : new Error(String(error)));
    }
  });
  socket.on('drain', () => events.drained?.());
  socket.on('close', () => events.closed(fault));
  return {
    send(value) {
      if (socket.writable) socket.write(encodeFrame(value, managementMaxMessage));
    },
    congested: () => socket.writableNeedDrain,
    end,
  };
}
