// The names of this machine's accounts, for display only: decisions and records hold numbers.
import { readFileSync } from 'node:fs';

/** From a uid to what a person calls it; the number itself where the machine has no name for it. */
export type NameOfUser = (uid: number) => string;

/** Larger files are those of directories with very many accounts; numbers are shown there. */
const largestFile = 1_048_576;

/** Read from `path` when the first name is asked for. */
export function userNames(path = '/etc/passwd'): NameOfUser {
  let names: ReadonlyMap<number, string> | null = null;
  return (uid) => {
    names ??= readNames(path);
    return names.get(uid) ?? `uid ${uid}`;
  };
}

/** `name:password:uid:…` (passwd(5)); the first name of an account counts. */
export function parsePasswd(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [, name, uid] = /^([^:#][^:]*):[^:]*:(\d{1,10}):/.exec(line) ?? [];
    if (name !== undefined && !names.has(Number(uid))) names.set(Number(uid), name);
  }
  return names;
}

/** A machine without the file, or one that this account may not read, has no names to show. */
function readNames(path: string): ReadonlyMap<number, string> {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length > largestFile ? new Map() : parsePasswd(text);
  } catch {
    return new Map();
  }
}
