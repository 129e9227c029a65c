// Reads files that a person names.
import { readFileSync } from 'node:fs';
import { OpenGsaError } from '../../protocol/error.ts';
import { typedPath } from '../paths.ts';
import type { Terminal } from './terminal.ts';

/** @throws OpenGsaError `not-found`, or `bad-profile` that names the file */
export function readJsonFile(file: string, { environment }: Terminal): unknown {
  return parseJson(readText(typedPath(file, environment), file), file);
}

/** @param subject names the text in the message */
export function parseJson(text: string, subject: string): unknown {
  try {
    // Windows tools write a byte order mark, which is no JSON.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new OpenGsaError('bad-profile', `${subject}: (top level): not JSON`, { cause });
  }
}

/** @param file how the person called it */
export function readText(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (missing) throw new OpenGsaError('not-found', `${file}: there is no such file`);
    throw new OpenGsaError('bad-profile', `${file}: cannot be read`, { cause });
  }
}
