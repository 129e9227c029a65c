// One end of a flow as the relay sees it: bytes both ways, and two different ways to end.
import type { Duplex } from 'node:stream';

/**
 * The whole difference between a relay and a truncation is to know how the peer ended. Node reports several
 * unclean ends as a plain 'end' event, so each transport answers the question itself.
 */
export type FlowStream = {
  /** Must allow half-open: the relay ends each direction on its own. */
  readonly duplex: Duplex;
  /** Whether the peer ended its direction on purpose (FIN, END_STREAM). Meaningful from 'end' on. */
  readonly endedCleanly: () => boolean;
  /** Ends both directions so that the peer sees a reset, never a clean end. Safe to call at any time, more than once. */
  readonly reset: (reason: Error) => void;
};
