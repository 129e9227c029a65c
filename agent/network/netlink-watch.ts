// Hears of changes from the Linux kernel: `ip monitor` prints a line for each, and each is a reason to look.
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Timer } from '../clock.ts';
import { backoffDelayMs, failuresAfterLoss } from '../../protocol/backoff.ts';
import { spawnMonitor } from '../spawn-monitor.ts';
import type { NetworkWatch, SourceSettings } from './network-source.ts';

/** Where distributions keep iproute2's `ip`. Never looked for in PATH. */
const ipPaths = ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'];
/** The program subscribes some ms after it has begun. Whatever changed before that is seen by a look at this time. */
const settleMs = 500;

/**
 * The output is not read: iproute2 prints monitor lines as text even when asked for JSON, differently in each version,
 * and a lost or garbled one must not matter. So lines are nudges, and a look at the kernel's tables says what holds.
 */
export function watchNetlink(
  nudge: () => void,
  { clock, random, onFault }: SourceSettings,
  program: string | null = ipPaths.find((path) => existsSync(path)) ?? null,
): NetworkWatch {
  let child: ChildProcess | null = null;
  let stopped = false;
  let live = false;
  let failures = 0;
  let timer: Timer | null = null;

  const start = (path: string): void => {
    const startedAt = clock.monotonic();
    const started = spawnMonitor([path, 'monitor', 'address', 'link', 'route']);
    child = started;
    started.stdout?.on('data', nudge);
    timer = clock.setTimer(() => {
      live = true;
      nudge();
    }, settleMs);
    const over = (reason: string): void => {
      if (child !== started) return;
      child = null;
      live = false;
      timer?.cancel();
      if (stopped) return;
      failures = failuresAfterLoss(failures, clock.monotonic() - startedAt);
      // Of a row of failures the first says it all.
      if (failures === 1) onFault(reason);
      timer = clock.setTimer(() => start(path), backoffDelayMs(failures, random()));
    };
    started.once('error', (error) => over(error.message));
    started.once('exit', (code, signal) => over(`${path} ended (${code ?? signal ?? 'unknown'})`));
  };

  if (program === null) onFault(`there is no ${ipPaths.join(', ')}`);
  else start(program);
  return {
    isLive: () => live,
    stop: async () => {
      stopped = true;
      live = false;
      timer?.cancel();
      await (child === null ? null : end(child));
    },
  };
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.pid === undefined) resolve();
    child.once('exit', () => resolve());
    child.ref();
    child.kill('SIGKILL');
  });
}
