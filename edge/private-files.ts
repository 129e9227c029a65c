// Files that only their owner may read: written all or none, and refused when others can read them.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { explain, OpenGsaError } from '../protocol/error.ts';

const privateFile = 0o600;
const privateDirectory = 0o700;
const rightsOfOthers = 0o077;

/**
 * The text of a file that only its owner may read or write: a secret, or what the edge trusts.
 *
 * @throws OpenGsaError `bad-permissions` where others may read it, with the command that cures it;
 *   `not-found` where it does not exist, with `hint`
 */
export function readPrivateFile(path: string, hint: string): string {
  refuseLaxRights(path, hint);
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OpenGsaError('bad-permissions', `${path}: cannot be read`, { cause });
  }
}

/** @throws as readPrivateFile */
export function refuseLaxRights(path: string, hint: string): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw new OpenGsaError('not-found', `${path} does not exist; ${hint}`);
  if ((status.mode & rightsOfOthers) === 0) return;
  const mode = (status.mode & 0o777).toString(8).padStart(3, '0');
  throw new OpenGsaError(
    'bad-permissions',
    `${path} is for the edge's user alone and others have rights on it (mode ${mode}); run: chmod 600 ${path}`,
  );
}

/**
 * Makes `directory` (0700) with `files` (0600), all or none. A directory that exists and is empty is filled as it is:
 * it may be a mount, or lie in a directory where nothing else can be made.
 *
 * @returns takes it back, down to what was there before
 * @throws OpenGsaError `already-exists` where the directory holds anything
 */
export function createPrivateDirectory(
  directory: string,
  files: Readonly<Record<string, string>>,
): () => void {
  refuseNonEmptyDirectory(directory);
  try {
    return existsSync(directory) ? fill(directory, files) : make(directory, files);
  } catch (cause) {
    throw new OpenGsaError('bad-permissions', `${directory}: cannot be written`, { cause });
  }
}

function fill(directory: string, files: Readonly<Record<string, string>>): () => void {
  const written: string[] = [];
  const undo = (): void => {
    for (const path of written) rmSync(path, { force: true });
  };
  try {
    chmodSync(directory, privateDirectory);
    for (const [name, text] of Object.entries(files)) {
      const path = join(directory, name);
      writeFileSync(path, text, { flag: 'wx', mode: privateFile });
      written.push(path);
    }
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
}

/** Written beside its place and renamed in one step: rename(2) fails where someone filled the place in the meantime. */
function make(directory: string, files: Readonly<Record<string, string>>): () => void {
  const draft = join(dirname(directory), `.${randomBytes(6).toString('hex')}.draft`);
  try {
    mkdirSync(dirname(directory), { recursive: true, mode: privateDirectory });
    mkdirSync(draft, { mode: privateDirectory });
    fill(draft, files);
    renameSync(draft, directory);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
  return () => rmSync(directory, { recursive: true, force: true });
}

/** @throws OpenGsaError `already-exists` that names what is there, where `directory` is not absent or empty */
export function refuseNonEmptyDirectory(directory: string): void {
  if (!existsSync(directory)) return;
  let names: string[];
  try {
    names = readdirSync(directory).sort();
  } catch (cause) {
    throw new OpenGsaError('already-exists', `${directory} exists and is not a readable directory`, {
      cause,
    });
  }
  if (names.length === 0) return;
  const some = names.slice(0, 5).join(', ') + (names.length > 5 ? ', …' : '');
  throw new OpenGsaError('already-exists', `${directory} is not empty (${some}); nothing was written`);
}

/**
 * Writes one file that must not exist.
 *
 * @throws OpenGsaError `already-exists`, or `bad-permissions` where the place cannot be written
 */
export function createPrivateFile(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx', mode: privateFile });
    // The umask may have taken rights of the owner; nothing else changes them.
    chmodSync(path, privateFile);
  } catch (cause) {
    if (existsSync(path)) throw new OpenGsaError('already-exists', `${path} exists; nothing was written`);
    throw new OpenGsaError('bad-permissions', `${path}: cannot be written: ${explain(cause)}`, { cause });
  }
}
