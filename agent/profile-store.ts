// The profiles on this machine: those that come with the program, and those that were imported into the state directory.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { explain, OpenGsaError } from '../protocol/error.ts';
import { type Profile, parseProfile } from '../protocol/profile.ts';
import { microsoftProfileName } from './policy/profile-set.ts';
import { writeStateFile } from './state-file.ts';

export type StoredProfile = {
  /** What commands and settings call it: the name of its file without `.json`. */
  readonly name: string;
  readonly source: 'built-in' | 'imported';
  readonly path: string;
  /** Null where there is none to use. */
  readonly profile: Profile | null;
  /** Why the imported file is not used: then `profile` is null, or the built-in one in its place. */
  readonly fault: string | null;
};

/** The profile that customRules of the configuration make. No file may have its name. */
export const configuredProfileName = 'custom';

const builtIn = new URL('../assets/profiles/microsoft.json', import.meta.url);

const namePattern = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** All profiles by name. One that cannot be read stands with its fault and hides nothing else. */
export async function listProfiles(stateDir: string): Promise<readonly StoredProfile[]> {
  const folder = profileFolder(stateDir);
  const names = (await filesIn(folder))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => isProfileName(name) && name !== configuredProfileName);
  const imported = await Promise.all(
    names.map((name) => readStored(name, 'imported', join(folder, `${name}.json`))),
  );
  const replaced = imported.find(({ name }) => name === microsoftProfileName);
  if (replaced !== undefined && replaced.profile !== null) return imported.sort(byName);
  // A damaged file must not let Microsoft's traffic leave directly: the built-in profile takes its place.
  const shipped = await readStored(microsoftProfileName, 'built-in', builtIn);
  const others = imported.filter((stored) => stored !== replaced);
  return [{ ...shipped, fault: shipped.fault ?? replaced?.fault ?? null }, ...others].sort(byName);
}

/** @throws OpenGsaError `not-found` where there is none of that name, `bad-profile` where it cannot be read */
export async function loadProfile(stateDir: string, name: string): Promise<Profile> {
  const profiles = await listProfiles(stateDir);
  const found = profiles.find((stored) => stored.name === name);
  if (found === undefined) {
    const known = profiles.map((stored) => stored.name).join(', ');
    throw new OpenGsaError('not-found', `there is no profile ${name}; there is ${known}`);
  }
  if (found.profile === null) throw new OpenGsaError('bad-profile', found.fault ?? name);
  return found.profile;
}

/**
 * Keeps a profile under a name, in place of one of the same name. The file is replaced in one step, so that a crash
 * leaves the older or the newer one.
 *
 * @returns the path of its file
 */
export async function saveProfile(stateDir: string, name: string, profile: Profile): Promise<string> {
  if (!isProfileName(name)) {
    throw new OpenGsaError(
      'bad-usage',
      `${name} cannot be a profile's name: use 1 to 64 small letters, digits and hyphens`,
    );
  }
  if (name === configuredProfileName) {
    throw new OpenGsaError('conflict', `the name ${name} belongs to the rules of agent.yaml; use another`);
  }
  const path = profilePath(stateDir, name);
  await writeStateFile(path, parseProfile(profile, name));
  return path;
}

export function isProfileName(name: string): boolean {
  return namePattern.test(name);
}

function byName(a: StoredProfile, b: StoredProfile): number {
  return a.name < b.name ? -1 : 1;
}

/** Where a profile of that name is kept. */
export function profilePath(stateDir: string, name: string): string {
  return join(profileFolder(stateDir), `${name}.json`);
}

function profileFolder(stateDir: string): string {
  return join(stateDir, 'profiles');
}

async function readStored(
  name: string,
  source: StoredProfile['source'],
  file: string | URL,
): Promise<StoredProfile> {
  const path = file instanceof URL ? file.pathname : file;
  try {
    const profile = parseProfile(JSON.parse(await readFile(file, 'utf8')), path);
    return { name, source, path, profile, fault: null };
  } catch (error) {
    const text = explain(error);
    return { name, source, path, profile: null, fault: text.includes(path) ? text : `${path}: ${text}` };
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
