// One HTTP/2 session to an edge: its settings, its life, and what it has used up.
import http2 from 'node:http2';
import { OpenGsaError } from '../../protocol/error.ts';
import { resetSocket } from '../../protocol/relay/reset.ts';
import { http2Limits } from '../../protocol/tunnel.ts';
import type { Clock } from '../clock.ts';
import { flowClosed, flowOpened, freshBudget, judgeBudget, type ResetBudget } from '../core/reset-budget.ts';
import { type EdgeConnection, dialTimeoutMs } from './dial.ts';
import { idlePingMs, watchLiveness } from './liveness.ts';

export type Session = {
  readonly h2: http2.ClientHttp2Session;
  /** Whether a new flow may go here. */
  readonly usable: () => boolean;
  /** Whether it will never be usable again. */
  readonly spent: () => boolean;
  readonly openFlows: () => number;
  readonly resets: () => number;
  readonly count: () => CountedFlow;
  /** Sets who is told after each flow that has ended. */
  readonly onFlowEnd: (told: () => void) => void;
  /** Takes no more flows than are open with an answer, for good: the peer was seen to leave further ones unanswered. */
  readonly capAtAnswered: () => void;
  readonly capped: () => boolean;
  /** Takes no more flows; ends with the last one. */
  readonly drain: () => void;
  /** Asks the peer at once whether it is there. */
  readonly examine: () => void;
  /** Resets every flow. */
  readonly kill: (reason: Error) => void;
  readonly latencyMs: () => number | null;
  readonly bytes: () => { readonly sent: number; readonly received: number };
  /** Resolves with the error that ended it, or null. */
  readonly closed: Promise<Error | null>;
  /** Resolves when it takes no more flows: closed, or the peer sent GOAWAY. */
  readonly leaving: Promise<Error | null>;
};

/** One flow as its session counts it. */
export type CountedFlow = {
  readonly answered: () => void;
  readonly ended: (how: 'ended' | 'reset') => void;
};

/**
 * Speaks HTTP/2 over `connection`. Resolves with the peer's SETTINGS: only then is it sure that the edge accepted the
 * device's certificate, since with TLS 1.3 a client has finished before the server looks at it.
 */
export async function startSession(connection: EdgeConnection, clock: Clock): Promise<Session> {
  const { tls, raw } = connection;
  let error: Error | null = null;
  const note = (cause: Error) => void (error ??= cause);
  raw.on('error', note);
  tls.on('error', note);
  // Its end is the session's end; a connection left half open would be waited for.
  tls.allowHalfOpen = false;
  raw.allowHalfOpen = false;
  raw.setKeepAlive(true, idlePingMs);
  const h2 = http2.connect('https://edge', {
    createConnection: () => tls,
    settings: {
      enablePush: false,
      initialWindowSize: http2Limits.streamWindow,
      maxFrameSize: http2Limits.maxFrameSize,
      maxHeaderListSize: http2Limits.maxHeaderListSize,
    },
  });
  h2.on('error', note);
  const closed = new Promise<Error | null>((resolve) => h2.once('close', () => resolve(error)));
  const leaving = new Promise<Error | null>((resolve) => {
    h2.once('goaway', () => resolve(error));
    void closed.then(resolve);
  });
  await settled(h2, closed, clock, () => raw.destroy());
  h2.setLocalWindowSize(http2Limits.sessionWindow);
  return manage(h2, connection, clock, closed, leaving);
}

function manage(
  h2: http2.ClientHttp2Session,
  { raw }: EdgeConnection,
  clock: Clock,
  closed: Promise<Error | null>,
  leaving: Promise<Error | null>,
): Session {
  let budget: ResetBudget = freshBudget;
  let cap = Infinity;
  let answered = 0;
  let draining = false;
  let drained = false;
  let latency: number | null = null;
  let tellFlowEnd: () => void = () => undefined;

  const kill = (reason: Error) => {
    h2.destroy(reason);
    resetSocket(raw);
  };
  const liveness = watchLiveness({
    clock,
    busy: () => budget.open > 0,
    bytesReceived: () => raw.bytesRead,
    ping: (answered) => {
      // Node cancels every PING of a session that is closing; TCP's keep-alive then has to do.
      if (h2.destroyed || h2.closed) {
        answered();
        return false;
      }
      return h2.ping((failed, durationMs) => {
        if (failed === null) latency = durationMs;
        if (failed === null || h2.closed) answered();
      });
    },
    onDead: () => kill(new OpenGsaError('timeout', 'the edge does not answer')),
  });
  void closed.then(() => liveness.stop());
  void leaving.then(() => (draining = true));

  return {
    h2,
    closed,
    leaving,
    usable: () =>
      !draining &&
      !h2.closed &&
      !h2.destroyed &&
      judgeBudget(budget).kind === 'room' &&
      budget.open < Math.min(cap, h2.remoteSettings.maxConcurrentStreams ?? Infinity),
    spent: () => draining || h2.closed || h2.destroyed || judgeBudget(budget).kind === 'spent',
    openFlows: () => budget.open,
    resets: () => budget.resets,
    count: () => {
      budget = flowOpened(budget);
      if (budget.open === 1) liveness.poke();
      let hasAnswer = false;
      return {
        answered: () => {
          hasAnswer = true;
          answered += 1;
        },
        ended: (how) => {
          if (hasAnswer) answered -= 1;
          budget = flowClosed(budget, how);
          if (budget.open === 0 && drained) h2.close();
          tellFlowEnd();
        },
      };
    },
    onFlowEnd: (told) => (tellFlowEnd = told),
    capAtAnswered: () => (cap = Math.max(1, answered)),
    capped: () => cap !== Infinity,
    drain: () => {
      draining = true;
      drained = true;
      if (budget.open === 0) h2.close();
    },
    examine: liveness.examine,
    kill,
    latencyMs: () => latency,
    bytes: () => ({ sent: raw.bytesWritten, received: raw.bytesRead }),
  };
}

function settled(
  h2: http2.ClientHttp2Session,
  closed: Promise<Error | null>,
  clock: Clock,
  giveUp: () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(() => {
      reject(new OpenGsaError('timeout', `no HTTP/2 settings in ${dialTimeoutMs} ms`));
      h2.destroy();
      giveUp();
    }, dialTimeoutMs);
    h2.once('remoteSettings', () => {
      timer.cancel();
      resolve();
    });
    void closed.then((error) => {
      timer.cancel();
      // Both sides have proven themselves and the edge hangs up without a word: Node's servers refuse devices like that.
      reject(
        error ?? new OpenGsaError('device-refused', 'it closed the connection after seeing the certificate'),
      );
    });
  });
}
