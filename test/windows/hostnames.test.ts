// The tab hostname acquisition: names with both addresses, details, clearing, and why there are none.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostnameRecord } from '../../protocol/hostname-record.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { exampleHostname } from '../support/example-hostname.ts';
import { eventually } from '../support/eventually.ts';
import { launchBrowser, openWindowPage, type WindowPageSetup } from '../support/window-page.ts';
import { expectAccessible, looks, takePicture } from '../support/window-look.ts';

/** Judging a whole page takes axe seconds, in ms. */
const patience = 60_000;

describe.skipIf(installedProgram('chromium') === null)('the tab hostname acquisition (Chromium)', () => {
  let browser: Browser;
  let known: HostnameRecord[];
  let acquiring: boolean;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test.each(
    looks([
      ['light', 'en'],
      ['dark', 'de'],
    ] as const),
  )(
    'shows names and details, accessible, in %s, %s',
    async (theme, language) => {
      const { page, console } = await openNames({ dark: theme === 'dark', language });
      await eventually(() => page.locator('tbody th[scope=row]').allTextContents()).toHaveLength(3);
      await page.getByRole('row', { name: /login\.contoso\.test/ }).click();
      await eventually(() => page.getByRole('complementary').textContent()).toContain(
        '192.0.2.10, 192.0.2.11',
      );
      await takePicture(page, `hostnames-${language}-${theme}`);
      expect(console).toEqual([]);
      await expectAccessible(page);
    },
    patience,
  );

  test('searches, filters, clears, and follows what the agent learns', async () => {
    const { page, calls } = await openNames();
    const names = () => page.locator('tbody th[scope=row]').allTextContents();
    await eventually(names).toHaveLength(3);
    await page.keyboard.press('Control+f');
    await page.keyboard.type('198.18.0.7');
    await eventually(names).toEqual(['login.contoso.test']);
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'Acquisition' }).click();
    await page.getByRole('button', { name: 'Passed by' }).click();
    await eventually(names).toEqual(['www.example.test']);
    await page.getByRole('button', { name: /Remove filter/ }).click();
    known = [...known, exampleHostname({ name: 'late.contoso.test' })];
    await eventually(names).toContain('late.contoso.test');
    known = [];
    await page.getByRole('button', { name: 'Clear' }).click();
    await eventually(() => page.locator('.empty').textContent()).toContain('No program has asked');
    expect(calls.map(({ call }) => call)).toContain('hostnames.clear');
  });

  test('says that a proxy sees no questions for names', async () => {
    acquiring = false;
    const { page } = await openNames({}, []);
    await eventually(() => page.locator('.empty').textContent()).toContain('through its proxy');
    await takePicture(page, 'hostnames-empty-light');
  });

  async function openNames(setup: WindowPageSetup = {}, rows = someNames()) {
    known = rows;
    acquiring = rows.length > 0;
    return openWindowPage(browser, {
      query: 'view=diagnostics&tab=hostname-acquisition',
      size: { width: 1280, height: 800 },
      ...setup,
      answers: {
        'hostnames.list': () => ({ acquiring, hostnames: known }),
        'hostnames.clear': () => ({}),
      },
    });
  }
});

function someNames(): HostnameRecord[] {
  return [
    exampleHostname(),
    exampleHostname({
      ...{ name: 'www.example.test', acquired: false, syntheticAddress: null, ruleId: null, process: null },
      ...{ questions: 1, originals: { ipv4: null, ipv6: null }, originalAddress: null },
    }),
    exampleHostname({
      name: 'a-very-long-name-of-a-host.that-nobody-can-read.in-one-cell.example.test',
      syntheticAddress: '198.18.0.9',
    }),
  ];
}
