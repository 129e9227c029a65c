// Writes a file where the person says, readable by nobody else.
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, type BrowserWindow, dialog, type SaveDialogOptions } from 'electron';
import type { WindowCallParams, WindowCallResult } from '../../protocol/window.ts';

const filters = {
  'text/csv': { name: 'CSV', extensions: ['csv'] },
  'application/json': { name: 'JSON', extensions: ['json'] },
} as const;

/** @throws Error where it cannot be written there */
export async function saveFile(
  owner: ReturnType<typeof BrowserWindow.fromWebContents>,
  { name, mediaType, text }: WindowCallParams<'file.save'>,
): Promise<WindowCallResult<'file.save'>> {
  const { name: kind, extensions } = filters[mediaType];
  const options: SaveDialogOptions = {
    defaultPath: join(app.getPath('downloads'), name),
    filters: [{ name: kind, extensions: [...extensions] }],
  };
  const { canceled, filePath } =
    owner === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(owner, options);
  if (canceled || filePath === '') return { kind: 'cancelled' };
  await writeFile(filePath, text, { mode: 0o600 });
  // A file that was there keeps its mode.
  await chmod(filePath, 0o600);
  return { kind: 'saved', path: filePath };
}
