// The number of a group, by its name.
import { readFile } from 'node:fs/promises';
import { OpenGsaError } from '../../protocol/error.ts';

/** @throws OpenGsaError `bad-config` where `file` (group(5)) has no group of that name */
export async function groupId(name: string, file = '/etc/group'): Promise<number> {
  const lines = (await readGroups(file)).split('\n').map((line) => line.split(':'));
  const id = lines.find(([known]) => known === name)?.[2] ?? '';
  if (/^\d+$/.test(id)) return Number(id);
  throw new OpenGsaError(
    'bad-config',
    `management.group: there is no group ${name} in ${file}; run groupadd --system ${name}`,
  );
}

async function readGroups(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new OpenGsaError('bad-config', `management.group: ${file} cannot be read`, { cause });
  }
}
