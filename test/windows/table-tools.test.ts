// The tools over a table and its details by keyboard: the focus stays where the person is, and Escape goes one step back.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installedProgram } from '../support/debian-programs.ts';
import { exampleFlow } from '../support/example-flow.ts';
import { launchBrowser, openWindowPage, type WindowPageSetup } from '../support/window-page.ts';

const setup: WindowPageSetup = {
  query: 'view=diagnostics&tab=traffic',
  size: { width: 1280, height: 800 },
};
const flows = [
  exampleFlow({ id: 1, destination: 'login.contoso.test:443' }),
  exampleFlow({ id: 2, destination: 'blocked.example.test:443', action: 'block' }),
];
const names = (page: Page) => page.locator('tbody th[scope=row]').allTextContents();

describe.skipIf(installedProgram('chromium') === null)('the tools over a table (Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('any value of a filter is chosen with the keyboard, and the focus stays at the filter', async () => {
    const { page, emit } = await openTraffic();
    await emit('flows', flows);
    await page.locator('.toolbar').getByRole('button', { name: 'Action' }).focus();
    await page.keyboard.press('Enter');
    for (let i = 0; i < 3; i += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => names(page)).toEqual(['blocked.example.test:443']);
    const focused = () => page.locator(':focus').textContent();
    await expect.poll(focused).toBe('Block ');
    await page.keyboard.press('Enter');
    await expect.poll(() => names(page)).toHaveLength(2);
    await expect.poll(focused).toBe('Action ');
  });

  test('Escape closes the menu, empties the search, closes the details, and then the window', async () => {
    const { page, emit, calls } = await openTraffic();
    await emit('flows', flows);
    const closed = () => calls.filter(({ call }) => call === 'window.close').length;
    await page.getByRole('row', { name: /blocked/ }).click();
    await page.getByRole('grid').focus();
    await page.locator('.toolbar').getByRole('button', { name: 'Action' }).click();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator(':popover-open').count()).toBe(0);
    await page.getByRole('searchbox').fill('blocked');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('');
    expect(await page.getByRole('complementary').count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('complementary').count()).toBe(0);
    expect(closed()).toBe(0);
    await page.keyboard.press('Escape');
    await expect.poll(closed).toBe(1);
  });

  /** Follows the flows by the time it is given. */
  async function openTraffic() {
    const shown = await openWindowPage(browser, setup);
    await expect.poll(() => shown.calls.some(({ call }) => call === 'flows.follow')).toBe(true);
    return shown;
  }
});
