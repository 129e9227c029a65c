// What every view must keep to, besides its own tests: large text, forced colours, and all tabs in one line.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { diagnosticsTabs } from '../../protocol/window-tabs.ts';
import { cutTexts } from '../support/cut-text.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { unseenMarks } from '../support/forced-colours.ts';
import { fillTraffic, openFilledTab, whenFilled } from '../support/shown-tabs.ts';
import { rowNames, rowState } from '../support/shown-windows.ts';
import { expectAccessible, expectNoSidewaysScroll, takePicture } from '../support/window-look.ts';
import { launchBrowser, openPageNotLetIn, openWindowPage } from '../support/window-page.ts';

// A browser is looked at with every rule of accessibility; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
/** At twice the size of text half of the width is left, and at four times, which reflow must bear, a quarter. */
const largeText = [640, 320];

describe.skipIf(installedProgram('chromium') === null)('every view (Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test.each(['en', 'de'] as const)('all tabs fit in 1280 px beside any state, in %s', async (language) => {
    const { page, emit } = await openFilledTab(browser, 'log-collection', { language });
    for (const name of rowNames) {
      const { title } = rowState(name, language).status!;
      await emit('state', rowState(name, language));
      await page.locator('.app-state').getByText(title, { exact: true }).waitFor();
      const tabs = await sizeOf(page, '.tabs');
      expect(tabs.wantedWidth, name).toBe(tabs.width);
      expect(await cutTexts(page.locator('.app-bar')), name).toEqual([]);
      const words = await sizeOf(page, '.app-state .words');
      // The longest German titles end with an ellipsis in the widest faces; a tooltip has the whole.
      if (language === 'en') expect(words.wantedHeight, name).toBe(words.height);
      expect(await page.locator('.app-state').getAttribute('title')).toBe(title);
    }
  });

  test('a tab looks the same whichever was open before', async () => {
    const fresh = await openFilledTab(browser, 'traffic');
    const widths = await trafficColumns(fresh.page);
    const window = await openFilledTab(browser, 'source-address');
    for (const tab of diagnosticsTabs.filter((each) => each !== 'traffic')) {
      await window.emit('tab', tab);
      await whenFilled(window.page, tab);
    }
    await window.emit('tab', 'traffic');
    await fillTraffic(window);
    await whenFilled(window.page, 'traffic');
    expect(await trafficColumns(window.page)).toEqual(widths);
  });

  test.each(diagnosticsTabs)('%s: nothing is cut, in both languages', async (tab) => {
    for (const language of ['en', 'de'] as const) {
      const { page, console } = await openFilledTab(browser, tab, { language });
      await takePicture(page, `every-${tab}-${language}`);
      expect(await cutTexts(page.locator('body'))).toEqual([]);
      expect(console).toEqual([]);
    }
  });

  test.each(diagnosticsTabs)('%s: twice the size of text', async (tab) => {
    const { page } = await openFilledTab(browser, tab, { language: 'de' });
    const whole = await page.locator('body').ariaSnapshot();
    for (const width of largeText) {
      await page.setViewportSize({ width, height: 400 });
      await expectNoSidewaysScroll(page);
      await takePicture(page, `every-${tab}-${width}`, true);
      expect(await cutTexts(page.locator('body'))).toEqual([]);
      expect(await page.locator('body').ariaSnapshot()).toBe(whole);
    }
  });

  test.each(diagnosticsTabs)('%s: forced colours', async (tab) => {
    const { page } = await openFilledTab(browser, tab);
    const row = page.locator('tr[data-row], tbody tr:not(.group)').first();
    if ((await page.getByRole('grid').count()) > 0) await row.click();
    const whole = await page.locator('body').ariaSnapshot();
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    await takePicture(page, `every-${tab}-forced`);
    expect(await page.locator('body').ariaSnapshot()).toBe(whole);
    expect(await unseenMarks(page)).toEqual([]);
    await expectAccessible(page);
  });

  test('settings: twice the size of text, and forced colours', async () => {
    const { page } = await openWindowPage(browser, { query: 'view=settings', language: 'de' });
    const whole = await page.locator('body').ariaSnapshot();
    await page.setViewportSize({ width: 210, height: 300 });
    await expectNoSidewaysScroll(page);
    await takePicture(page, 'every-settings-210', true);
    expect(await cutTexts(page.locator('body'))).toEqual([]);
    expect(await page.locator('body').ariaSnapshot()).toBe(whole);
    await page.setViewportSize({ width: 420, height: 600 });
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    await takePicture(page, 'every-settings-forced');
    expect(await page.locator('body').ariaSnapshot()).toBe(whole);
    expect(await unseenMarks(page)).toEqual([]);
    await expectAccessible(page);
  });

  test.each(['en', 'de'] as const)('a session that has ended, in %s', async (language) => {
    const { page, console } = await openPageNotLetIn(browser, { language });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await takePicture(page, `session-ended-${language}-${theme}`);
      await expectAccessible(page);
    }
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
    await takePicture(page, `session-ended-${language}-forced`);
    await expectAccessible(page);
    await page.setViewportSize({ width: 210, height: 300 });
    await expectNoSidewaysScroll(page);
    await takePicture(page, `session-ended-${language}-210`, true);
    expect(await cutTexts(page.locator('body'))).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
    await takePicture(page, `session-ended-${language}-1280`);
    expect(console).toEqual([]);
  });
});

type Size = {
  readonly width: number;
  readonly height: number;
  /** With what is cut off. */
  readonly wantedWidth: number;
  readonly wantedHeight: number;
};

function sizeOf(page: Page, selector: string): Promise<Size> {
  return page.evaluate<Size>(`(({ clientWidth, clientHeight, scrollWidth, scrollHeight }) => ({
    width: clientWidth, height: clientHeight, wantedWidth: scrollWidth, wantedHeight: scrollHeight,
  }))(document.querySelector('${selector}'))`);
}

function trafficColumns(page: Page): Promise<number[]> {
  return page.evaluate<number[]>(
    "[...document.querySelectorAll('#panel-traffic thead th')].map((title) => title.clientWidth)",
  );
}
