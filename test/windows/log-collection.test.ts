// The tab advanced log collection of the shipped page: choosing and saving, and a real bundle opened in place of the agent.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeBundle, previewOf } from '../../agent/core/log-bundle.ts';
import { writeBundle } from '../../agent/log-bundle-file.ts';
import { logBundlePartNames } from '../../protocol/log-bundle.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { exampleKnowledge, exampleParts, personal } from '../support/example-bundle.ts';
import { contosoReport, contosoStatus, faultyHealth } from '../support/shown-diagnostics.ts';
import { expectAccessible, expectNoSidewaysScroll, takePicture } from '../support/window-look.ts';
import { launchBrowser, openWindowPage, type WindowPageSetup } from '../support/window-page.ts';

// A browser is looked at with every rule of accessibility; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const patience = { timeout: 30_000 };

const found = {
  ...exampleParts(),
  status: { ...exampleParts().status, ...contosoStatus() },
  health: faultyHealth(),
  seenAs: contosoReport(),
};
const collected = {
  ...{ found, knowledge: exampleKnowledge() },
  leftOut: [{ part: 'hostnames' as const, reason: 'names are not acquired' }],
};
const setup: WindowPageSetup = {
  query: 'view=diagnostics&tab=log-collection',
  size: { width: 1280, height: 800 },
  state: { link: { kind: 'live' }, status: contosoStatus() },
  answers: {
    'logs.preview': () => previewOf(collected),
    'bundle.save': () => ({ kind: 'saved', path: '/home/dora/opengsa-logs.json.gz', bytes: 4321 }),
    'bundle.show': () => ({}),
    'seen-as.get': () => contosoReport({ organisation: 'Live and well' }),
  },
};

