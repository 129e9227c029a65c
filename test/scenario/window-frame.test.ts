// The windows' page as it is shipped, under its own policy: it opens, says nothing on the console, and shows its view.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { installedProgram } from '../support/debian-programs.ts';
import { launchBrowser, openWindowPage } from '../support/window-page.ts';

describe.skipIf(installedProgram('chromium') === null)('the page of the windows (Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('the status window shows the state and its sentence', async () => {
    const { page, console } = await openWindowPage(browser);
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('Not enrolled');
    expect(console).toEqual([]);
  });

  test('the agent is gone: the window says so and shows no older state', async () => {
    const { page, emit } = await openWindowPage(browser);
    await emit('state', { link: { kind: 'absent', since: '2026-11-21T09:40:00.000Z' }, status: null });
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('Not running');
  });

  test('arrow keys walk the tabs of the diagnostics window, digits jump', async () => {
    const { page, console } = await openWindowPage(browser, {
      query: 'view=diagnostics',
      size: { width: 1280, height: 800 },
      language: 'de',
    });
    await page.getByRole('tab', { name: 'Quelladresse' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.getByRole('tab', { selected: true }).textContent()).toBe('Übersicht');
    await page.keyboard.press('End');
    await expect
      .poll(() => page.getByRole('tab', { selected: true }).textContent())
      .toBe('Erweiterte Protokollsammlung');
    await page.getByRole('button', { name: 'Paket öffnen…' }).focus();
    await page.keyboard.press('Control+2');
    await expect.poll(() => page.locator('[role=tab]:focus').textContent()).toBe('Übersicht');
    await page.keyboard.press('Control+9');
    expect(await page.getByRole('tab', { selected: true }).textContent()).toBe('Übersicht');
    expect(console).toEqual([]);
  });
});
