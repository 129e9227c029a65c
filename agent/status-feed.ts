// Turns inputs into the status that is shown: numbered, and published only when something that is shown differs.
import { showsTheSame, type WordedStatus, wordedStatus } from './core/status.ts';
import type { StatusInputs } from './core/status-inputs.ts';
import type { Clock, Timer } from './clock.ts';

export type StatusFeed = {
  /** The status of this moment. */
  readonly current: WordedStatus;
  /** Something may differ. Many calls in one turn make one status. */
  readonly changed: () => void;
  readonly stop: () => void;
};

/** Counters move with every byte; people and windows look about this often, in ms. */
const countersEveryMs = 1_000;

export function createStatusFeed(
  inputs: () => Omit<StatusInputs, 'revision'>,
  clock: Clock,
  publish: (status: WordedStatus) => void,
): StatusFeed {
  let last: WordedStatus | null = null;
  let revision = 0;
  let planned = false;
  let timer: Timer | null = null;

  // Every language says the same: whether something differs shows in one of them.
  const look = (): WordedStatus => {
    const next = wordedStatus({ ...inputs(), revision: revision + 1 }, clock.now());
    if (last !== null && showsTheSame(last('en'), next('en'))) return last;
    revision += 1;
    last = next;
    publish(next);
    return next;
  };
  const tick = (): void => {
    look();
    timer = clock.setTimer(tick, countersEveryMs);
  };
  timer = clock.setTimer(tick, countersEveryMs);
  return {
    current: (language) => look()(language),
    changed() {
      if (planned) return;
      planned = true;
      setImmediate(() => {
        planned = false;
        if (timer !== null) look();
      });
    },
    stop() {
      timer?.cancel();
      timer = null;
    },
  };
}
