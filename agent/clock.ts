// Time as a value that is passed in, so that tests decide what time it is.

export type Timer = { readonly cancel: () => void };

export type Clock = {
  /** Wall clock in ms since 1970; it may jump. */
  readonly now: () => number;
  /** Milliseconds from an unspecified start; it never goes back. */
  readonly monotonic: () => number;
  /** Calls `run` once after `ms`. A pending timer does not keep the process alive. */
  readonly setTimer: (run: () => void, ms: number) => Timer;
};

/** The longest delay that Node's timers take, in ms; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (run, ms) => {
    const timer = setTimeout(run, Math.min(Math.max(0, ms), longestTimerMs));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
