// The tab source address of the shipped page: who sees which address, the alarm, the details, asking and exporting.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { installedProgram } from '../support/debian-programs.ts';
import { askedAbout, contosoReport, contosoStatus, measuredAt } from '../support/shown-diagnostics.ts';
import { expectAccessible, expectNoSidewaysScroll, takePicture } from '../support/window-look.ts';
import { launchBrowser, openWindowPage, type WindowPageSetup } from '../support/window-page.ts';

// A browser is looked at with every rule of accessibility; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const patience = { timeout: 30_000 };

const setup: WindowPageSetup = {
  query: 'view=diagnostics&tab=source-address',
  size: { width: 1280, height: 800 },
  state: { link: { kind: 'live' }, status: contosoStatus() },
  answers: {
    'egress.refresh': () => contosoStatus(),
    'seen-as.get': ({ destinations }) =>
      destinations.some((host) => host.includes('://'))
        ? { code: 'bad-usage', message: `${destinations.join()}: is a URL; ask for its host, wiki.test` }
        : contosoReport(destinations.length === 0 ? {} : { destinations: destinations.map(askedAbout) }),
    'seen-as.verify': () => contosoReport({ mismatch: null }),
    'file.save': ({ name }) => ({ kind: 'saved', path: `/home/dora/${name}` }),
  },
};

