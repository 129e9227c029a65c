// Waiting for what a page shows, also on a machine that is busy with other tests.
import { expect } from 'vitest';

/** As `expect.poll`, with patience. */
export function eventually<T>(read: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: 10_000 });
}
