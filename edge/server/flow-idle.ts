// Ends flows in which nothing moves: a peer that forgot a flow would hold its socket for ever.
import type { RelayBytes } from '../../protocol/relay/relay.ts';

/** `ended` becomes true when the limit has ended the flow. */
export type IdleLimit = { ended: boolean };

/** Resets the flow when `bytes` has stood still for between `idleMs` and twice as long. Returns the end of watching. */
export function watchIdle(
  bytes: Readonly<RelayBytes>,
  idleMs: number,
  limit: IdleLimit,
  reset: (reason: Error) => void,
): () => void {
  let before = -1;
  const timer = setInterval(() => {
    const moved = bytes.aToB + bytes.bToA;
    if (moved === before) {
      limit.ended = true;
      reset(new Error(`no byte for ${idleMs} ms`));
    }
    before = moved;
  }, idleMs);
  timer.unref();
  return () => clearInterval(timer);
}
