// Notices that a session's peer is gone although its connection still stands.
import type { Clock, Timer } from '../clock.ts';

/** While flows are open; two unanswered PINGs then take at most 5 s to notice. */
export const busyPingMs = 2000;
export const idlePingMs = 15_000;
export const pingAnswerMs = 1500;
export const missesUntilDead = 2;
const graceMs = 100;

export type LivenessOptions = {
  readonly clock: Clock;
  /** Sends a PING; calls back when it is answered. False where none can be sent (RFC 9113 section 6.7). */
  readonly ping: (answered: () => void) => boolean;
  readonly busy: () => boolean;
  /** Grows with every byte that arrives: a slow link that still delivers is not dead. */
  readonly bytesReceived: () => number;
  readonly onDead: () => void;
};

export type Liveness = {
  /** To be called when the session becomes busy. */
  readonly poke: () => void;
  /** Asks at once; an edge that is gone is then known after `missesUntilDead` times `pingAnswerMs`. */
  readonly examine: () => void;
  readonly stop: () => void;
};

/** Begins at once. */
export function watchLiveness(options: LivenessOptions): Liveness {
  const { clock, ping, busy, bytesReceived, onDead } = options;
  let timer: Timer | null = null;
  let dueAt = 0;
  let waiting = false;
  let misses = 0;
  let stopped = false;

  const later = (run: () => void, ms: number) => {
    timer?.cancel();
    dueAt = clock.monotonic() + ms;
    if (!stopped) timer = clock.setTimer(run, ms);
  };
  const rest = () => {
    waiting = false;
    later(ask, busy() ? busyPingMs : idlePingMs);
  };
  const ask = () => {
    waiting = true;
    const before = bytesReceived();
    const question = { answered: false };
    ping(() => {
      question.answered = true;
      misses = 0;
      if (waiting && !stopped) rest();
    });
    const judge = () => {
      if (question.answered) return;
      misses = bytesReceived() === before ? misses + 1 : 0;
      if (misses === 0) rest();
      else if (misses < missesUntilDead) ask();
      else {
        stopped = true;
        onDead();
      }
    };
    if (question.answered) return;
    // In a process that was busy, the time is up before the answer that lies in the socket has been read.
    later(() => later(judge, graceMs), pingAnswerMs - graceMs);
  };
  rest();
  return {
    poke: () => {
      // Never put off: short flows, one after another, would keep the question from being asked for ever.
      if (!waiting && dueAt > clock.monotonic() + busyPingMs) later(ask, busyPingMs);
    },
    examine: () => {
      if (!waiting && !stopped) ask();
    },
    stop: () => {
      stopped = true;
      timer?.cancel();
    },
  };
}
