// The status window in Chromium: every state of the table, its switches and their truth, and how it looks.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { installedProgram } from '../support/debian-programs.ts';
import { linkStates, rowNames, rowState, shownAt } from '../support/shown-windows.ts';
import { expectAccessible, expectNoSidewaysScroll, takePicture } from '../support/window-look.ts';
import { launchBrowser, openWindowPage } from '../support/window-page.ts';

const everyState = { ...Object.fromEntries(rowNames.map((name) => [name, rowState(name)])), ...linkStates };
const heading = (page: Page) => page.getByRole('heading', { level: 1 });

describe.skipIf(installedProgram('chromium') === null)('the status window (Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test.each([true, false])('shows every state, accessibly (dark: %s)', { timeout: 120_000 }, async (dark) => {
    const { page, emit, console } = await openWindowPage(browser, { at: shownAt, dark });
    for (const [name, state] of Object.entries(everyState)) {
      await emit('state', state);
      const { status } = state;
      if (status !== null) {
        await expect.poll(() => page.locator('.sentence').textContent()).toBe(status.sentence);
        expect(await heading(page).textContent()).toBe(status.title);
      }
      await takePicture(page, `status-${name.replaceAll(/[^a-z]+/g, '-')}-${dark ? 'dark' : 'light'}`);
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      expect(await page.locator('.button.primary').count()).toBeLessThanOrEqual(1);
    }
    expect(console).toEqual([]);
  });
});