describe.skipIf(installedProgram('chromium') === null)('the tab source address (Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('it says who sees what, raises the alarm once, and leads to the details by keyboard', async () => {
    const { page, console } = await openWindowPage(browser, setup);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('SharePoint will see 203.0.113.7 or 2001:db8::7.');
    const row = page.getByRole('row', { name: 'contoso.sharepoint.com' });
    expect(await row.textContent()).toMatch(
      /SharePoint Onlinedirect203\.0\.113\.7 or IPv6your ownDiffersIPv6 outside all/,
    );
    expect(await page.getByRole('row', { name: 'login.live.com and 2 more' }).count()).toBe(1);
    await page.getByRole('row', { name: 'login.microsoftonline.com' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    const panel = page.getByRole('complementary', { name: 'login.microsoftonline.com' });
    expect(await panel.textContent()).toContain(
      'Entra ID will see the edge, 198.51.100.5, not your address.',
    );
    expect(await panel.getByRole('listitem').allTextContents()).toEqual([
      'WS-0417203.0.113.7 or 2001:db8::7',
      'edge-1.contoso.test198.51.100.5, the address seen',
      'login.microsoftonline.comEntra ID',
      'AnchorNowSees 198.51.100.5, in Contoso edge (trusted).',
      'DirectWould see 203.0.113.7, in Berlin office (trusted), or 2001:db8::7, outside all.',
    ]);
    expect(await panel.locator('.node.seen').count()).toBe(1);
    await panel.getByRole('button', { name: 'Close details' }).focus();
    await page.keyboard.press('Escape');
    const focused = page.locator('tr:focus th');
    await expect.poll(() => focused.textContent()).toBe('login.microsoftonline.com');
    // Rows may come above it: the keys go on from the row that has the focus.
    await page.getByRole('textbox').fill('wiki.test');
    await page.getByRole('textbox').press('Enter');
    await page.getByRole('row', { name: 'wiki.test' }).first().waitFor();
    await page.getByRole('row', { name: 'login.microsoftonline.com' }).focus();
    await page.keyboard.press('Enter');
    await panel.waitFor();
    await page.getByRole('button', { name: 'How to fix' }).click();
    await page.getByText('Ask Contoso IT to set *.sharepoint.com').waitFor();
    await expectAccessible(page);
    await takePicture(page, 'source-address-mismatch-light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await takePicture(page, 'source-address-mismatch-dark');
    await page.setViewportSize({ width: 420, height: 800 });
    await expectNoSidewaysScroll(page);
    await takePicture(page, 'source-address-narrow-dark', true);
    expect(console).toEqual([]);
  });

  test('any host can be asked about, and what is wrong with one stands under the field', async () => {
    const { page, console, calls } = await openWindowPage(browser, { ...setup, language: 'de' });
    const field = page.getByRole('textbox', { name: 'Nach einem Host fragen' });
    await field.fill('https://wiki.test/page');
    await field.press('Enter');
    const fault = page.locator('.ask-fault');
    await fault.waitFor();
    expect(await fault.textContent()).toContain('is a URL; ask for its host, wiki.test');
    expect(await field.getAttribute('aria-describedby')).toBe(await fault.getAttribute('id'));
    await field.fill('wiki.test');
    await field.press('Enter');
    await page.getByRole('row', { name: 'wiki.test', exact: false }).first().waitFor();
    expect(await fault.count()).toBe(0);
    await page.getByRole('row', { name: /^wiki\.test/ }).click();
    await takePicture(page, 'source-address-asked-german-light');
    await page.getByRole('button', { name: 'Jetzt prüfen' }).click();
    await expect
      .poll(() => page.getByText('Ein Mandant wird mehrere Adressen sehen.').count(), patience)
      .toBe(0);
    expect(calls.map(({ call }) => call)).toEqual(
      expect.arrayContaining(['egress.refresh', 'seen-as.verify']) as string[],
    );
    expect(console).toEqual([]);
  });

  test('a status that changes what is seen is followed, and counters are not', async () => {
    const { page, emit, calls } = await openWindowPage(browser, setup);
    await page.getByRole('alert').waitFor();
    const asked = (): number => calls.filter(({ call }) => call === 'seen-as.get').length;
    const before = asked();
    const status = contosoStatus();
    await emit('state', {
      link: { kind: 'live' },
      status: { ...status, revision: 2, flows: { ...status.flows, open: 9 } },
    });
    await emit('state', {
      link: { kind: 'live' },
      status: { ...status, revision: 3, signaling: 'disabled' },
    });
    await expect.poll(asked, patience).toBe(before + 1);
    await page.keyboard.press('F5');
    await expect.poll(asked, patience).toBe(before + 2);
  });

  test('the list is exported as CSV and as JSON', async () => {
    const { page, calls } = await openWindowPage(browser, setup);
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'As CSV' }).click();
    await page.getByText('Saved to /home/dora/source-address.csv').waitFor();
    const saved = calls.find(({ call }) => call === 'file.save')?.params as { text: string };
    expect(saved.text.split('\r\n')[0]).toMatch(/^destination,service,origin,class,path,whose,ipv4,ipv6,/);
    expect(saved.text).toContain(
      'contoso.sharepoint.com,SharePoint Online,microsoft,direct,direct,own,203.0.113.7',
    );
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'As JSON' }).click();
    await page.getByText('Saved to /home/dora/source-address.json').waitFor();
    expect(measuredAt).toBe(
      (
        JSON.parse((calls.findLast(({ call }) => call === 'file.save')?.params as { text: string }).text) as {
          at: string;
        }
      ).at,
    );
  });

  test('without an agent it says why nothing can be told', async () => {
    const message = 'nothing answers on /run/opengsa/agent.sock';
    const { page } = await openWindowPage(browser, {
      ...setup,
      state: { link: { kind: 'absent', since: measuredAt }, status: null },
      answers: { 'seen-as.get': () => ({ code: 'agent-not-running', message }) },
    });
    await page
      .getByRole('alert')
      .filter({ hasText: /does not answer.*Start the service/ })
      .waitFor();
    expect(await page.getByRole('grid').count()).toBe(0);
  });

  test('what was told holds no more once the agent is gone, and an answer that comes late changes nothing', async () => {
    let gone = false;
    let late = (): void => undefined;
    const { page, emit } = await openWindowPage(browser, {
      ...setup,
      answers: {
        ...setup.answers,
        'seen-as.get': () =>
          gone ? { code: 'agent-not-running', message: 'nothing answers' } : contosoReport(),
        'seen-as.verify': () =>
          new Promise((resolve) => {
            late = () => resolve(contosoReport());
          }),
      },
    });
    await page.getByRole('grid').waitFor();
    await page.getByRole('button', { name: 'Check now' }).click();
    gone = true;
    await emit('state', { link: { kind: 'absent', since: measuredAt }, status: contosoStatus() });
    await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
    await expect.poll(() => page.getByRole('grid').count()).toBe(0);
    late();
    await page.getByRole('button', { name: 'Check now' }).waitFor();
    expect(await page.getByText('203.0.113.7').count()).toBe(0);
  });
});
