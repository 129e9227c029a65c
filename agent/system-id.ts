// The numbers of groups and accounts, by the names that the configuration gives.
import { readFile } from 'node:fs/promises';
import { OpenGsaError } from '../protocol/error.ts';

/** @throws OpenGsaError `bad-config` where `file` (group(5)) has no group of that name */
export function groupId(name: string, file = '/etc/group'): Promise<number> {
  return idOf(name, file, 'management.group', 'group', `run groupadd --system ${name}`);
}

/**
 * @param name as in `file` (passwd(5)), or the number itself
 * @throws OpenGsaError `bad-config` where there is no such account
 */
export async function accountId(name: string, file = '/etc/passwd'): Promise<number> {
  if (/^\d{1,10}$/.test(name)) return Number(name);
  return idOf(name, file, 'capture.transparent.onlyUser', 'account', 'name one, or write its number');
}

/** Both files have the name first and its number third. */
async function idOf(
  name: string,
  file: string,
  setting: string,
  kind: string,
  remedy: string,
): Promise<number> {
  const lines = (await readNames(file, setting)).split('\n').map((line) => line.split(':'));
  const id = lines.find(([known]) => known === name)?.[2] ?? '';
  if (/^\d+$/.test(id)) return Number(id);
  throw new OpenGsaError('bad-config', `${setting}: there is no ${kind} ${name} in ${file}; ${remedy}`);
}

async function readNames(file: string, setting: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new OpenGsaError('bad-config', `${setting}: ${file} cannot be read`, { cause });
  }
}
