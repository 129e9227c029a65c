// The tab overview in Chromium: what it says of each state, its chart with figures, and how it looks.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { captureObstacle } from '../../agent/core/capture-obstacle.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { channel, linkStates, rowState, shownAt } from '../support/shown-windows.ts';
import { expectAccessible, expectNoSidewaysScroll, looks, takePicture } from '../support/window-look.ts';
import { launchBrowser, openWindowPage, type WindowPage } from '../support/window-page.ts';

const overview = { query: 'view=diagnostics&tab=overview', at: shownAt, size: { width: 1280, height: 800 } };
const transparent = {
  state: 'on' as const,
  names: 212,
  subnets: { ipv4: 41, ipv6: 12 },
  nameservers: ['192.0.2.53'],
  obstacles: [captureObstacle('nft-missing')],
  notCaptured: [{ destination: '198.51.100.0/24', reason: 'It is a network of this device.' }],
};
const full = rowState('two things at once', 'en', {
  capture: {
    mode: 'both',
    httpProxy: '127.0.0.1:8088',
    socks5: '127.0.0.1:8089',
    pacUrl: 'http://127.0.0.1:8088/proxy.pac',
    transparent,
  },
  flows: { open: 50, total: 12_345, tunnelled: 9_000, direct: 3_000, blocked: 300, failed: 45 },
});

/** Latencies come one status after the other. */
async function tellLatencies({ emit }: WindowPage, count: number): Promise<void> {
  const { link, status } = full;
  for (let i = 0; i < count; i += 1) {
    const channels = [
      channel({ latencyMs: 16 + ((i * 7) % 11) }),
      channel({ name: 'Microsoft 365', latencyMs: 30 + ((i * 5) % 17), bytesReceived: 312_000_000 }),
    ];
    await emit('state', {
      link,
      status: { ...status!, at: new Date(Date.parse(shownAt) + i * 1_000).toISOString(), channels },
    });
  }
}

const factOf = (page: Page, name: string) =>
  page.locator('.facts dt', { hasText: name }).locator('xpath=following-sibling::dd[1]').textContent();

describe.skipIf(installedProgram('chromium') === null)('the tab overview (Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test.each(looks([true, false]))(
    'everything at a glance, accessibly (dark: %s)',
    { timeout: 120_000 },
    async (dark) => {
      const window = await openWindowPage(browser, { ...overview, state: full, dark });
      const { page } = window;
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      expect(await page.locator('.overview').getByText('things to look at').first().textContent()).toContain(
        'things to look at',
      );
      await expect
        .poll(() => page.getByText('Contoso turned signalling off (22 Nov, 08:55)').count())
        .toBe(1);
      expect(await page.getByText('A profile cannot be used: policies[0]').count()).toBe(1);
      expect(await factOf(page, 'Certificate')).toBe('Until 23 November 2027, 364 days left');
      expect(await factOf(page, 'Address ranges')).toBe('41 IPv4, 12 IPv6');
      const [obstacle] = full.status!.capture.transparent!.obstacles;
      expect(await page.locator('.obstacles').textContent()).toBe(
        `${obstacle!.sentence} ${obstacle!.remedy}`,
      );
      expect(await page.locator('.counters').textContent()).toContain('In all12,345');

      await tellLatencies(window, 12);
      await page.locator('.latency-chart canvas').waitFor();
      const figures = page.getByRole('table', { name: 'Latency since this window was opened' });
      await expect
        .poll(() => figures.getByRole('row', { name: 'Microsoft 365' }).textContent())
        .toContain('46\u00a0ms');
      await takePicture(page, `overview-connected-${dark ? 'dark' : 'light'}`);
      await page.locator('.latency').scrollIntoViewIfNeeded();
      await takePicture(page, `overview-connected-end-${dark ? 'dark' : 'light'}`);
      await expectAccessible(page);
      expect(window.console).toEqual([]);
    },
  );

  test('an expiring certificate has a mark and its days', async () => {
    const enrolment = {
      ...{ organisation: 'Contoso', device: 'WS-0417', thumbprint: 'ab'.repeat(32) },
      certificateExpiresAt: '2026-11-30T00:00:00.000Z',
    };
    const { page } = await openWindowPage(browser, {
      ...overview,
      state: rowState('connected', 'en', { enrolment }),
    });
    const certificate = page.getByText('Until 30 November 2026, 6 days left');
    await certificate.waitFor();
    expect(await certificate.locator('.status-icon.warn').count()).toBe(1);
  });

  test('where people can sign in, the person does and undoes it here', async () => {
    const { link, status } = rowState('connected', 'en', { signInOffered: true });
    const { page, emit, calls, console } = await openWindowPage(browser, {
      ...overview,
      state: { link, status },
      answers: { 'person.sign-in': () => ({}), 'person.sign-out': () => status! },
    });
    expect(await factOf(page, 'Person')).toBe('Nobody signed inSign in');
    await page.getByRole('button', { name: 'Sign in' }).click();
    const person = { kind: 'signed-in', name: 'megan@contoso.test', signedInAt: 0, session: 's' } as const;
    const signedIn = rowState('connected', 'en', { signInOffered: true, person });
    await emit('state', signedIn);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await takePicture(page, 'overview-signed-in-light');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect.poll(() => calls.map(({ call }) => call)).toContain('person.sign-out');
    expect(calls.map(({ call }) => call)).toContain('person.sign-in');
    expect(console).toEqual([]);
  });

  test('lost: the way to the edge, cause and remedy; without the agent nothing older', async () => {
    const { page, emit, calls, console } = await openWindowPage(browser, {
      ...overview,
      state: rowState('edge unreachable'),
      answers: { connect: () => rowState('connecting').status! },
    });
    await page.getByText('TCP port 443 of edge-1 and edge-2 gave no answer').waitFor();
    await takePicture(page, 'overview-edge-unreachable-light');
    await page.getByRole('button', { name: 'Try now' }).click();
    await expect.poll(() => calls.filter(({ call }) => call === 'connect').length).toBe(1);
    await emit('state', { ...linkStates['agent not running']!, status: rowState('connected').status });
    await page.locator('.state-card').getByText('Not running').waitFor();
    expect(await page.getByText('203.0.113.7').count()).toBe(0);
    await expectAccessible(page);
    expect(console).toEqual([]);
  });

  test('German, and narrow windows', async () => {
    const window = await openWindowPage(browser, {
      ...overview,
      state: { ...rowState('two things at once', 'de') },
      language: 'de',
    });
    await window.page.getByRole('heading', { name: 'Übersicht' }).waitFor();
    await takePicture(window.page, 'overview-german-light');
    await window.page.setViewportSize({ width: 420, height: 800 });
    await expectNoSidewaysScroll(window.page);
    await takePicture(window.page, 'overview-narrow-light', true);
    expect(window.console).toEqual([]);
  });
});
