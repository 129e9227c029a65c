// Puts a log bundle where the person wants it, and shows it there.
import { join } from 'node:path';
import { app, dialog, shell } from 'electron';
import { systemClock } from '../../agent/clock.ts';
import { bundleFileName, writeBundle } from '../../agent/log-bundle-file.ts';
import type { WindowDesk } from '../../agent/window-desk.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { WindowCallParams, WindowCallResult } from '../../protocol/window.ts';

export type SavedBundles = {
  readonly save: (params: WindowCallParams<'bundle.save'>) => Promise<WindowCallResult<'bundle.save'>>;
  /** @throws OpenGsaError `not-found` where none was saved since the start */
  readonly show: () => void;
};

export function createSavedBundles(desk: WindowDesk): SavedBundles {
  let last: string | null = null;
  return {
    async save(params) {
      const name = bundleFileName(new Date(systemClock.now()));
      const { canceled, filePath } = await dialog.showSaveDialog({
        defaultPath: join(app.getPath('downloads'), name),
      });
      if (canceled || filePath === '') return { kind: 'cancelled' };
      const { path, bytes } = await writeBundle(filePath, await desk.collectLogs(params, app.getVersion()));
      last = path;
      return { kind: 'saved', path, bytes };
    },
    show() {
      if (last === null) throw new OpenGsaError('not-found', 'no log bundle was saved yet');
      shell.showItemInFolder(last);
    },
  };
}
