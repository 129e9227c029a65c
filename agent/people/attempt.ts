// The one sign-in that is under way: another takes its place, and whoever began it asks what has become of it.
import { explain } from '../../protocol/error.ts';
import type { Clock } from '../clock.ts';
import type { SignInProgress } from './person-desk.ts';

export type Attempts = {
  /** @param work resolves with the person's name */
  readonly begin: (work: (giveUp: AbortSignal) => Promise<string>) => void;
  /** Waits a while for its end. */
  readonly progress: () => Promise<SignInProgress>;
  readonly cancel: () => void;
};

/** A person may have to look for a second factor. */
const longestMs = 10 * 60_000;
/** Below the time that a command waits for an answer. */
const progressWaitMs = 10_000;

type Attempt = { result: SignInProgress; readonly done: Promise<void>; readonly cancel: () => void };

export function createAttempts(clock: Clock): Attempts {
  let attempt: Attempt | null = null;
  return {
    begin: (work) => {
      attempt?.cancel();
      const controller = new AbortController();
      const late = clock.setTimer(() => controller.abort(), longestMs);
      const own: Attempt = {
        result: { kind: 'waiting' },
        cancel: () => controller.abort(),
        done: work(controller.signal)
          .then(
            (name) => void (own.result = { kind: 'signed-in', name }),
            (error: unknown) => void (own.result = { kind: 'failed', cause: explain(error) }),
          )
          .finally(late.cancel),
      };
      attempt = own;
    },
    progress: async () => {
      const current = attempt;
      if (current === null) return { kind: 'failed', cause: 'no sign-in is under way' };
      const { promise: late, resolve } = Promise.withResolvers<undefined>();
      const timer = clock.setTimer(() => resolve(undefined), progressWaitMs);
      await Promise.race([current.done, late]);
      timer.cancel();
      return current.result;
    },
    cancel: () => attempt?.cancel(),
  };
}
