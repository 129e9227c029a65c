// Turns inputs into the status that is shown: numbered, and published only when something that is shown differs.
import { projectStatus, showsTheSame } from './core/status.ts';
import type { StatusInputs } from './core/status-inputs.ts';
import type { Clock, Timer } from './clock.ts';
import type { Status } from '../protocol/status.ts';

export type StatusFeed = {
  /** The status of this moment. */
  readonly current: () => Status;
  /** Something may differ. Many calls in one turn make one status. */
  readonly changed: () => void;
  readonly stop: () => void;
};

/** Counters move with every byte; people and windows look about this often, in ms. */
const countersEveryMs = 1_000;

export function createStatusFeed(
  inputs: () => Omit<StatusInputs, 'revision'>,
  clock: Clock,
  publish: (status: Status) => void,
): StatusFeed {
  let last: Status | null = null;
  let revision = 0;
  let planned = false;
  let timer: Timer | null = null;

  const current = (): Status => {
    const next = projectStatus({ ...inputs(), revision: revision + 1 }, clock.now());
    if (last !== null && showsTheSame(last, next)) return last;
    revision += 1;
    last = next;
    publish(next);
    return next;
  };
  const tick = (): void => {
    current();
    timer = clock.setTimer(tick, countersEveryMs);
  };
  timer = clock.setTimer(tick, countersEveryMs);
  return {
    current,
    changed() {
      if (planned) return;
      planned = true;
      setImmediate(() => {
        planned = false;
        if (timer !== null) current();
      });
    },
    stop() {
      timer?.cancel();
      timer = null;
    },
  };
}
