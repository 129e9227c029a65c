// Tells the person of a fault where no window does.
import { dialog } from 'electron';
import { callFault } from '../../agent/window-desk.ts';

export function showFault(error: unknown): void {
  dialog.showErrorBox('OpenGSA', callFault(error).message);
}
