// Who speaks to the program: the main frame of a window's own page, or somebody who is not answered.
import type { IpcMainInvokeEvent } from 'electron';
import { OpenGsaError } from '../../protocol/error.ts';
import { isPageAddress } from './page-answer.ts';

/** @throws OpenGsaError `access-denied` where anything but a window's own page asks */
export function assertOwnPage({
  sender,
  senderFrame,
}: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>): void {
  if (senderFrame === null || senderFrame !== sender.mainFrame || !isPageAddress(senderFrame.url)) {
    throw new OpenGsaError('access-denied', "only the windows' own page is answered");
  }
}
