// Electron's `net`: reads files. The double asks no network.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const net = {
  async fetch(url: string): Promise<Response> {
    if (!url.startsWith('file:'))
      throw new Error(`Electron test double: net.fetch reads files only, not ${url}`);
    return new Response(await readFile(fileURLToPath(url)));
  },

  isOnline(): boolean {
    return true;
  },
};
