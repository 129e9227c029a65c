// Log bundles as files: written once, and for their owner alone.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { OpenGsaError } from '../protocol/error.ts';
import { type LogBundle, logBundleMaxBytes } from '../protocol/log-bundle.ts';
import { createPrivateFile } from './private-file.ts';

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
  await createPrivateFile(path, packed);
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

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // What it is instead shows when it is opened.
    return false;
  }
}
