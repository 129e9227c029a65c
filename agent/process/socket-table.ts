// One of Linux's socket tables, read so that many questions share one reading and readings never crowd the machine.
import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type SocketsByPort, socketsByPort } from '../core/proc-net.ts';

/** The table, from a reading that begins after the question. */
export type SocketTable = () => Promise<SocketsByPort>;

/** Between two readings, in ms; longer where the last one took longer, so that at least half of the time is free. */
const leastPauseMs = 2;

/**
 * A first question is read for at once, since programs that live for some milliseconds open connections too; those that
 * come while the table is read, or just was, share the next reading.
 *
 * @param read the file by default; an argument for tests that count readings
 */
export function createSocketTable(path: string, read = readTable): SocketTable {
  let gathering: Promise<SocketsByPort> | null = null;
  let free: Promise<unknown> = Promise.resolve();
  const begin = async (): Promise<SocketsByPort> => {
    await free;
    gathering = null;
    const startedAt = performance.now();
    const reading = read(path).then((text) => socketsByPort(text, endianness()));
    const pause = (): Promise<void> =>
      delay(Math.max(leastPauseMs, performance.now() - startedAt), undefined, { ref: false });
    free = reading.then(pause, pause);
    return reading;
  };
  return () => (gathering ??= begin());
}

/** A machine without IPv6 has no such table: it is empty. */
async function readTable(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
