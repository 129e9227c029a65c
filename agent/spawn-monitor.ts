// A program of the system that tells of changes line by line, for as long as the agent lives.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';

/** Has the kernel end the child with its parent, however that ends; without it an orphan lives until the next change. */
const setprivPath = '/usr/bin/setpriv';

/** @param command an absolute path and its arguments */
export function spawnMonitor(command: readonly [string, ...string[]]): ChildProcess {
  const [program, ...args]: readonly [string, ...string[]] = existsSync(setprivPath)
    ? [setprivPath, '--pdeathsig', 'KILL', ...command]
    : command;
  // Without a free descriptor there is a child without streams, which tells of its error.
  const child: ChildProcess = spawn(program, args, {
    cwd: '/',
    env: { LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout?.on('error', () => undefined);
  // It serves the agent and is no reason to go on running.
  child.unref();
  if (child.stdout instanceof Socket) child.stdout.unref();
  return child;
}
