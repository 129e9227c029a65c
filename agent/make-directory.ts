// A directory with all that leads to it, for its owner only.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OpenGsaError } from '../protocol/error.ts';

/**
 * Makes `path` and what is missing on the way to it, 0700. Node's own `recursive` goes round for ever where the system
 * says of a place in an existing directory that something on the way to it is missing, as procfs does.
 *
 * @param remedy what to do where none can be made
 * @returns whether `path` was not there before
 * @throws OpenGsaError `bad-permissions` that names the place and the remedy
 */
export async function makeDirectory(path: string, remedy = 'choose another place'): Promise<boolean> {
  try {
    return await makeFrom(path);
  } catch (cause) {
    throw new OpenGsaError('bad-permissions', `${path}: no directory can be made there; ${remedy}`, {
      cause,
    });
  }
}

async function makeFrom(path: string): Promise<boolean> {
  try {
    return await makeOne(path);
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) !== 'ENOENT' || parent === path) throw error;
    await makeFrom(parent);
    // Its parent is there: whatever is missing is not ours to make.
    return makeOne(path);
  }
}

async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    // Another program may have made it at this moment; a link to a directory is one.
    if ((await stat(path).catch(() => null))?.isDirectory() === true) return false;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
