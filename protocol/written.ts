// Waits for what was written to a stream: a program that ends before that cuts its own output off.
import type { Writable } from 'node:stream';

/** Resolves when `stream` has passed on all that was written to it, or never will. Never rejects. */
export function written(stream: Writable): Promise<void> {
  // Called in the order of the writes, with an error where the reader went away.
  return new Promise((resolve) => stream.write('', () => resolve()));
}
