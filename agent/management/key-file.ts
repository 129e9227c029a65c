// The key that both ends of the management socket prove to hold: 32 random bytes beside the socket, with its rights.
import { constants } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { OpenGsaError } from '../../protocol/error.ts';

const keyBytes = 32;

export function keyPath(socketPath: string): string {
  return `${socketPath}.key`;
}

/**
 * Writes a fresh key in place of an older one; a reader sees the one or the other, never half.
 *
 * @param group the numeric group that may read it, or null: only this account
 */
export async function writeKey(socketPath: string, key: Buffer, group: number | null): Promise<void> {
  const path = keyPath(socketPath);
  const temporary = `${path}.${process.pid}`;
  // A planted link or file under the temporary name is not followed and not reused.
  await rm(temporary, { force: true });
  const file = await open(
    temporary,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  );
  try {
    await file.writeFile(key);
    if (group !== null) {
      await file.chown(-1, group);
      await file.chmod(0o640);
    }
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** @throws OpenGsaError `agent-not-running`, `access-denied` or `bad-permissions` */
export async function readKey(socketPath: string): Promise<Buffer> {
  const path = keyPath(socketPath);
  try {
    const facts = await lstat(path);
    if (!facts.isFile() || (facts.mode & 0o007) !== 0) {
      throw new OpenGsaError('bad-permissions', `${path}: must be a file that others cannot read`);
    }
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const key = await file.readFile();
      if (key.length === keyBytes) return key;
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw keyError(path, cause);
  }
  throw new OpenGsaError('bad-message', `${path}: does not hold a key`);
}

function keyError(path: string, cause: unknown): OpenGsaError {
  if (cause instanceof OpenGsaError) return cause;
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return notRunning(path.replace(/\.key$/, ''));
  return accessDenied(path, cause);
}

export function notRunning(socketPath: string): OpenGsaError {
  return new OpenGsaError(
    'agent-not-running',
    `the agent does not run (nothing answers on ${socketPath}). Start it with "opengsa agent"`,
  );
}

export function accessDenied(path: string, cause: unknown): OpenGsaError {
  return new OpenGsaError(
    'access-denied',
    `this account may not use the agent (${path}). Ask your administrator to let it in: management.group in agent.yaml`,
    { cause },
  );
}
