// The route to the synthetic addresses: without one and without a network a connection fails before it can be captured.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { OpenGsaError } from '../../protocol/error.ts';

/** Where distributions keep iproute2's `ip`. Never looked for in PATH. */
export const ipPaths: readonly string[] = ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'];
/** Marks the route as ours: routes of other programs have other numbers (rtnetlink(7), rtm_protocol). */
const protocol = '66';
const timeoutMs = 5_000;

/**
 * Adds the route, or takes over the one that an agent that was killed has left. It stays on this machine: what is not
 * captured goes nowhere.
 *
 * @param range as `6.6.0.0/16`
 * @throws OpenGsaError `capture-failed` with the words of `ip`
 */
export function addOfflineRoute(range: string): Promise<void> {
  return ip('route', 'replace', range, 'dev', 'lo', 'proto', protocol);
}

/** A route that is gone already, with its interface for example, is removed well enough. */
export async function removeOfflineRoute(range: string): Promise<void> {
  await ip('route', 'delete', range, 'dev', 'lo', 'proto', protocol).catch(() => undefined);
}

function ip(...args: readonly string[]): Promise<void> {
  const path = ipPaths.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    return Promise.reject(new OpenGsaError('not-found', `there is no ${ipPaths.join(', ')}`));
  }
  const options = { cwd: '/', env: { LC_ALL: 'C' }, timeout: timeoutMs, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve, reject) => {
    execFile(path, args, options, (cause, _stdout, stderr) => {
      if (cause === null) resolve();
      else reject(new OpenGsaError('capture-failed', `ip ${args.join(' ')}: ${stderr.trim()}`, { cause }));
    });
  });
}
