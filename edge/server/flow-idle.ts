// Ends flows in which nothing moves: a peer that forgot a flow would hold its socket for ever.
import type { RelayBytes } from '../../protocol/relay/relay.ts';

/** Calls `end` when `bytes` has stood still for between `idleMs` and twice as long. Returns the end of watching. */
export function watchIdle(bytes: Readonly<RelayBytes>, idleMs: number, end: () => void): () => void {
  let before = -1;
  const timer = setInterval(() => {
    const moved = bytes.aToB + bytes.bToA;
    if (moved === before) end();
    before = moved;
  }, idleMs);
  timer.unref();
  return () => clearInterval(timer);
}
