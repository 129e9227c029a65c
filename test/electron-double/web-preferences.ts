// Which preferences of a window the double refuses: those that open it to its page.
import type { WebPreferences } from 'electron';

/** Values that open a window to its page. A program that asks for one does not run here. */
const refused: readonly [keyof WebPreferences, unknown][] = [
  ['nodeIntegration', true],
  ['nodeIntegrationInWorker', true],
  ['nodeIntegrationInSubFrames', true],
  ['contextIsolation', false],
  ['sandbox', false],
  ['webSecurity', false],
  ['allowRunningInsecureContent', true],
  ['experimentalFeatures', true],
  ['webviewTag', true],
  ['navigateOnDragDrop', true],
];

/** @throws Error that names the preference. */
export function refuseInsecure(preferences: WebPreferences): void {
  for (const [name, value] of refused) {
    if (preferences[name] === value) {
      throw new Error(`Electron test double: it refuses webPreferences.${name}: ${String(value)}`);
    }
  }
  if (preferences.enableBlinkFeatures !== undefined) {
    throw new Error('Electron test double: it refuses webPreferences.enableBlinkFeatures');
  }
}
