// Builds the app where its sources are newer than what was built: `npm start`, the demo and the tests need no step before them.
import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { builds, output, root } from './config.ts';

/** Builds into `dist/`. */
export async function buildApp(): Promise<void> {
  const before = process.env.NODE_ENV;
  // What is built is what is shipped, whoever asks for it: tests set another, and React would be the one for developers.
  process.env.NODE_ENV = 'production';
  try {
    for (const config of builds) await build(config);
    cpSync(join(root, 'assets/tray'), join(output, 'tray'), { recursive: true });
    // The packed agent finds its own version beside its sources; the archive takes the root's.
    cpSync(join(root, 'package.json'), join(output, 'agent/package.json'));
    rmSync(join(output, 'agent/renderer'), { recursive: true, force: true });
    cpSync(join(output, 'renderer'), join(output, 'agent/renderer'), { recursive: true });
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

/** Builds into `dist/`, or leaves what is there when it is newer than every source. */
export async function buildAppIfStale(): Promise<void> {
  const built = [
    'main/index.js',
    'preload/index.cjs',
    'renderer/index.html',
    'tray/linux/on-light-22.png',
    'agent/package.json',
  ].map((name) => changedAt(join(output, name)));
  const sources = newest(['app', 'agent', 'protocol', 'assets/icons', 'assets/tray', 'assets/app-icon']);
  const changed = Math.max(sources, changedAt(join(root, 'package.json')));
  if (Math.min(...built) < changed) await buildApp();
}

function newest(folders: readonly string[]): number {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(root, folder, name),
    ),
  );
  return Math.max(...files.map(changedAt));
}

/** 0 where there is nothing. */
function changedAt(path: string): number {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}
