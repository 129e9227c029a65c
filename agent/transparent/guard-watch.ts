// Hears when another program takes the guard away, as a reload of a firewall does with everything that it finds.
import type { ChildProcess } from 'node:child_process';
import type { Clock, Timer } from '../clock.ts';
import { spawnMonitor } from '../spawn-monitor.ts';

export type GuardWatch = { readonly stop: () => void };

/** Also without a word of `nft monitor` the guard is looked at this often. */
const lookEveryMs = 5_000;

/**
 * `nft monitor` prints a line for each table that goes. The lines are not read: they are reasons to look, and while the
 * program does not run, looking on time has to do.
 */
export function watchGuard(program: string, look: () => void, clock: Clock): GuardWatch {
  let child: ChildProcess | null = null;
  let timer: Timer;
  let stopped = false;
  const start = (): void => {
    const started = spawnMonitor([program, 'monitor', 'destroy', 'tables']);
    child = started;
    started.stdout?.on('data', look);
    const over = (): void => {
      if (child === started) child = null;
    };
    started.once('error', over);
    started.once('exit', over);
  };
  const lookOnTime = (): void => {
    if (stopped) return;
    if (child === null) start();
    look();
    timer = clock.setTimer(lookOnTime, lookEveryMs);
  };
  start();
  timer = clock.setTimer(lookOnTime, lookEveryMs);
  return {
    stop: () => {
      stopped = true;
      timer.cancel();
      child?.kill('SIGKILL');
    },
  };
}
