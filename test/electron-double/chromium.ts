// The Chromium that shows the windows: started for this program, ended with it, and without any way to a network.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { type DevtoolsConnection, type DevtoolsSession, connectDevtools } from './devtools.ts';
import { settings } from './settings.ts';

export type Chromium = {
  readonly browser: DevtoolsSession;
  /** An empty page that nothing has been loaded into, with the conversation that controls it. */
  readonly openPage: () => Promise<OpenedPage>;
  /** Where the tests reach the pages themselves. */
  readonly endpoint: string;
};

export type OpenedPage = { readonly targetId: string; readonly devtools: DevtoolsSession };

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-startup-window',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-breakpad',
  '--disable-dev-shm-usage',
  // A hidden window's page goes on: throttling is not what is tested here.
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  // Frames stay in the page's own conversation.
  '--disable-site-isolation-trials',
  '--disable-features=IsolateOrigins,site-per-process',
  // What the program does not answer itself is answered by nobody.
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--remote-debugging-pipe',
  '--remote-debugging-port=0',
];

/** How long the browser may take to start; a guard against a hang, not a measure. */
const patienceMs = 20_000;

/** Starts the browser. It ends when this program does, however that ends: its pipe then closes. */
export async function startChromium(): Promise<Chromium> {
  const folder = mkdtempSync(join(tmpdir(), 'electron-double-'));
  const child = spawn(settings.chromium, [...flags, `--user-data-dir=${folder}`], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  });
  const [, , diagnostics, input, output] = child.stdio as [null, null, Readable, Writable, Readable];
  const connection = connectDevtools(input, output);
  const endpoint = await new Promise<string>((resolve, reject) => {
    let text = '';
    const fail = (why: string): void => reject(new Error(`${settings.chromium} ${why}\n${text}`));
    const timer = setTimeout(() => fail('does not say where it listens'), patienceMs);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with ${String(code)}`));
    diagnostics.setEncoding('utf8').on('data', (more: string) => {
      text = (text + more).slice(-20_000);
      const listening = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (listening === undefined) return;
      clearTimeout(timer);
      resolve(listening);
    });
  });
  return { browser: connection.session(), openPage: await pagesOf(connection), endpoint };
}

/** Every page waits until it has been prepared; what a page opens by itself is closed at once. */
async function pagesOf(connection: DevtoolsConnection): Promise<Chromium['openPage']> {
  const browser = connection.session();
  /** Pages that nobody has claimed yet, with the conversation that controls each. */
  const unclaimed = new Map<string, string>();
  const awaited = new Map<string, () => void>();
  let opening = 0;
  const resume = async (sessionId: string): Promise<void> => {
    await connection.session(sessionId).send('Runtime.runIfWaitingForDebugger').catch(ignoreClosedPage);
  };
  /** What a tool of the tests opened, like axe its helper page, is none of the program's. */
  const letGoOfOthers = (): void => {
    if (opening > 0) return;
    for (const sessionId of unclaimed.values()) void resume(sessionId);
    unclaimed.clear();
  };
  browser.on('Target.attachedToTarget', ({ sessionId, targetInfo: { type, targetId, openerId } }) => {
    if (openerId !== undefined) {
      // The opener stands still until its new page is let go: closed before that, it may stand for good.
      void resume(sessionId)
        .then(() => browser.send('Target.closeTarget', { targetId }))
        .catch(ignoreClosedPage);
    } else if (type === 'page') {
      unclaimed.set(targetId, sessionId);
      awaited.get(targetId)?.();
      letGoOfOthers();
    } else {
      void resume(sessionId);
    }
  });
  await browser.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: true,
  });
  return async () => {
    opening += 1;
    // A window of its own: of several tabs in one only the foremost is drawn.
    const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank', newWindow: true });
    if (!unclaimed.has(targetId)) await new Promise<void>((go) => awaited.set(targetId, go));
    const sessionId = unclaimed.get(targetId) ?? '';
    unclaimed.delete(targetId);
    awaited.delete(targetId);
    opening -= 1;
    letGoOfOthers();
    return { targetId, devtools: connection.session(sessionId) };
  };
}

/** A page may be gone before it hears what it is told. */
export function ignoreClosedPage(): void {
  return undefined;
}
