// Preloaded by `node --import`: from here on `electron` is the test double, for the bundle and for what it imports.
import { registerHooks } from 'node:module';
import { settings } from './settings.ts';

const double = new URL('index.ts', import.meta.url).href;
const strict = new URL('strict.ts', import.meta.url).href;
const module = 'electron-double:electron';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier === 'electron/main'
      ? { url: module, format: 'module', shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url === module
      ? {
          format: 'module',
          shortCircuit: true,
          // Packages import `electron` by its default export as well.
          source: `export * from '${double}';
import * as all from '${double}';
import { strict } from '${strict}';
export default strict('electron', { ...all });`,
        }
      : next(url, context),
});

Object.defineProperties(process, {
  type: { value: 'browser' },
  defaultApp: { value: !settings.packaged },
  resourcesPath: { value: settings.resources ?? process.cwd() },
  versions: { value: Object.freeze({ ...process.versions, electron: '45.4.1' }) },
});
