// The lock between two runs of the program, and how the second tells the first what it was started with.
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Start = { readonly argv: string[]; readonly folder: string };

/**
 * Takes the lock in `folder`, or, where a living program holds it, leaves word for that program and returns false.
 *
 * @param onSecond called for every later start
 */
export function takeInstanceLock(folder: string, onSecond: (start: Start) => void): boolean {
  const lock = join(folder, 'instance.pid');
  const inbox = join(folder, 'instance-starts');
  mkdirSync(inbox, { recursive: true });
  if (isHeld(lock)) {
    const word = join(inbox, `${process.pid}.json`);
    const start: Start = { argv: process.argv, folder: process.cwd() };
    writeFileSync(`${word}.part`, JSON.stringify(start));
    renameSync(`${word}.part`, word);
    return false;
  }
  writeFileSync(lock, String(process.pid));
  const read = (): void => {
    for (const name of readdirSync(inbox).filter((each) => each.endsWith('.json'))) {
      const start = JSON.parse(readFileSync(join(inbox, name), 'utf8')) as Start;
      rmSync(join(inbox, name));
      onSecond(start);
    }
  };
  watch(inbox, { persistent: false }, read);
  return true;
}

function isHeld(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch {
    // No lock, or of a program that has ended.
    return false;
  }
}
