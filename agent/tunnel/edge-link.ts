// What the tunnel knows of one connected edge, whichever HTTP version carries it.
import type { OpenTunnelFlow } from '../core/flow.ts';
import type { TunnelFailure } from '../core/session-state.ts';

export type PlainAnswer = {
  readonly status: number;
  readonly body: string;
  /** Its Proxy-Status field (RFC 9209), where it has one. */
  readonly proxyStatus?: string;
};

/** A request that is no flow. */
export type PlainQuestion = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** JSON; absent: none. */
  readonly body?: string;
};

export type LinkCounters = {
  readonly sessions: number;
  readonly latencyMs: number | null;
  readonly bytesSent: number;
  readonly bytesReceived: number;
};

export type EdgeLink = {
  readonly edge: string;
  readonly protocol: 'h2' | 'http/1.1';
  readonly open: OpenTunnelFlow;
  /** Asks on the authenticated connection. Rejects if it is given up or has no complete answer within the time. */
  readonly ask: (question: PlainQuestion, timeoutMs: number, giveUp: AbortSignal) => Promise<PlainAnswer>;
  readonly counters: () => LinkCounters;
  /** Told when the edge turns out to be some other proxy: its peculiarities are then provided for. */
  readonly markForeign: () => void;
  /** Asks at once whether the edge still answers, where the protocol can; flows of one that does not are reset. */
  readonly examine: () => void;
  /** Takes no more flows and ends with the last one, or resets what is left after the time. Resolves when all has ended. */
  readonly retire: (graceMs: number) => Promise<void>;
  /** Resets every flow. */
  readonly close: () => void;
  /** Resolves when the edge takes no more flows, for a cause other than `retire` and `close`. */
  readonly lost: Promise<TunnelFailure>;
};
