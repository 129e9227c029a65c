// The device's files on disk: whole or not at all, and for their owner only.
import { constants } from 'node:fs';
import { chmod, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deviceBundleFiles, renewedKeyFile } from '../../protocol/device-bundle.ts';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import { makeDirectory } from '../make-directory.ts';

const privateDirectory = 0o700;
const privateFile = 0o600;

/** Beside the directory that it will become: what the device has of itself before the edge has answered. */
function draftOf(directory: string): string {
  return `${directory}.enrolling`;
}

/**
 * The key of the device that is to be enrolled into `directory`. It is kept until the edge has answered, so that an answer
 * that was lost can be asked for again with the same key.
 *
 * @param make makes one where there is none
 * @param replaces whether the directory may hold a device already, whose place the one to come takes
 * @throws OpenGsaError `already-exists` where the directory holds anything, `bad-permissions`
 */
export async function pendingKey(
  directory: string,
  make: () => Promise<string>,
  replaces = false,
): Promise<string> {
  if (!replaces) await refuseFilled(directory);
  const draft = draftOf(directory);
  const path = join(draft, deviceBundleFiles.key);
  try {
    await makeDirectory(draft);
    await chmod(draft, privateDirectory);
    return await keptKey(path, make);
  } catch (cause) {
    throw new OpenGsaError('bad-permissions', `${draft}: cannot be written`, { cause });
  }
}

/** The key of a device that is not enrolled is forgotten: the next attempt makes another one. */
export function discardPendingKey(directory: string): Promise<void> {
  return rm(draftOf(directory), { recursive: true, force: true });
}

/**
 * Puts the files beside the key, and all of them in place in one step. A device whose place is taken is kept beside, as
 * `DIRECTORY.before`: whoever replaced it by mistake has it still.
 *
 * @throws OpenGsaError `already-exists`, `bad-permissions`; the draft stays, and the same invitation can be used again
 */
export async function completeDirectory(
  directory: string,
  files: Readonly<Record<string, string>>,
  replaces = false,
): Promise<void> {
  const draft = draftOf(directory);
  if (!replaces) await refuseFilled(directory);
  try {
    for (const [name, text] of Object.entries(files)) await writePrivate(join(draft, name), text);
    await syncDirectory(draft);
    if (replaces) await putAside(directory);
    // rename(2) takes the place of an empty directory and of no other.
    await rename(draft, directory);
    await syncDirectory(dirname(directory));
  } catch (cause) {
    throw new OpenGsaError('bad-permissions', `${directory}: cannot be written: ${explain(cause)}`, {
      cause,
    });
  }
}

async function putAside(directory: string): Promise<void> {
  const aside = `${directory}.before`;
  await rm(aside, { recursive: true, force: true });
  try {
    await rename(directory, aside);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

/** The key of a renewal, kept beside the one in use until the renewal is complete: an answer that was lost costs nothing. */
export function renewalKey(directory: string, make: () => Promise<string>): Promise<string> {
  return keptKey(join(directory, renewedKeyFile), make);
}

/**
 * Puts a renewed certificate and its key in place of those before. A crash in between leaves the certificate with its key
 * still beside it, which whoever reads the directory knows.
 */
export async function replaceCertificate(directory: string, certificate: string): Promise<void> {
  const path = join(directory, deviceBundleFiles.certificate);
  await writePrivate(`${path}.next`, certificate);
  await rename(`${path}.next`, path);
  await syncDirectory(directory);
  await rename(join(directory, renewedKeyFile), join(directory, deviceBundleFiles.key));
  await syncDirectory(directory);
}

async function refuseFilled(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw new OpenGsaError('bad-permissions', `${directory}: cannot be read`, { cause: error });
  });
  if (names.length === 0) return;
  throw new OpenGsaError(
    'already-exists',
    `${directory}: this device is enrolled already; to enrol it anew: opengsa enroll --replace`,
  );
}

async function keptKey(path: string, make: () => Promise<string>): Promise<string> {
  const kept = await readKept(path);
  if (kept !== null) return kept;
  const key = await make();
  // In one step: a key that was cut short would be taken for a whole one by the next attempt.
  await writePrivate(`${path}.new`, key);
  await rename(`${path}.new`, path);
  return key;
}

async function readKept(path: string): Promise<string | null> {
  try {
    // One that others could read is no secret any more.
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) return null;
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Written to the disk before it returns; whatever had the name is gone. */
async function writePrivate(path: string, text: string): Promise<void> {
  await rm(path, { force: true });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(path, flags, privateFile);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows keeps names safe by itself, and opens no directory.
  if (process.platform === 'win32') return;
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
