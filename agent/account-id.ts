// The number of an account, by its name.
import { readFile } from 'node:fs/promises';
import { OpenGsaError } from '../protocol/error.ts';

/**
 * @param name as in `file` (passwd(5)), or the number itself
 * @throws OpenGsaError `bad-config`, naming the setting, where there is no such account
 */
export async function accountId(name: string, file = '/etc/passwd'): Promise<number> {
  if (/^\d{1,10}$/.test(name)) return Number(name);
  const lines = (await readAccounts(file)).split('\n').map((line) => line.split(':'));
  const id = lines.find(([known]) => known === name)?.[2] ?? '';
  if (/^\d+$/.test(id)) return Number(id);
  throw new OpenGsaError(
    'bad-config',
    `capture.transparent.onlyUser: there is no account ${name} in ${file}; name one, or write its number`,
  );
}

async function readAccounts(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new OpenGsaError('bad-config', `capture.transparent.onlyUser: ${file} cannot be read`, { cause });
  }
}
