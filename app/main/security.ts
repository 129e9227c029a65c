// What no page may do, for every window at once: ask for permissions, go elsewhere, open windows, use a network.
import { app, type Session, type WebContents, type WebPreferences } from 'electron';
import { isPageAddress, pageScheme } from './page-answer.ts';
import { places } from './places.ts';

/**
 * The one set of preferences of all windows.
 *
 * @param facts what the preload script is told of the program from the start
 */
export function webPreferences(facts: readonly string[]): WebPreferences {
  return {
    preload: places.preload,
    additionalArguments: [...facts],
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: !app.isPackaged,
  };
}

/** To be called before there is a window. */
export function lockPages(): void {
  app.on('web-contents-created', (_, contents) => lockContents(contents));
}

/** To be called when the program is ready. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isOwn(url) }));
}

function lockContents(contents: WebContents): void {
  const refuse = (event: { preventDefault: () => void }): void => event.preventDefault();
  contents.on('will-navigate', refuse);
  contents.on('will-redirect', refuse);
  contents.on('will-frame-navigate', refuse);
  contents.on('will-attach-webview', refuse);
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Developer tools, which no packed program has, load pages of their own. */
function isOwn(url: string): boolean {
  const { protocol } = new URL(url);
  return protocol === `${pageScheme}:` ? isPageAddress(url) : !app.isPackaged && protocol === 'devtools:';
}
