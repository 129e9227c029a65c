// Files that only their owner may read: made where nothing is, or put in the place of an older one; whole or not at all.
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { OpenGsaError } from '../protocol/error.ts';

/**
 * Makes a file with `content`, and makes it last. Where something is already, a link too, that stays.
 *
 * @throws OpenGsaError `already-exists`, `not-found` where the directory is missing, `access-denied`, `internal`
 */
export async function createPrivateFile(path: string, content: string | Buffer): Promise<void> {
  try {
    await create(path, content);
  } catch (cause) {
    throw writeFault(path, cause);
  }
}

/**
 * Puts a file with `content` in the place of whatever file or link was there, in one step: a crash leaves the older or the
 * newer. Whoever could read the older one cannot read the newer.
 *
 * @throws OpenGsaError `not-found` where the directory is missing, `access-denied`, `internal`; the older one is there then
 */
export async function replacePrivateFile(path: string, content: string | Buffer): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  try {
    await rm(temporary, { force: true });
    await create(temporary, content);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFault(path, cause);
  }
}

async function create(path: string, content: string | Buffer): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(path, flags, 0o600);
  try {
    await writeAndClose(file, content);
  } catch (error) {
    // Half a file helps nobody, and would be in the way of the next.
    await rm(path, { force: true });
    throw error;
  }
}

async function writeAndClose(file: FileHandle, content: string | Buffer): Promise<void> {
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

function writeFault(path: string, cause: unknown): OpenGsaError {
  switch (codeOf(cause)) {
    case 'EEXIST':
    case 'ELOOP':
      return new OpenGsaError('already-exists', `${path}: exists and is not overwritten; name another file`);
    case 'ENOENT':
    case 'ENOTDIR':
      return new OpenGsaError('not-found', `${path}: there is no such directory; make it, or name another`);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new OpenGsaError(
        'access-denied',
        `${path}: this account may not write there; name another place`,
      );
    default:
      return new OpenGsaError('internal', `${path}: cannot be written`, { cause });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
