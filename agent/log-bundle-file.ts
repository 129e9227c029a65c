// Log bundles as files: written once and for their owner alone, read with bounds whoever wrote them.
import { constants } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { OpenGsaError } from '../protocol/error.ts';
import { type LogBundle, logBundleMaxBytes, parseLogBundle } from '../protocol/log-bundle.ts';

export type WrittenBundle = {
  readonly path: string;
  /** Of the file, and of the JSON text in it. */
  readonly bytes: number;
  readonly unpackedBytes: number;
};

/**
 * Writes `bundle`, readable by its owner only. What is there stays.
 *
 * @param place a directory, which gets a file named after the time, or the file itself
 * @throws OpenGsaError `already-exists`, `not-found` where the directory is missing, `access-denied` where it may not be
 *   written, `internal` for a bundle that nobody could read
 */
export async function writeBundle(place: string, bundle: LogBundle): Promise<WrittenBundle> {
  const { packed, unpackedBytes } = await packBundle(bundle);
  const path = (await isDirectory(place)) ? join(place, bundleFileName(new Date(bundle.createdAt))) : place;
  await writeOnce(path, packed);
  return { path, bytes: packed.length, unpackedBytes };
}

/** The content of a bundle's file. @throws OpenGsaError `internal` for a bundle that nobody could read */
export async function packBundle(
  bundle: LogBundle,
): Promise<{ readonly packed: Buffer; readonly unpackedBytes: number }> {
  const text = Buffer.from(JSON.stringify(bundle));
  if (text.length > logBundleMaxBytes) {
    throw new OpenGsaError(
      'internal',
      `the bundle has ${text.length} bytes; at most ${logBundleMaxBytes} can be read`,
    );
  }
  return { packed: await promisify(gzip)(text), unpackedBytes: text.length };
}

/** `opengsa-logs-2026-11-27-204100.json.gz`, in the time zone of this machine. */
export function bundleFileName(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('');
  return `opengsa-logs-${day}-${time}.json.gz`;
}

/** @throws OpenGsaError `not-found`, `access-denied`, or `bad-message` naming the file and what is wrong in it */
export async function readBundle(path: string): Promise<LogBundle> {
  const text = await unpack(await readBounded(path), path);
  return parseLogBundle(parseJson(text, path), path);
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // What it is instead shows when it is opened.
    return false;
  }
}

async function writeOnce(path: string, bytes: Buffer): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(path, flags, 0o600).catch((cause: unknown) => {
    throw writeError(path, cause);
  });
  try {
    await file.writeFile(bytes);
    await file.sync();
    await file.close();
  } catch (cause) {
    await file.close().catch(() => undefined);
    // Half a bundle helps nobody, and would be in the way of the next.
    await rm(path, { force: true });
    throw writeError(path, cause);
  }
}

function writeError(path: string, cause: unknown): OpenGsaError {
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

async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw readError(path, cause);
  });
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > logBundleMaxBytes) throw tooLarge(path);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (cause) {
    throw cause instanceof OpenGsaError ? cause : readError(path, cause);
  } finally {
    await file.close();
  }
}

function readError(path: string, cause: unknown): OpenGsaError {
  switch (codeOf(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new OpenGsaError('not-found', `${path}: there is no such file`);
    case 'EACCES':
    case 'EPERM':
      return new OpenGsaError('access-denied', `${path}: this account may not read it`);
    case 'EISDIR':
      return new OpenGsaError('bad-message', `${path}: is a directory and no log bundle`);
    default:
      return new OpenGsaError('bad-message', `${path}: cannot be read`, { cause });
  }
}

async function unpack(packed: Buffer, path: string): Promise<Buffer> {
  try {
    return await promisify(gunzip)(packed, { maxOutputLength: logBundleMaxBytes });
  } catch (cause) {
    switch (codeOf(cause)) {
      case 'ERR_BUFFER_TOO_LARGE':
        throw tooLarge(path);
      case 'Z_BUF_ERROR':
        throw new OpenGsaError('bad-message', `${path}: is cut off; copy it again`, { cause });
      case 'Z_DATA_ERROR':
        throw new OpenGsaError(
          'bad-message',
          `${path}: is no log bundle, or is damaged: not in gzip's format`,
        );
      default:
        throw new OpenGsaError('bad-message', `${path}: cannot be unpacked`, { cause });
    }
  }
}

function tooLarge(path: string): OpenGsaError {
  const most = logBundleMaxBytes / 1024 / 1024;
  return new OpenGsaError('bad-message', `${path}: holds more than ${most} MiB, which no log bundle does`);
}

function parseJson(text: Buffer, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)) as unknown;
  } catch {
    throw new OpenGsaError('bad-message', `${path}: (top level): is no JSON in UTF-8`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
