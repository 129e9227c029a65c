// Where the program's own files are, in a checkout and in the packed archive alike: all below dist/.
import { join } from 'node:path';

const built = join(import.meta.dirname, '..');

export const places = {
  preload: join(built, 'preload/index.cjs'),
  renderer: join(built, 'renderer'),
  /** Beside the archive where there is one: Windows reads icons of several sizes from a real file only. */
  tray: join(built.replace(/\bapp\.asar\b/, 'app.asar.unpacked'), 'tray'),
} as const;
