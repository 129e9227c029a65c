// A question that is asked again and again: planned by time, never out twice at once, and given up on demand.
import type { Clock, Timer } from '../clock.ts';

export type Asking = {
  /** Asks in `afterMs`; replaces what was planned. */
  readonly plan: (afterMs: number) => void;
  /** Drops what was planned; a question that is out may end. */
  readonly forget: () => void;
  /** Asks at once; who asks while a question is out gets the same end. Never rejects. */
  readonly run: () => Promise<void>;
  /** Gives up the question that is out, and drops what was planned. */
  readonly abort: () => void;
};

/** `ask` must not reject, and must heed the signal. */
export function createAsking(clock: Clock, ask: (signal: AbortSignal) => Promise<void>): Asking {
  let out: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;
  let timer: Timer | null = null;

  const run = (): Promise<void> => {
    if (out !== null) return out.done;
    timer?.cancel();
    const abort = new AbortController();
    const done = ask(abort.signal).then(() => {
      if (out?.abort === abort) out = null;
    });
    out = { abort, done };
    return done;
  };

  return {
    run,
    plan: (afterMs) => {
      timer?.cancel();
      timer = clock.setTimer(() => void run(), afterMs);
    },
    forget: () => timer?.cancel(),
    abort: () => {
      timer?.cancel();
      out?.abort.abort();
      out = null;
    },
  };
}
