// The browser shell's own end: by the clock, when no page is open. And the file that brings its link into Chromium.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBrowserShell } from '../../agent/browser/browser-shell.ts';
import { writeLaunchFile } from '../../agent/browser/launch.ts';
import { listen } from '../../agent/browser/loopback-listeners.ts';
import { idleMs } from '../../agent/browser/open-pages.ts';
import { builtPage, readPageFiles } from '../../agent/browser/page-files.ts';
import { openSettingsStore } from '../../agent/browser/window-settings.ts';
import { systemClock } from '../../agent/clock.ts';
import { createWindowDesk } from '../../agent/window-desk.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

const executablePath = installedProgram('chromium');
/** A guard against a hang on a busy machine, not a measure. */
const patience = { timeout: 15_000 };
let group: ProgramGroup;
let stop: AbortController;
beforeEach(() => {
  group = createProgramGroup();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await group.end();
});

async function startShell(clock: ManualClock) {
  const happened: string[] = [];
  const desk = createWindowDesk({
    ...{ socketPath: join(group.folder, 'nobody.sock'), stateDir: group.folder, environment: {} },
    ...{ program: 'test', clock: systemClock, language: 'en', stop: stop.signal },
  });
  const warned: unknown[] = [];
  const shell = await startBrowserShell({
    ...{
      desk,
      files: await readPageFiles(builtPage),
      clock,
      randomBytes,
      port: 0,
      version: '0',
    },
    settings: await openSettingsStore(join(group.folder, 'config'), (cause) => warned.push(cause)),
    guessed: () => happened.push('guessed'),
    entered: () => happened.push('entered'),
    idle: () => happened.push('idle'),
  });
  stop.signal.addEventListener('abort', () => void shell.close());
  return { shell, happened };
}

test.skipIf(executablePath === null)(
  'it is idle 15 minutes after the last page; the launch file leads Chromium in',
  async () => {
    const clock = manualClock();
    const { shell, happened } = await startShell(clock);
    const launch = await writeLaunchFile(group.folder, shell.makeLink());
    const browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      await page.goto(`file://${launch.path}`);
      // Nobody answers as the agent: that is no error of the windows, they say so.
      const title = () => page.getByRole('heading', { level: 1 }).textContent();
      await expect.poll(title, patience).toBe('Not running');
      expect(happened).toEqual(['entered']);
      clock.advance(idleMs);
      expect(happened).toEqual(['entered']);
    } finally {
      await browser.close();
    }
    // When the page's connection has ended, the wait begins.
    await expect.poll(() => clock.pending(), patience).toBe(1);
    clock.advance(idleMs - 1);
    expect(happened).toEqual(['entered']);
    clock.advance(1);
    expect(happened).toEqual(['entered', 'idle']);
  },
);

test('it is idle where no page ever comes', async () => {
  const clock = manualClock();
  const { happened } = await startShell(clock);
  clock.advance(idleMs);
  expect(happened).toEqual(['idle']);
});

test.each(['0.0.0.0', '::', '192.0.2.7', '127.0.0.2'])('nothing listens on %s', async (address) => {
  await expect(listen(createServer(), address, 0)).rejects.toThrow(/to this machine only/);
});
