// The settings in Chromium: each takes effect at once, and says why where it could not be kept.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import type { WindowSettings } from '../../protocol/window.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { expectAccessible, expectNoSidewaysScroll, takePicture } from '../support/window-look.ts';
import { launchBrowser, openWindowPage, type WindowPageSetup } from '../support/window-page.ts';

const first: WindowSettings = {
  theme: 'system',
  language: 'system',
  startAtLogin: true,
  notifications: true,
};

describe.skipIf(installedProgram('chromium') === null)('the settings (Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  /** A program that keeps settings as the real ones do: it tells every window. */
  async function openSettings(setup: WindowPageSetup = {}) {
    let kept = { ...first, ...setup.settings };
    const window = await openWindowPage(browser, {
      query: 'view=settings',
      ...setup,
      answers: {
        'settings.set': async (changes) => {
          kept = { ...kept, ...(changes as Partial<WindowSettings>) };
          await window.emit('settings', kept);
          return kept;
        },
        ...setup.answers,
      },
    });
    return window;
  }

  test('theme and language change the page at once', { timeout: 120_000 }, async () => {
    const { page, console } = await openSettings();
    await takePicture(page, 'settings-light');
    await expectAccessible(page);
    await page.getByLabel('Theme').selectOption('dark');
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
    await takePicture(page, 'settings-dark');
    await expectAccessible(page);
    await page.getByLabel('Language').selectOption('de');
    await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await page.setViewportSize({ width: 210, height: 300 });
    await expectNoSidewaysScroll(page);
    await takePicture(page, 'settings-german-large-text', true);
    expect(console).toEqual([]);
  });

  test('start at login and notifications are the desktop\u2019s', async () => {
    const desktop = await openSettings();
    await desktop.page.getByRole('switch', { name: 'Start when you sign in' }).click();
    await desktop.page.getByRole('switch', { name: 'Notifications' }).click();
    await expect
      .poll(() => desktop.calls.filter(({ call }) => call === 'settings.set'))
      .toEqual([
        { call: 'settings.set', params: { startAtLogin: false } },
        { call: 'settings.set', params: { notifications: false } },
      ]);
    await expect
      .poll(() => desktop.page.getByRole('switch', { name: 'Notifications' }).isChecked())
      .toBe(false);
    const browserShell = await openSettings({ shell: 'browser' });
    await browserShell.page.getByText('Version 0.1.0').waitFor();
    expect(await browserShell.page.getByRole('switch').count()).toBe(0);
  });

  test('what could not be kept stays as it was, with the reason', async () => {
    const { page } = await openSettings({
      answers: { 'settings.set': () => ({ code: 'internal', message: 'the disk is full' }) },
    });
    await page.getByLabel('Theme').selectOption('dark');
    await expect.poll(() => page.getByRole('alert').textContent()).toBe('Not saved: the disk is full');
    expect(await page.getByLabel('Theme').inputValue()).toBe('system');
  });

  test('keys: documentation, and closing', async () => {
    const { page, calls } = await openSettings();
    await page.keyboard.press('F1');
    await page.keyboard.press('Escape');
    await expect
      .poll(() => calls.slice(-2))
      .toEqual([
        { call: 'link.open', params: { link: 'documentation' } },
        { call: 'window.close', params: {} },
      ]);
  });
});
