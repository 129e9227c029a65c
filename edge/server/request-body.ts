// Reads the body of a device's request, as far as one may be long and may take.
import type { Readable } from 'node:stream';

/** Of any question; what is longer is none of ours. */
const longestBytes = 64 * 1024;
const patienceMs = 10_000;

/** The text, or null where it is too long, too slow or cut off. Never rejects; what is left is let through unread. */
export function readRequestBody(stream: Readable, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (text: string | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cut);
      stream.off('data', take);
      stream.resume();
      resolve(text);
    };
    const cut = (): void => end(null);
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > longestBytes) end(null);
    };
    const timer = setTimeout(cut, patienceMs);
    signal.addEventListener('abort', cut, { once: true });
    stream.on('data', take);
    stream.once('end', () => end(Buffer.concat(chunks).toString('utf8')));
  });
}
