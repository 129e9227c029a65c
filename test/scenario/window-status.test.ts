// The status window in Chromium: every state of the table, its switches and their truth, and how it looks.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { WindowState } from '../../protocol/window.ts';
import { at } from '../support/status-inputs.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { channel, linkStates, rowNames, rowState, shownAt } from '../support/shown-windows.ts';
import { expectAccessible, expectNoSidewaysScroll, looks, takePicture } from '../support/window-look.ts';
import { launchBrowser, openWindowPage } from '../support/window-page.ts';

const everyState = { ...Object.fromEntries(rowNames.map((name) => [name, rowState(name)])), ...linkStates };
/** Each differs from the others in what it is made of. */
const everyLayout = [
  ...['connected', 'address not proven', 'a foreign edge says nothing', 'paused', 'off by the person'],
  ...['off by the organisation', 'not enrolled', 'edge unreachable', 'agent not running'],
];
const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const profile = (page: Page) => page.getByRole('switch', { name: 'Microsoft traffic profile' });
const caption = (page: Page) => page.locator('#profile-caption').textContent();
const fileName = (state: string): string => state.toLowerCase().replaceAll(/[^a-z]+/g, '-');

async function show(page: Page, emit: (event: 'state', value: WindowState) => Promise<void>, name: string) {
  await page.clock.setSystemTime(shownAt);
  const state = everyState[name]!;
  await emit('state', state);
  if (state.status !== null) {
    await expect.poll(() => page.locator('.sentence').textContent()).toBe(state.status.sentence);
    expect(await heading(page).textContent()).toBe(state.status.title);
  }
}

