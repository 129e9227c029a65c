// Waits for what takes a while to be there.
import { setTimeout as pause } from 'node:timers/promises';

/** How long it may take; a guard against a hang, not a measure. */
const patienceMs = 15_000;

/** The first result of `look` that is not undefined. @throws Error that names `what` when it stays away */
export async function appears<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what} does not appear`);
    await pause(20);
  }
}
