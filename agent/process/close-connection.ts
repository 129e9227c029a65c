// Closes connections of other programs, which find them aborted: through ss(8), as the kernel allows it.
import { execFile } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { hasCapability } from '../core/capabilities.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { ConnectionEnds } from '../../protocol/older-connection.ts';

/** Where distributions put it. */
const places = ['/usr/bin/ss', '/usr/sbin/ss'];
const longestMs = 5_000;

/** Resolves to whether it was closed; false where it is not there, or where the kernel closes none. */
export type CloseConnection = (ends: ConnectionEnds) => Promise<boolean>;

/** @throws OpenGsaError `access-denied` without CAP_NET_ADMIN, `not-found` without ss */
export async function connectionCloser(): Promise<CloseConnection> {
  if (!hasCapability(await readFile('/proc/self/status', 'latin1'), 'net_admin')) {
    throw new OpenGsaError(
      'access-denied',
      'the agent may not close connections of other programs; give it the capability CAP_NET_ADMIN, or end the programs',
    );
  }
  const ss = await installed();
  return (ends) => close(ss, ends);
}

async function installed(): Promise<string> {
  for (const path of places) {
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  throw new OpenGsaError('not-found', `there is no ${places.join(' or ')}; install the package iproute2`);
}

/** It prints what it has closed and passes over in silence what the kernel does not close. */
function close(ss: string, { local, remote }: ConnectionEnds): Promise<boolean> {
  const filter = ['state', 'established', 'src', local, 'dst', remote];
  return new Promise((resolve, reject) => {
    execFile(
      ss,
      ['--kill', '--no-header', '--numeric', '--tcp', ...filter],
      { timeout: longestMs, maxBuffer: 65_536, env: { LC_ALL: 'C' } },
      (error, stdout, stderr) => {
        if (error === null && stderr === '') resolve(stdout.trim() !== '');
        else reject(failure(stderr, error));
      },
    );
  });
}

function failure(stderr: string, cause: unknown): OpenGsaError {
  const said = stderr.split('\n')[0]?.slice(0, 200) ?? '';
  if (said.includes('not permitted')) {
    return new OpenGsaError('access-denied', `the kernel does not let the agent close connections: ${said}`);
  }
  return new OpenGsaError('internal', said === '' ? 'ss failed' : `ss failed: ${said}`, { cause });
}
