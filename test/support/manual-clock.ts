// A clock that stands still until a test moves it; timers run in order as time passes them.
import type { Clock } from '../../agent/clock.ts';

export type ManualClock = Clock & {
  /** Moves both clocks on and runs what falls due on the way. */
  readonly advance: (ms: number) => void;
  /** Moves the wall clock alone, as after a suspend or when somebody sets it. */
  readonly jump: (ms: number) => void;
  readonly pending: () => number;
};

export function manualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let elapsed = 0;
  let wallOffset = startMs;
  let pending: { at: number; run: () => void }[] = [];
  const advance = (ms: number): void => {
    const end = elapsed + ms;
    for (;;) {
      const [next] = pending.filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      pending = pending.filter((timer) => timer !== next);
      elapsed = Math.max(elapsed, next.at);
      next.run();
    }
    elapsed = end;
  };
  return {
    now: () => wallOffset + elapsed,
    monotonic: () => elapsed,
    setTimer: (run, ms) => {
      const timer = { at: elapsed + Math.max(0, ms), run };
      pending.push(timer);
      return { cancel: () => (pending = pending.filter((other) => other !== timer)) };
    },
    advance,
    jump: (ms) => (wallOffset += ms),
    pending: () => pending.length,
  };
}
