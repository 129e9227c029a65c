// Where the setting that was there before ours is kept: readable by its owner only, written whole or not at all.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OpenGsaError } from '../../protocol/error.ts';
import { parse } from '../../protocol/parse.ts';
import { type SavedProxy, savedProxy } from '../core/saved-proxy.ts';
import { readStateFile, writeStateFile } from '../state-file.ts';

export type SavedFile = {
  readonly path: string;
  /** Null: nothing of ours stands anywhere. @throws OpenGsaError `bad-config` */
  readonly read: () => Promise<SavedProxy | null>;
  readonly write: (saved: SavedProxy) => Promise<void>;
  readonly remove: () => Promise<void>;
  /** Takes away what a write that was killed half-way has left. Only for who alone may write. */
  readonly tidy: () => Promise<void>;
};

/** @param stateDir the person's own */
export function savedFile(stateDir: string): SavedFile {
  const path = join(stateDir, 'session-proxy.json');
  return {
    path,
    async read() {
      try {
        const value = await readStateFile(path);
        return value === null ? null : parse(savedProxy, value, path, 'bad-config');
      } catch (cause) {
        const remedy = 'set the proxy in the system settings as it should be, then remove the file';
        throw new OpenGsaError(
          'bad-config',
          `${path}: the saved proxy setting cannot be read, so it cannot be restored; ${remedy}`,
          { cause },
        );
      }
    },
    write: (saved) => writeStateFile(path, saved),
    remove: () => rm(path, { force: true }),
    async tidy() {
      // No directory: nothing was ever written.
      const names = await readdir(stateDir).catch(() => []);
      const halves = names.filter((name) => /^session-proxy\.json\.\d+\.new$/.test(name));
      await Promise.all(halves.map((name) => rm(join(stateDir, name), { force: true })));
    },
  };
}
