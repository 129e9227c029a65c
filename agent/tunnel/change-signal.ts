// Wakes those who wait for a change that they cannot see coming.
import type { Clock } from '../clock.ts';

export type ChangeSignal = {
  readonly tell: () => void;
  /** Resolves with true at the next `tell`, or with false after the time. */
  readonly within: (ms: number) => Promise<boolean>;
};

export function createChangeSignal(clock: Clock): ChangeSignal {
  const waiting = new Set<() => void>();
  return {
    tell: () => {
      for (const wake of [...waiting]) wake();
    },
    within: (ms) =>
      new Promise((resolve) => {
        const done = (changed: boolean) => {
          timer.cancel();
          waiting.delete(wake);
          resolve(changed);
        };
        const wake = () => done(true);
        const timer = clock.setTimer(() => done(false), ms);
        waiting.add(wake);
      }),
  };
}
