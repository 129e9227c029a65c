// Which nameservers this machine uses, and when that changes: the kernel tells of changed files, nobody looks again and again.
import { type FSWatcher, watch } from 'node:fs';
import { lstat, open, readlink } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Clock, Timer } from '../clock.ts';
import { type CapturedNameserver, capturedNameservers } from '../core/resolver-config.ts';

export type SystemResolvers = {
  readonly current: () => readonly CapturedNameserver[];
  /** Looks at once, for when something else says that the network has changed. */
  readonly look: () => Promise<void>;
  readonly stop: () => void;
};

export type SystemResolversSetup = {
  readonly clock: Clock;
  /** Called when `current` has changed. */
  readonly onChange: (nameservers: readonly CapturedNameserver[]) => void;
  /** A file that is there and cannot be read or watched; what was known holds on. */
  readonly onFault: (error: unknown) => void;
  readonly paths?: { readonly resolvConf: string; readonly resolved: string };
};

const systemPaths = { resolvConf: '/etc/resolv.conf', resolved: '/run/systemd/resolve/resolv.conf' };
/** Programs write such a file in several steps. */
const settleMs = 50;
/** A list of nameservers is a few lines; the rest of a longer file is not read. */
const longestFile = 64 * 1024;
/** As the kernel's own limit (path_resolution(7)). */
const mostLinks = 40;

export async function watchSystemResolvers({
  clock,
  onChange,
  onFault,
  paths = systemPaths,
}: SystemResolversSetup): Promise<SystemResolvers> {
  const watchers = new Map<string, FSWatcher>();
  let current: readonly CapturedNameserver[] = [];
  let timer: Timer | null = null;
  let stopped = false;

  const nudge = (): void => {
    if (!stopped) timer ??= clock.setTimer(() => void look(), settleMs);
  };
  /**
   * Directories, since a file that is replaced has another inode, and its name stays; the files as well, since what is
   * written by another name of one, as behind a bind mount, happens in another directory. Resolves with what it has found
   * before it began to watch.
   */
  const follow = async (): Promise<string> => {
    const names = (await Promise.all([paths.resolvConf, paths.resolved].map(chainOf))).flat();
    const wanted = new Map<string, Set<string>>();
    for (const path of names) {
      const directory = dirname(path);
      wanted.set(directory, (wanted.get(directory) ?? new Set()).add(basename(path)));
    }
    for (const path of [paths.resolvConf, paths.resolved]) {
      if (await exists(path)) wanted.set(path, new Set());
    }
    for (const [path, watcher] of watchers) {
      if (wanted.has(path)) continue;
      watchers.delete(path);
      watcher.close();
    }
    for (const [path, files] of wanted) {
      watchers.get(path)?.close();
      watchers.delete(path);
      if (stopped) continue;
      const watcher = watchPath(path, files, nudge, onFault);
      if (watcher !== null) watchers.set(path, watcher);
    }
    return names.join('\n');
  };
  const lookOnce = async (): Promise<void> => {
    timer?.cancel();
    timer = null;
    try {
      // Watched before it is read, and looked for again before it is believed to be watched: a change in between is seen.
      let followed = await follow();
      for (let last = ''; followed !== last && !stopped; followed = await follow()) last = followed;
      const [resolvConf, resolved] = await Promise.all([
        readText(paths.resolvConf),
        readText(paths.resolved),
      ]);
      const found = capturedNameservers(resolvConf, resolved);
      const isSame = JSON.stringify(found) === JSON.stringify(current);
      current = found;
      if (!isSame && !stopped) onChange(found);
    } catch (error) {
      onFault(error);
    }
  };
  let looking = Promise.resolve();
  const look = (): Promise<void> => (looking = looking.then(lookOnce));
  await look();
  return {
    current: () => current,
    look,
    stop: () => {
      stopped = true;
      timer?.cancel();
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

/**
 * Every name whose change makes `path` another file: itself, each link on the way, and the file at the end. Where a
 * directory is missing, the nearest one above it is looked at for its coming.
 */
async function chainOf(path: string): Promise<readonly string[]> {
  const chain: string[] = [];
  let next: string | null = path;
  while (next !== null && chain.length < mostLinks) {
    chain.push(await nearest(next));
    next = await targetOf(next);
  }
  return chain;
}

async function nearest(path: string): Promise<string> {
  const directory = dirname(path);
  return directory === path || (await exists(directory)) ? path : nearest(directory);
}

async function exists(path: string): Promise<boolean> {
  return (await orNull(lstat(path))) !== null;
}

async function targetOf(path: string): Promise<string | null> {
  const stats = await orNull(lstat(path));
  if (stats?.isSymbolicLink() !== true) return null;
  const target = await orNull(readlink(path));
  return target === null ? null : resolve(dirname(path), target);
}

/** A file, or a directory with those of its files that matter. */
function watchPath(
  path: string,
  files: ReadonlySet<string>,
  nudge: () => void,
  onFault: (error: unknown) => void,
): FSWatcher | null {
  try {
    const watcher = watch(path, { persistent: false }, (_, name) => {
      // Its own name: the file has changed, or the directory itself is gone.
      if (name === null || name === basename(path) || files.has(name)) nudge();
    });
    watcher.on('error', onFault);
    return watcher;
  } catch (error) {
    // What went meanwhile is looked for again.
    if (!isAbsence(error)) onFault(error);
    return null;
  }
}

/** Null where there is no such file. */
async function readText(path: string): Promise<string | null> {
  const file = await orNull(open(path, 'r'));
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longestFile), 0, longestFile, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
