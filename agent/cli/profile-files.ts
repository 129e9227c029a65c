// Profiles that a person names on the command line: a file in any known format, or a profile of this machine.
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { OpenGsaError } from '../../protocol/error.ts';
import { type ImportedProfile, importProfile } from '../../protocol/profiles/profile-format.ts';
import { typedPath } from '../paths.ts';
import type { Terminal } from './terminal.ts';

/**
 * Reads a profile file in whichever format it is.
 *
 * @throws OpenGsaError `not-found` for a missing file, `bad-profile` with the path of the fault
 */
export async function readProfileFile(file: string, terminal: Terminal): Promise<ImportedProfile> {
  const value = parseJson(await readText(typedPath(file, terminal.environment), file), file);
  return importProfile(value, file, { name: nameFromFile(file), version: 'unknown' });
}

/** `Contoso list.json` gives `contoso-list`. */
export function nameFromFile(file: string): string {
  const stem = basename(file, extname(file)).toLowerCase();
  const name = stem.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
  return name.slice(0, 64) || 'profile';
}

async function readText(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (missing) throw new OpenGsaError('not-found', `${file}: there is no such file`);
    throw new OpenGsaError('bad-profile', `${file}: cannot be read`, { cause });
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    // Windows tools write a byte order mark, which is no JSON.
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    throw new OpenGsaError('bad-profile', `${file}: (top level): not JSON`, { cause });
  }
}
