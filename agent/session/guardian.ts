// Brings the setting back when this process is killed: a sleeping shell that ends its sleep with us.
import { spawn } from 'node:child_process';

export type Guardian = { readonly end: () => void };

/** Waits until its input ends, which is when we end, however; then becomes the program that its arguments name. */
const script = 'cat >/dev/null; exec "$@"';

/**
 * A killed session cannot restore, and a PAC address where nobody answers may leave a person behind a company's proxy
 * without a network until the next start.
 *
 * @param command absolute path and arguments of what restores
 */
export function startGuardian(
  command: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv,
): Guardian | null {
  if (process.platform === 'win32') return null;
  const child = spawn('/bin/sh', ['-c', script, 'opengsa-session-guardian', ...command], {
    // A process group of its own: what ends this program's group, as Ctrl-C does, must not end it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: environment,
    cwd: '/',
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  return {
    end: () => {
      // Its own group: the shell and what it waits with.
      const isAlive = child.exitCode === null && child.signalCode === null;
      if (child.pid !== undefined && isAlive) process.kill(-child.pid, 'SIGKILL');
    },
  };
}
