// Something that is brought about again whenever it may differ: one attempt at a time, and again on time while it fails.
import type { Clock, Timer } from './clock.ts';

export type Refresher = {
  /** Resolves after an attempt that began later than the call. Never rejects. */
  readonly run: () => Promise<void>;
  /** Nothing is attempted any more; what is under way ends by itself. */
  readonly stop: () => void;
};

export type RefresherSetup = {
  readonly clock: Clock;
  /** How long after a failure it is tried again, in ms. */
  readonly retryMs: number;
};

/** @param attempt whether it is done; must not reject */
export function createRefresher(
  attempt: () => Promise<boolean>,
  { clock, retryMs }: RefresherSetup,
): Refresher {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let retry: Timer | null = null;
  let stopped = false;

  const once = async (): Promise<void> => {
    retry?.cancel();
    const isDone = await attempt();
    running = null;
    if (!isDone && !stopped) retry = clock.setTimer(() => void run(), retryMs);
  };
  const run = (): Promise<void> => {
    if (stopped) return Promise.resolve();
    if (running === null) return (running = once());
    // However often it is asked for meanwhile, one attempt more sees it all.
    next ??= running.then(() => {
      next = null;
      return run();
    });
    return next;
  };
  return {
    run,
    stop: () => {
      stopped = true;
      retry?.cancel();
    },
  };
}
