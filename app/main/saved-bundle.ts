// Puts a log bundle where the person wants it, and shows it there.
import { app, shell } from 'electron';
import { systemClock } from '../../agent/clock.ts';
import { bundleFileName, packBundle } from '../../agent/log-bundle-file.ts';
import type { WindowDesk } from '../../agent/window-desk.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { WindowCallParams, WindowCallResult } from '../../protocol/window.ts';
import { type DialogOwner, saveFile } from './saved-file.ts';

export type SavedBundles = {
  readonly save: (
    owner: DialogOwner,
    params: WindowCallParams<'bundle.save'>,
  ) => Promise<WindowCallResult<'bundle.save'>>;
  /** @throws OpenGsaError `not-found` where none was saved since the start */
  readonly show: () => void;
};

export function createSavedBundles(desk: WindowDesk): SavedBundles {
  let last: string | null = null;
  return {
    async save(owner, params) {
      const saved = await saveFile(owner, {
        name: bundleFileName(new Date(systemClock.now())),
        kind: { name: 'OpenGSA', extensions: ['gz'] },
        content: async () => (await packBundle(await desk.collectLogs(params, app.getVersion()))).packed,
      });
      if (saved.kind === 'saved') last = saved.path;
      return saved;
    },
    show() {
      if (last === null) throw new OpenGsaError('not-found', 'no log bundle was saved yet');
      shell.showItemInFolder(last);
    },
  };
}
