// Electron's `shell`: what is handed to the person's other programs, written down and not opened.
import { record } from './record.ts';

export const shell = {
  openExternal(url: string): Promise<void> {
    if (!URL.canParse(url)) return Promise.reject(new Error('Invalid URL'));
    record.openedLinks.push(url);
    return Promise.resolve();
  },

  /** Resolves with the text of an error, empty as there is none. */
  openPath(path: string): Promise<string> {
    record.openedPaths.push(path);
    return Promise.resolve('');
  },

  showItemInFolder(path: string): void {
    record.shownFiles.push(path);
  },

  beep(): void {
    // Nobody listens.
  },
};
