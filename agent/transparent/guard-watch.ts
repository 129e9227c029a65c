// Hears when another program takes the guard away, as a reload of a firewall does with everything that it finds.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Clock, Timer } from '../clock.ts';

export type GuardWatch = { readonly stop: () => void };

/** Has the kernel end the child with its parent, however that ends. */
const setprivPath = '/usr/bin/setpriv';
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
    const started = spawnMonitor(program);
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

function spawnMonitor(program: string): ChildProcess {
  const watch = [program, 'monitor', 'destroy', 'tables'];
  const [command = program, ...args] = existsSync(setprivPath)
    ? [setprivPath, '--pdeathsig', 'KILL', ...watch]
    : watch;
  const child = spawn(command, args, {
    cwd: '/',
    env: { LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.on('error', () => undefined);
  return child;
}
