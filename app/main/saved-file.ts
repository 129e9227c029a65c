// Asks the person where a file goes, and puts it there, readable by nobody else.
import { join } from 'node:path';
import { app, type BrowserWindow, dialog, type FileFilter, type SaveDialogOptions } from 'electron';
import { replacePrivateFile } from '../../agent/private-file.ts';

export type NewFile = {
  /** What the dialog proposes, in the person's downloads. */
  readonly name: string;
  readonly kind: FileFilter;
  /** Made when the person has chosen a place. */
  readonly content: () => Promise<Buffer>;
};

export type SavedFile =
  { readonly kind: 'saved'; readonly path: string; readonly bytes: number } | { readonly kind: 'cancelled' };

/** The window that a dialog belongs to; null where it has gone. */
export type DialogOwner = ReturnType<typeof BrowserWindow.fromWebContents>;

/**
 * A file that is there is replaced: the dialog has asked the person.
 *
 * @throws OpenGsaError where it cannot be written there, and what `content` throws
 */
export async function saveFile(owner: DialogOwner, { name, kind, content }: NewFile): Promise<SavedFile> {
  const options: SaveDialogOptions = {
    defaultPath: join(app.getPath('downloads'), name),
    filters: [kind],
  };
  const { canceled, filePath } =
    owner === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(owner, options);
  if (canceled || filePath === '') return { kind: 'cancelled' };
  const bytes = await content();
  await replacePrivateFile(filePath, bytes);
  return { kind: 'saved', path: filePath, bytes: bytes.length };
}
