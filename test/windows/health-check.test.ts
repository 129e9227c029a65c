// The tab health check of the shipped page: failing first, one run again, commands copied, and what is fine in one list.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { healthCheckIds } from '../../protocol/health-checks.ts';
import type { HealthReport } from '../../protocol/health-report.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { contosoReport, contosoStatus, faultyHealth } from '../support/shown-diagnostics.ts';
import { expectAccessible, expectNoSidewaysScroll, takePicture } from '../support/window-look.ts';
import { launchBrowser, openWindowPage, type WindowPageSetup } from '../support/window-page.ts';

// A browser is looked at with every rule of accessibility; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const patience = { timeout: 30_000 };

const setup: WindowPageSetup = {
  query: 'view=diagnostics&tab=health-check',
  size: { width: 1280, height: 800 },
  state: { link: { kind: 'live' }, status: contosoStatus() },
  answers: {
    'health.run': ({ only }) => mended(faultyHealth(), only ?? []),
    'seen-as.get': () => contosoReport(),
    'file.save': ({ name }) => ({ kind: 'saved', path: `/home/dora/${name}` }),
  },
};

/** Where some checks are run again, they are the ones that were mended meanwhile. */
function mended({ checkedAt, checks }: HealthReport, only: readonly string[]): HealthReport {
  if (only.length === 0) return { checkedAt, checks };
  return {
    checkedAt,
    checks: checks.filter(({ id }) => only.includes(id)).map((check) => ({ ...check, state: 'ok' })),
  };
}

describe.skipIf(installedProgram('chromium') === null)('the tab health check (Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('what fails comes first with its remedy, and goes to the quiet list when it is mended', async () => {
    const { page, console, calls } = await openWindowPage(browser, setup);
    const summary = page.locator('.view-head [role=status]');
    await expect
      .poll(() => summary.textContent(), patience)
      .toMatch(
        /^2 of \d+ checks failed, \d+ gave a warning, \d+ gave no answer\. Run at \d\d:41:20 in .*s\.$/,
      );
    const titles = await page.locator('.checks h3').allTextContents();
    expect(titles.slice(0, 2)).toEqual(['The name servers answer', 'Firefox asks for names in the clear']);
    expect(titles).toContain('One tenant sees one address');
    expect(
      await page.getByText('Graph and Exchange will see 198.51.100.5, SharePoint will see').count(),
    ).toBe(1);
    expect(await page.getByText(/^1 crash, the last time the run from 2026-11-25T16:00:00Z/).count()).toBe(1);
    await expectAccessible(page);
    await takePicture(page, 'health-check-faults-light');
    await page.getByRole('button', { name: 'Copy opengsa profile enable microsoft' }).click();
    await page.getByText('Copied').waitFor();
    expect(calls.at(-1)).toEqual({ call: 'text.copy', params: { text: 'opengsa profile enable microsoft' } });
    await page.getByRole('button', { name: 'Run again: The name servers answer' }).click();
    await expect.poll(() => summary.textContent(), patience).toMatch(/^1 of \d+ checks failed/);
    expect(calls.at(-1)?.params).toEqual({ only: ['name-servers'] });
    // Its card is gone, and the button that was pressed with it.
    await expect
      .poll(() => page.locator('.check:has(:focus) h3').textContent(), patience)
      .toBe('Firefox asks for names in the clear');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await takePicture(page, 'health-check-faults-dark');
    await page.setViewportSize({ width: 420, height: 800 });
    await expectNoSidewaysScroll(page);
    await takePicture(page, 'health-check-narrow-dark', true);
    expect(console).toEqual([]);
  });

  test('while all run again the older results stay', async () => {
    let runs = 0;
    let finish = (): void => undefined;
    const again = new Promise<void>((resolve) => (finish = resolve));
    const { page } = await openWindowPage(browser, {
      ...setup,
      language: 'de',
      answers: {
        ...setup.answers,
        async 'health.run'() {
          if ((runs += 1) > 1) await again;
          return faultyHealth('de');
        },
      },
    });
    await page.getByRole('heading', { name: 'Die Namensserver antworten' }).waitFor();
    await takePicture(page, 'health-check-german-light');
    const runAll = page.getByRole('button', { name: 'Alle erneut prüfen' });
    await runAll.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Die Prüfungen laufen.').waitFor();
    await page.keyboard.press('F5');
    await page.keyboard.press('Enter');
    expect(runs).toBe(2);
    expect(await page.getByRole('heading', { name: 'Die Namensserver antworten' }).count()).toBe(1);
    expect(await runAll.isDisabled()).toBe(true);
    expect(await page.locator(':focus').textContent()).toContain('Alle erneut prüfen');
    finish();
    await page.getByText(/^2 von \d+ Prüfungen fehlgeschlagen/).waitFor();
  });

  test('a check of an address leads to the tab that shows it, and the report is exported', async () => {
    const { page, calls } = await openWindowPage(browser, setup);
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByRole('button', { name: 'As JSON' }).click();
    await page.getByText('Saved to /home/dora/health.json').waitFor();
    const { text } = calls.find(({ call }) => call === 'file.save')?.params as { text: string };
    expect((JSON.parse(text) as HealthReport).checks).toHaveLength(healthCheckIds.length);
    await page.getByRole('button', { name: 'Show in Source address' }).first().click();
    await page.getByRole('heading', { name: 'Source address', level: 1 }).waitFor();
  });
});