describe.skipIf(installedProgram('chromium') === null)('the status window (Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test.each(looks([true, false]))('shows every state (dark: %s)', { timeout: 120_000 }, async (dark) => {
    const { page, emit, console } = await openWindowPage(browser, { at: shownAt, dark });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    for (const name of Object.keys(everyState)) {
      await show(page, emit, name);
      await takePicture(page, `status-${fileName(name)}-${dark ? 'dark' : 'light'}`);
      await expectNoSidewaysScroll(page);
      expect(await page.locator('.button.primary').count()).toBeLessThanOrEqual(1);
    }
    expect(console).toEqual([]);
  });

  test.each(looks([true, false]))('is accessible (dark: %s)', { timeout: 120_000 }, async (dark) => {
    const { page, emit } = await openWindowPage(browser, { at: shownAt, dark });
    for (const name of looks(everyLayout, 2)) {
      await show(page, emit, name);
      await expectAccessible(page);
    }
  });

  test('large text and forced colours', { timeout: 120_000 }, async () => {
    // At twice the size half of the width is left.
    const size = { width: 210, height: 300 };
    const { page, emit } = await openWindowPage(browser, { at: shownAt, size });
    for (const name of everyLayout) {
      await show(page, emit, name);
      await expectNoSidewaysScroll(page);
    }
    await takePicture(page, 'status-large-text-light', true);
    await page.setViewportSize({ width: 420, height: 600 });
    await page.emulateMedia({ forcedColors: 'active' });
    for (const name of looks(['edge unreachable', 'connected', 'paused'])) {
      await show(page, emit, name);
      await takePicture(page, `status-${fileName(name)}-forced`);
      await expectAccessible(page);
    }
  });

  test('in German, with the agent\u2019s German words', async () => {
    const { page, emit, console } = await openWindowPage(browser, {
      at: shownAt,
      language: 'de',
      state: rowState('connected', 'de'),
    });
    await expect.poll(() => heading(page).textContent()).toBe('Verbunden');
    await page.getByText('Vor 12\u00a0s geprüft').or(page.getByText('Vor 13\u00a0s geprüft')).waitFor();
    await takePicture(page, 'status-connected-german');
    for (const row of ['edge unreachable', 'paused', 'not enrolled']) {
      await page.clock.setSystemTime(shownAt);
      await emit('state', rowState(row, 'de'));
      await takePicture(page, `status-${fileName(row)}-german`);
      await expectNoSidewaysScroll(page);
    }
    expect(console).toEqual([]);
  });

  test('the switch shows the wish at once, and the truth when the agent tells it', async () => {
    const { page, emit, calls } = await openWindowPage(browser, {
      at: shownAt,
      state: rowState('connected'),
      answers: { 'profile.set': () => rowState('the profile switched off by the person').status! },
    });
    await profile(page).click();
    expect(await profile(page).isChecked()).toBe(false);
    await expect.poll(() => caption(page)).toBe('Turning off…');
    expect(calls).toContainEqual({
      call: 'profile.set',
      params: { name: 'microsoft', enabled: false },
    });
    await emit('state', rowState('the profile switched off by the person'));
    await expect.poll(() => caption(page)).toBe('Off. Microsoft traffic leaves directly');
    expect(await profile(page).isChecked()).toBe(false);
  });

  test('a wish that does not come true: after three seconds the truth, with the reason', async () => {
    const { page } = await openWindowPage(browser, {
      at: shownAt,
      state: rowState('connected'),
      answers: { 'profile.set': () => rowState('connected').status! },
    });
    await profile(page).click();
    await expect.poll(() => caption(page)).toBe('Turning off…');
    await page.clock.fastForward(3_000);
    await expect.poll(() => caption(page)).toBe('Nothing changed within 3\u00a0s.');
    expect(await profile(page).isChecked()).toBe(true);
  });

  test('a refusal puts it back with its words', async () => {
    const { page, emit } = await openWindowPage(browser, {
      state: rowState('connected'),
      answers: { 'profile.set': () => ({ code: 'conflict', message: 'the profile is locked' }) },
    });
    await profile(page).click();
    await expect.poll(() => caption(page)).toBe('Not changed: the profile is locked');
    expect(await profile(page).isChecked()).toBe(true);
    await expect.poll(() => page.locator('#profile-caption').getAttribute('aria-live')).toBe('polite');
    // Somebody else turned it off: what was wished for is true, and the reason is none any more.
    await emit('state', rowState('off by the person'));
    await expect.poll(() => caption(page)).toBe('Off. Microsoft traffic leaves directly');
    expect(await page.locator('#profile-caption').getAttribute('aria-live')).toBe('off');
  });

  test('held while paused, disabled with the reason where nobody can change it', async () => {
    const { page, emit } = await openWindowPage(browser, { state: rowState('paused') });
    expect(await profile(page).getAttribute('class')).toBe('switch held');
    expect(await profile(page).isChecked()).toBe(true);
    await emit('state', rowState('off by the organisation'));
    await expect.poll(() => caption(page)).toBe('Your organisation turned it off');
    expect(await profile(page).isDisabled()).toBe(true);
    await emit('state', linkStates['agent not running']!);
    await expect.poll(() => caption(page)).toBe('Cannot be told without the service');
    expect(await profile(page).isDisabled()).toBe(true);
  });

  test('a pause: asked for, counted down, announced three times, ended', async () => {
    const pausedAt = at('09:41:00');
    const { page, emit, calls } = await openWindowPage(browser, {
      at: new Date(pausedAt + 18_000).toISOString(),
      state: rowState('connected'),
      answers: {
        pause: () => rowState('paused').status!,
        resume: () => rowState('connected').status!,
      },
    });
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await expect.poll(() => calls.find(({ call }) => call === 'pause')?.params).toEqual({ minutes: 10 });
    await emit('state', rowState('paused'));
    const time = page.getByRole('timer');
    await expect.poll(() => time.textContent()).toMatch(/^9:[34]\d$/);
    expect(await page.getByText('OpenGSA resumes by itself at 09:51').count()).toBe(1);
    const news = page.locator('.status-window > .visually-hidden');
    await expect.poll(() => news.textContent()).toBe('Paused. OpenGSA resumes by itself.');
    await page.clock.fastForward('08:45');
    await expect.poll(() => time.textContent()).toMatch(/^0:[345]\d$/);
    await expect.poll(() => news.textContent()).toBe('One minute left of the pause.');
    await page.getByRole('button', { name: 'Resume now' }).click();
    await expect.poll(() => calls.at(-1)?.call).toBe('resume');
    await emit('state', rowState('connected'));
    await expect.poll(() => news.textContent()).toBe('The pause has ended.');
  });

  test('an agent that is gone during a pause ends no pause', async () => {
    const { page, emit } = await openWindowPage(browser, { at: shownAt, state: rowState('paused') });
    const news = page.locator('.status-window > .visually-hidden');
    await expect.poll(() => news.textContent()).toBe('One minute left of the pause.');
    await emit('state', linkStates['agent not running']!);
    await expect.poll(() => heading(page).textContent()).toBe('Not running');
    expect(await news.textContent()).not.toContain('ended');
  });

  test('addresses are checked when somebody asks, and a failure says why', async () => {
    let answer = (): void => undefined;
    const { page } = await openWindowPage(browser, {
      state: rowState('connected'),
      answers: {
        'egress.refresh': () =>
          new Promise((resolve) => {
            answer = () => resolve({ code: 'timeout', message: 'no witness answered within 5 s' });
          }),
      },
    });
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('Checking…').waitFor();
    expect(await page.getByText('203.0.113.7').count()).toBeGreaterThan(0);
    answer();
    await expect.poll(() => page.locator('.fault').textContent()).toBe('no witness answered within 5 s');
  });

  test('each remedy does what its button says', async () => {
    const { page, emit, calls } = await openWindowPage(browser, {
      answers: {
        connect: () => rowState('connecting').status!,
        'egress.refresh': () => rowState('connected').status!,
        'profile.set': () => rowState('connected').status!,
      },
    });
    const asked = async (row: string, button: string): Promise<unknown> => {
      await emit('state', everyState[row]!);
      const before = calls.length;
      await page.getByRole('button', { name: button }).first().click();
      await expect.poll(() => calls.length).toBe(before + 1);
      return calls.at(-1);
    };
    expect(await asked('edge unreachable', 'Try now')).toEqual({ call: 'connect', params: {} });
    expect(await asked('captive portal', 'Open the page')).toEqual({
      call: 'link.open',
      params: { link: 'captive-portal' },
    });
    expect(await asked('two addresses in the Microsoft group', 'Show in Source address')).toEqual({
      call: 'window.open',
      params: { view: 'diagnostics', tab: 'source-address' },
    });
    expect(await asked('a channel is unreachable', 'Health check')).toEqual({
      call: 'window.open',
      params: { view: 'diagnostics', tab: 'health-check' },
    });
    expect(await asked('address not proven', 'Check now')).toEqual({ call: 'egress.refresh', params: {} });
    expect(await asked('off by the person', 'Turn on')).toEqual({ call: 'connect', params: {} });
    expect(await asked('edge unreachable', 'Show the rules')).toEqual({
      call: 'window.open',
      params: { view: 'diagnostics', tab: 'forwarding-profile' },
    });
  });

  test('loss interrupts a screen reader, everything else waits', async () => {
    const { page, emit } = await openWindowPage(browser, { state: rowState('connected') });
    await expect.poll(() => page.locator('.sentence').getAttribute('role')).toBe('status');
    await emit('state', rowState('edge unreachable'));
    await expect.poll(() => page.locator('.sentence').getAttribute('role')).toBe('alert');
    await emit('state', rowState('two addresses in the Microsoft group'));
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('SharePoint will see');
  });

  test('footer: details as text, diagnostics, settings; keys do the same', async () => {
    const { page, calls } = await openWindowPage(browser, { at: shownAt, state: rowState('connected') });
    await page.getByRole('button', { name: 'Copy details' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = calls.find(({ call }) => call === 'text.copy')?.params as { text: string };
    expect(copied.text).toContain('Own IPv4: 203.0.113.7 (confirmed)');
    await page.getByRole('button', { name: 'Diagnostics' }).click();
    await page.keyboard.press('Control+,');
    await page.keyboard.press('F1');
    await page.keyboard.press('Control+w');
    await page.keyboard.press('Escape');
    await expect
      .poll(() => calls.slice(-5))
      .toEqual([
        { call: 'window.open', params: { view: 'diagnostics', tab: null } },
        { call: 'window.open', params: { view: 'settings' } },
        { call: 'link.open', params: { link: 'documentation' } },
        { call: 'window.close', params: {} },
        { call: 'window.close', params: {} },
      ]);
  });

  test('what could not be copied is said', async () => {
    const message = 'the browser does not let the page copy';
    const { page } = await openWindowPage(browser, {
      state: rowState('connected'),
      answers: { 'text.copy': () => ({ code: 'access-denied', message }) },
    });
    await page.getByRole('button', { name: 'Copy details' }).click();
    await expect.poll(() => page.getByRole('alert').textContent()).toBe(message);
  });

  test('latencies draw a line; long names stay within the window', async () => {
    const { page, emit } = await openWindowPage(browser, { at: shownAt, state: rowState('connected') });
    const long = 'edge-with-a-very-long-name.branch-office.department.contoso.test';
    const { link, status } = rowState('connected');
    for (let i = 0; i < 20; i += 1) {
      const channels = [
        channel({ latencyMs: 18 + ((i * 7) % 9), edge: long }),
        channel({
          name: 'Everything else that is allowed',
          state: 'unreachable',
          latencyMs: null,
          edge: long,
        }),
      ];
      const told = new Date(Date.parse(shownAt) + i * 1_000).toISOString();
      await emit('state', { link, status: { ...status!, at: told, channels } });
    }
    expect((await page.locator('.sparkline polyline').getAttribute('points'))?.split(' ')).toHaveLength(20);
    await expectNoSidewaysScroll(page);
    await takePicture(page, 'status-long-names-light', true);
  });
});
