// Electron's `dialog`: each waits for the answer that a test gives in the person's place.
import type {
  MessageBoxOptions,
  MessageBoxReturnValue,
  OpenDialogOptions,
  OpenDialogReturnValue,
  SaveDialogOptions,
  SaveDialogReturnValue,
} from 'electron';
import { BrowserWindow } from './browser-window.ts';
import { type ShownDialog, record } from './record.ts';

/** What the person chooses: a file to save to or null, files to open, or the index of a button. */
export type DialogAnswer =
  | { readonly kind: 'save'; readonly file: string | null }
  | { readonly kind: 'open'; readonly files: readonly string[] }
  | { readonly kind: 'message'; readonly button: number; readonly checked?: boolean };

const prepared: DialogAnswer[] = [];
const waiting: ((answer: DialogAnswer) => void)[] = [];

/** Answers the dialog that is open, or else the next one. */
export function answerDialog(answer: DialogAnswer): void {
  const next = waiting.shift();
  if (next === undefined) prepared.push(answer);
  else next(answer);
}

/** Where dialogs have two forms, the first argument may be the window that they belong to. */
type Arguments<Options> = [BrowserWindow, Options] | [Options];

export const dialog = {
  async showSaveDialog(...args: Arguments<SaveDialogOptions>): Promise<SaveDialogReturnValue> {
    const answer = await ask('save', optionsOf(args));
    return { canceled: answer.file === null, filePath: answer.file ?? '' };
  },

  async showOpenDialog(...args: Arguments<OpenDialogOptions>): Promise<OpenDialogReturnValue> {
    const { files } = await ask('open', optionsOf(args));
    return { canceled: files.length === 0, filePaths: [...files] };
  },

  async showMessageBox(...args: Arguments<MessageBoxOptions>): Promise<MessageBoxReturnValue> {
    const { button, checked = false } = await ask('message', optionsOf(args));
    return { response: button, checkboxChecked: checked };
  },

  showErrorBox(title: string, content: string): void {
    record.dialogs.push({ kind: 'error', options: { title, content } });
  },
};

function optionsOf<Options>(args: Arguments<Options>): Options {
  const [first, second] = args;
  return first instanceof BrowserWindow ? (second as Options) : first;
}

async function ask<K extends DialogAnswer['kind']>(
  kind: K & ShownDialog['kind'],
  options: object,
): Promise<Extract<DialogAnswer, { kind: K }>> {
  record.dialogs.push({ kind, options });
  const answer = prepared.shift() ?? (await new Promise<DialogAnswer>((resolve) => waiting.push(resolve)));
  if (answer.kind !== kind)
    throw new Error(`the test answers a dialog of kind ${answer.kind}; shown is ${kind}`);
  return answer as Extract<DialogAnswer, { kind: K }>;
}
