// How the app is built: main process, preload script, and the windows, which the browser shell serves as well.
import { defineConfig } from 'electron-vite';
import { iconSprite } from './app/build/icon-sprite.ts';

export default defineConfig({
  main: {
    build: {
      outDir: 'dist/main',
      // Nothing but the bundle goes into the archive.
      externalizeDeps: false,
      rolldownOptions: { input: 'app/main/index.ts' },
    },
  },
  preload: {
    build: {
      outDir: 'dist/preload',
      externalizeDeps: false,
      // A sandboxed preload script cannot be an ES module.
      rolldownOptions: {
        input: 'app/preload/index.ts',
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'app/renderer',
    base: './',
    plugins: [iconSprite('assets/icons')],
    build: {
      outDir: 'dist/renderer',
      // The page's policy allows no inline data but images.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: 'app/renderer/index.html' },
    },
  },
});
