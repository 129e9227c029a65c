// Small JSON files in the state directory: written whole or not at all, readable by their owner only.
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OpenGsaError } from '../protocol/error.ts';
import { makeDirectory } from './make-directory.ts';
import { replacePrivateFile } from './private-file.ts';

/** The file's JSON, or null where there is none. @throws OpenGsaError `bad-config` */
export async function readStateFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new OpenGsaError('bad-config', `${path}: cannot be read; remove it to begin with the defaults`, {
      cause,
    });
  }
}

/** Replaces the file in one step, so that a crash leaves the older or the newer text, and makes it last. */
export async function writeStateFile(path: string, value: unknown): Promise<void> {
  await makeDirectory(dirname(path));
  await replacePrivateFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
