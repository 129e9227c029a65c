// Copies one flow both ways, byte for byte, and passes each kind of end on as the kind it was.
import type { FlowStream } from './flow-stream.ts';

export type RelayBytes = { aToB: number; bToA: number };

export type RelayOutcome = {
  /** Both directions ended on purpose and everything was delivered. */
  readonly clean: boolean;
  /** The side that broke first; null when clean. */
  readonly broken: 'a' | 'b' | null;
  /** What was seen of the break; null when clean. */
  readonly reason: Error | null;
  readonly bytes: Readonly<RelayBytes>;
};

/** For a peer that never answers a half-close: some proxies drop it. */
export type HalfCloseLimit = {
  /** After this side has ended, the other must deliver bytes or end within the time, again and again. */
  readonly endOf: 'a' | 'b';
  readonly idleMs: number;
  /** Calls back once after a time in ms; returns the cancellation. */
  readonly schedule: (delayMs: number, callback: () => void) => () => void;
};

export type RelayOptions = {
  /** Counted up while the relay runs, for those who show a flow that is still open. */
  readonly bytes?: RelayBytes;
  readonly halfCloseLimit?: HalfCloseLimit;
};

/**
 * Relays `a` and `b` until both have closed. Half-close is kept; a clean end follows only upon a clean end; when one side
 * breaks, the other is reset. Backpressure is that of `pipe`. Never rejects.
 */
export function relay(a: FlowStream, b: FlowStream, options: RelayOptions = {}): Promise<RelayOutcome> {
  const bytes = options.bytes ?? { aToB: 0, bToA: 0 };
  return new Promise((resolve) => {
    let broken: 'a' | 'b' | null = null;
    let reason: Error | null = null;
    let open = 2;
    let stopWaiting = ignore;

    const fail = (side: 'a' | 'b', error: Error) => {
      if (broken === null) {
        broken = side;
        reason = error;
      }
      a.reset(error);
      b.reset(error);
    };
    const onClosed = (side: 'a' | 'b', error: Error | null) => {
      if (error !== null) fail(side, error);
      open -= 1;
      if (open > 0) return;
      stopWaiting();
      resolve({ clean: broken === null, broken, reason, bytes: { ...bytes } });
    };

    a.duplex.on('data', (chunk: Buffer) => (bytes.aToB += chunk.length));
    b.duplex.on('data', (chunk: Buffer) => (bytes.bToA += chunk.length));
    connect('a', a, b, fail, onClosed);
    connect('b', b, a, fail, onClosed);
    if (options.halfCloseLimit !== undefined) {
      stopWaiting = limitHalfClose(options.halfCloseLimit, a, b, bytes, fail);
    }
  });
}

/** One direction, and the life of the side it comes from. */
function connect(
  side: 'a' | 'b',
  from: FlowStream,
  to: FlowStream,
  fail: (side: 'a' | 'b', error: Error) => void,
  onClosed: (side: 'a' | 'b', error: Error | null) => void,
): void {
  const source = from.duplex;
  let lastError: Error | null = source.errored;
  const closed = () => {
    // Node finishes the writable side of a stream that its peer cancels, so that alone proves no delivery: the other
    // side must have ended too.
    const delivered = source.writableFinished && to.duplex.readableEnded;
    const complete = source.readableEnded && from.endedCleanly() && delivered;
    onClosed(side, complete && lastError === null ? null : (lastError ?? new Error('ended before its time')));
  };
  source.on('error', (error: Error) => (lastError ??= error));
  const ended = () => {
    if (from.endedCleanly()) to.duplex.end();
    else fail(side, lastError ?? new Error('cut by the peer'));
  };
  source.on('end', ended);
  if (source.closed) {
    closed();
    return;
  }
  source.on('close', closed);
  source.pipe(to.duplex, { end: false });
  // A FIN behind which nothing is left to read is told even to a stream that nobody reads yet.
  if (source.readableEnded) ended();
}

function limitHalfClose(
  limit: HalfCloseLimit,
  a: FlowStream,
  b: FlowStream,
  bytes: RelayBytes,
  fail: (side: 'a' | 'b', error: Error) => void,
): () => void {
  const [ended, owing] = limit.endOf === 'a' ? [a.duplex, b.duplex] : [b.duplex, a.duplex];
  let cancel = ignore;
  const wait = () => {
    if (owing.readableEnded) return;
    const before = bytes.aToB + bytes.bToA;
    cancel = limit.schedule(limit.idleMs, () => {
      // A side that does not read what it is given is slow, and its peer is not at fault.
      if (ended.writableNeedDrain || bytes.aToB + bytes.bToA !== before) wait();
      else if (!owing.readableEnded) {
        const message = `no answer for ${limit.idleMs} ms after the other side had ended`;
        fail(limit.endOf === 'a' ? 'b' : 'a', new Error(message));
      }
    });
  };
  if (ended.readableEnded) wait();
  else ended.once('end', wait);
  owing.once('end', () => cancel());
  return () => cancel();
}

function ignore(): void {
  return;
}
