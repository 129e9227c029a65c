// An administrator's work inside the agent's own directory, done with no more rights than the agent has.
import { stat } from 'node:fs/promises';
import { OpenGsaError } from '../../protocol/error.ts';

export function isAdministrator(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * Runs `work` as the account that owns `directory`. With an administrator's rights, a link that this account planted
 * there could have any file of the system overwritten. One at a time: the rights are the whole process's.
 *
 * @throws OpenGsaError `not-found` where the directory does not exist
 */
export async function asOwnerOf<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const { uid, gid } = await stat(directory).catch((cause: unknown) => {
    const remedy = 'start the agent once, or name the directory that it uses';
    throw new OpenGsaError('not-found', `${directory}: there is no such state directory; ${remedy}`, {
      cause,
    });
  });
  if (uid === 0 || !isAdministrator()) return work();
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