describe.skipIf(installedProgram('chromium') === null)('the tab advanced log collection (Chromium)', () => {
  let browser: Browser;
  let folder: string;
  let bundlePath: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    folder = mkdtempSync(join(tmpdir(), 'opengsa-bundle-'));
    const bundle = makeBundle(collected, {
      ...{ redact: true, parts: logBundlePartNames, maxBytes: 8_000_000 },
      createdAt: '2026-11-27T20:41:00.000Z',
      product: { version: '0.1.0', node: 'v24.21.0', platform: 'linux x64' },
    });
    bundlePath = (await writeBundle(folder, bundle)).path;
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  test('what goes in is shown before it is saved, and unredacted it says what would be readable', async () => {
    const { page, console, calls } = await openWindowPage(browser, setup);
    const flows = page.getByRole('listitem').filter({ hasText: 'Connections that came to the agent' });
    await flows.waitFor();
    expect(await flows.textContent()).toMatch(/Hides .*addresses.*4 entries/);
    const shown = await page.locator('body').textContent();
    expect(personal.filter((one) => shown?.includes(one))).toEqual([]);
    await expectAccessible(page);
    await takePicture(page, 'log-collection-preview-light');
    await page.getByRole('checkbox', { name: /^Machine/ }).uncheck();
    await page.getByRole('switch', { name: /^Hide addresses/ }).uncheck();
    await page.getByText('The bundle will name people, devices and places.').waitFor();
    expect(await flows.textContent()).toMatch(/Holds in clear: .*addresses/);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await takePicture(page, 'log-collection-unredacted-dark');
    await page.getByRole('button', { name: 'Save…' }).click();
    await page
      .getByText('Saved to /home/dora/opengsa-logs.json.gz, 4.3\u00a0kB. Only you can read it.')
      .waitFor();
    expect(calls.find(({ call }) => call === 'bundle.save')?.params).toEqual({
      redact: false,
      parts: ['status', 'health', 'seenAs', 'flows', 'locations', 'configuration', 'log'],
    });
    await page.getByRole('button', { name: 'Open folder' }).click();
    await expect.poll(() => calls.at(-1)?.call, patience).toBe('bundle.show');
    await page.setViewportSize({ width: 420, height: 800 });
    await expectNoSidewaysScroll(page);
    expect(console).toEqual([]);
  });

  test('what cannot be looked at is looked at again when the agent comes, or when somebody asks', async () => {
    const message = 'nothing answers on /run/opengsa/agent.sock';
    let gone = true;
    const { page, emit, calls } = await openWindowPage(browser, {
      ...setup,
      answers: {
        ...setup.answers,
        'logs.preview': (asked) =>
          gone ? { code: 'agent-not-running', message } : setup.answers!['logs.preview']!(asked),
      },
    });
    const looks = () => calls.filter(({ call }) => call === 'logs.preview').length;
    await page.getByRole('alert').filter({ hasText: message }).waitFor();
    await page.getByRole('button', { name: 'Look again' }).click();
    await expect.poll(looks, patience).toBe(2);
    gone = false;
    await emit('state', { link: { kind: 'absent', since: '2026-11-21T09:40:00.000Z' }, status: null });
    await page.getByRole('heading', { name: 'What goes in' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('a browser saves redacted bundles only', async () => {
    const { page } = await openWindowPage(browser, { ...setup, shell: 'browser', language: 'de' });
    await page.getByRole('button', { name: 'Speichern…' }).click();
    await page.getByText('Heruntergeladen als').waitFor();
    expect(await page.getByRole('switch').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Ordner öffnen' }).count()).toBe(0);
    await takePicture(page, 'log-collection-browser-german-light');
  });

  test('a bundle takes the place of the running agent in every tab, until it is closed', async () => {
    const { page, console, calls } = await openWindowPage(browser, setup);
    await page.locator('input[type=file]').setInputFiles(bundlePath);
    const bar = page.locator('.bundle-bar');
    await bar.waitFor();
    expect(await bar.textContent()).toMatch(
      /^Bundle of device-\d+, 27 November.*, redacted\. Nothing here is live\./,
    );
    await page.getByText('7 of 7 lines').waitFor();
    await page.getByRole('searchbox', { name: 'Search the log' }).fill('enotfound');
    await page.getByText('1 of 7 lines').waitFor();
    await expectAccessible(page);
    await takePicture(page, 'log-collection-bundle-light');
    const before = calls.length;
    await page.getByRole('tab', { name: 'Source address' }).click();
    await page.getByRole('row', { name: 'login.contoso.test' }).waitFor();
    expect(await page.getByRole('button', { name: 'Check now' }).count()).toBe(0);
    await takePicture(page, 'source-address-bundle-light');
    await page.getByRole('textbox', { name: 'Ask about a host' }).fill('elsewhere.test');
    await page.keyboard.press('Enter');
    await page.getByText('The bundle says nothing about elsewhere.test.').waitFor();
    await page.getByRole('tab', { name: 'Health check' }).click();
    await page.getByText(/^2 of \d+ checks failed/).waitFor();
    expect(await page.getByRole('button', { name: 'Run all again' }).count()).toBe(0);
    // The agent was asked for nothing.
    expect(calls.slice(before).map(({ call }) => call)).toEqual([]);
    await page.getByRole('tab', { name: 'Source address' }).click();
    await page.getByRole('button', { name: 'Close the bundle' }).click();
    await page.getByText('Run by Live and well').waitFor();
    expect(console).toEqual([]);
  });

  test.each([
    ['damaged.json.gz', gzipSync('{"version":1}').subarray(0, 20), /damaged\.json\.gz is cut off or damaged/],
    ['picture.png', Buffer.from([0x89, 0x50, 0x4e, 0x47]), /picture\.png is no log bundle/],
    ['other.json.gz', gzipSync('{"name":"something else"}'), /other\.json\.gz is no log bundle/],
    [
      'later.json.gz',
      gzipSync('{"version":2,"createdAt":"2027-01-01T00:00:00.000Z"}'),
      /made by a later version \(format 2\)/,
    ],
    [
      'wrong.json.gz',
      gzipSync('{"version":1,"createdAt":"yesterday"}'),
      /wrong\.json\.gz is no valid log bundle \(bundle: createdAt:/,
    ],
    ['bomb.json.gz', gzipSync(Buffer.alloc(33 * 1024 * 1024, 0x20)), /holds more than 32 MiB/],
  ])('%s is refused with its reason', async (name, bytes, reason) => {
    writeFileSync(join(folder, name), bytes);
    const { page, console } = await openWindowPage(browser, setup);
    await page.locator('input[type=file]').setInputFiles(join(folder, name));
    await page.getByRole('alert').filter({ hasText: reason }).waitFor();
    expect(await page.locator('.bundle-bar').count()).toBe(0);
    await page.getByRole('tab', { name: 'Overview' }).click();
    await expect.poll(() => page.getByText(reason).count(), patience).toBe(0);
    expect(console).toEqual([]);
  });
});
