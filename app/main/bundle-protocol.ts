// Serves the windows' page to the windows and to nobody else: app://bundle/, from the program's own files.
import { protocol } from 'electron';
import { answerPage, pageScheme } from './page-answer.ts';

/** To be called before the program is ready. */
export function registerPageScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true };
  protocol.registerSchemesAsPrivileged([{ scheme: pageScheme, privileges }]);
}

/** @param root the folder of the built page */
export function servePage(root: string): void {
  protocol.handle(pageScheme, (request) => answerPage(root, request));
}
