// How the app is built: main process, preload script, and the windows' page, which the browser shell serves as well.
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import type { InlineConfig } from 'vite';
import { iconSprite } from './icon-sprite.ts';

export const root = join(import.meta.dirname, '../..');
export const output = join(root, 'dist');

const quiet = { configFile: false, envDir: false, logLevel: 'error', publicDir: false } as const;

/** Runs in Electron's own Node: everything but Electron and Node itself is in the bundle, so the archive needs no modules. */
const forNode = {
  ...quiet,
  root,
  ssr: { noExternal: true },
  resolve: { conditions: ['node', 'import', 'default'] },
} satisfies InlineConfig;

const external = ['electron', /^node:/, ...builtinModules];

/** One build each, in the order in which they are made. */
export const builds: readonly InlineConfig[] = [
  {
    ...forNode,
    build: {
      ssr: true,
      target: 'node24',
      outDir: join(output, 'main'),
      rolldownOptions: { input: join(root, 'app/main/index.ts'), external },
    },
  },
  {
    ...forNode,
    build: {
      ssr: true,
      target: 'node24',
      outDir: join(output, 'preload'),
      rolldownOptions: {
        input: join(root, 'app/preload/index.ts'),
        external,
        // A sandboxed preload script cannot be an ES module.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  {
    ...quiet,
    root: join(root, 'app/renderer'),
    base: './',
    plugins: [iconSprite(join(root, 'assets/icons'))],
    build: {
      target: 'chrome156',
      outDir: join(output, 'renderer'),
      emptyOutDir: true,
      // The page's policy allows no inline data but images.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  },
];
