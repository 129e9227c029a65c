// Electron's `clipboard`, asynchronous since Electron 44.
import { record } from './record.ts';

export const clipboard = {
  writeText(text: string): Promise<void> {
    record.clipboard = text;
    return Promise.resolve();
  },

  readText(): Promise<string> {
    return Promise.resolve(record.clipboard);
  },

  clear(): void {
    record.clipboard = '';
  },
};
