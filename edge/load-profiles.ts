// Reads the traffic profiles that say what devices may reach.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenGsaError } from '../protocol/error.ts';
import { parseProfile, type Profile } from '../protocol/profile.ts';
import { builtInProfile } from './load-config.ts';

const builtInFile = join(import.meta.dirname, '../assets/profiles/microsoft.json');

/**
 * @param entries `microsoft` or absolute paths
 * @throws OpenGsaError `bad-profile` that names the file and, for a wrong value, its path
 */
export function loadProfiles(entries: readonly string[]): Profile[] {
  return entries.map((entry) => {
    const file = entry === builtInProfile ? builtInFile : entry;
    return parseProfile(readJson(file), file);
  });
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new OpenGsaError('bad-profile', `${file}: the profile cannot be read`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OpenGsaError('bad-profile', `${file}: the profile is not JSON`, { cause });
  }
}
