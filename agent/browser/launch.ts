// Brings the windows' link into the browser without showing it to others: by a file that only the person can read.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, win32 } from 'node:path';
import { pathToFileURL } from 'node:url';

type Environment = Readonly<Record<string, string | undefined>>;

export type LaunchFile = {
  readonly path: string;
  readonly remove: () => Promise<void>;
};

/**
 * Writes a page that leads to `link`, mode 0600 in a folder of its own. A command line can be read by every account, and the
 * code within the link lets in whoever comes first.
 *
 * @param directory the person's own
 */
export async function writeLaunchFile(directory: string, link: string): Promise<LaunchFile> {
  const folder = await mkdtemp(join(directory, 'opengsa-ui-'));
  const path = join(folder, 'open.html');
  await writeFile(path, launchPage(link), { mode: 0o600, flag: 'wx' });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The link consists of an address of ours and base64url: nothing in it has a meaning in HTML. */
function launchPage(link: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${link}">
<title>OpenGSA</title>
<p><a href="${link}">OpenGSA</a></p>
`;
}

/** The system's own program that opens files, by its absolute path; null where nothing could show a browser. */
export function openerFor(platform: NodeJS.Platform, environment: Environment): string | null {
  switch (platform) {
    case 'darwin':
      return '/usr/bin/open';
    case 'win32':
      return win32.join(environment.SystemRoot ?? 'C:\\Windows', 'explorer.exe');
    default:
      return hasDisplay(environment) ? '/usr/bin/xdg-open' : null;
  }
}

function hasDisplay({ DISPLAY, WAYLAND_DISPLAY }: Environment): boolean {
  return [DISPLAY, WAYLAND_DISPLAY].some((display) => display !== undefined && display !== '');
}

/** How long an opener may take to say that it cannot; one that runs on is the browser itself. */
const openerFailsWithinMs = 3_000;

/** Whether the opener took the file; what it starts lives on without us. */
export function openFile(opener: string, path: string, environment: Environment): Promise<boolean> {
  const isExplorer = opener.endsWith('explorer.exe');
  const target = isExplorer ? path : pathToFileURL(path).href;
  return new Promise((resolve) => {
    const child = spawn(opener, [target], { detached: true, stdio: 'ignore', env: { ...environment } });
    const timer = setTimeout(() => resolve(true), openerFailsWithinMs);
    const settle = (took: boolean): void => {
      clearTimeout(timer);
      resolve(took);
    };
    child.once('error', () => settle(false));
    // Windows' Explorer reports failure whatever it did.
    child.once('exit', (code) => settle(code === 0 || isExplorer));
    child.unref();
  });
}
