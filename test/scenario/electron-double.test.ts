// The test double of Electron: what it gives a real app in a real Chromium, and what it refuses.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type DoubleDriver, doubleObstacle, launchDouble } from '../support/double-driver.ts';
import { patience } from '../support/patience.ts';
import { type ProgramGroup, createProgramGroup } from '../support/processes.ts';

const main = join(import.meta.dirname, '../support/tiny-app/main.ts');
const obstacle = doubleObstacle();
/** A picture of one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe.skipIf(obstacle !== null)(`an app under the double ${obstacle ?? ''}`, () => {
  let group: ProgramGroup;
  let app: DoubleDriver;
  let page: Page;

  beforeAll(async () => {
    group = createProgramGroup();
    const icons = join(group.folder, 'icons');
    mkdirSync(icons);
    for (const name of ['on', 'off']) writeFileSync(join(icons, `${name}.png`), png);
    app = await launchDouble(group, { main, args: [icons] }, { languages: ['de-DE', 'en-US'] });
  });
  afterAll(() => group.end());

  const tiny = <T>(expression: string): Promise<T> => page.evaluate<T>(`tiny.${expression}`);
  const deed = <T>(name: string): Promise<T> => tiny<T>(`do('${name}')`);
  /** Asked anew each time: the page's policy lets nothing in it evaluate text by itself. */
  const becomesTrue = (expression: string): Promise<void> =>
    vi.waitFor(async () => expect(await page.evaluate(expression)).toBe(true), patience);
  const log = (): Promise<string[]> => tiny<string[]>('log()');

  test('starts with a tray icon and no window, in the sandbox, and grants no permission', async () => {
    expect(await app.tray.state()).toMatchObject({
      icon: join(group.folder, 'icons/off.png'),
      tooltip: 'Off',
    });
    expect(await app.windows()).toEqual([]);
    expect((await app.record()).sandboxed).toBe(true);
    expect(await app.control('askPermission', 'geolocation')).toEqual({ requested: false, checked: false });
  });

  test('a click on the icon opens a window whose page the app’s own protocol serves', async () => {
    await app.tray.click();
    page = await app.window('status');
    expect(await page.getByRole('heading').innerText()).toBe('Tiny');
    expect(await page.evaluate('[innerWidth, innerHeight, isSecureContext]')).toEqual([420, 600, true]);
    await vi.waitFor(
      async () =>
        expect(await app.control('windows')).toMatchObject([
          {
            url: 'app://bundle/index.html#status',
            title: 'Tiny',
            visible: true,
            focused: true,
            webPreferences: { sandbox: true },
          },
        ]),
      patience,
    );
  });

  test('the page sees nothing of the preload script but what that exposes, frozen', async () => {
    const seen = await page.evaluate(
      '[typeof preloadSecret, typeof require, typeof process, typeof electronDoublePost, Object.isFrozen(tiny), Object.isFrozen(tiny.nested)]',
    );
    expect(seen).toEqual(['undefined', 'undefined', 'undefined', 'undefined', true, true]);
    expect(await page.evaluate('(tiny.turn = 1, tiny = 2, typeof tiny.turn)').catch(String)).toMatch(
      /function|read.only/,
    );
  });

  test('values, functions, promises and errors cross the worlds as copies', async () => {
    expect(await page.evaluate("[tiny.nested.when.getTime(), tiny.nested.names.get('a').has(1)]")).toEqual([
      86_400_000,
      true,
    ]);
    expect(await tiny('call((n) => n * 2)')).toBe(41);
    await expect(tiny('callThrows()')).rejects.toThrow('RangeError: out of range');
    const value =
      "{ a: undefined, d: new Date(5), big: 7n, list: [NaN], bytes: new Uint8Array([1, 2]), $: 'x' }";
    expect(
      await page.evaluate(
        `tiny.echo(${value}).then((v) => ['a' in v, v.d.getTime(), v.big === 7n, Number.isNaN(v.list[0]), [...v.bytes], v.$])`,
      ),
    ).toEqual([true, 5, true, true, [1, 2], 'x']);
  });

  test('errors have Electron’s words', async () => {
    expect(await tiny('refusals')).toEqual({
      functionInMessage: 'Error: An object could not be cloned.',
      unknownMember: 'Error: Electron test double: ipcRenderer.sendSync is not implemented',
      nodeModule: 'Error: module not found: node:fs',
      secondExposure: 'Error: Cannot bind an API on top of an existing property on the window object',
    });
    await expect(tiny("invoke('fail')")).rejects.toThrow(
      "Error invoking remote method 'fail': TypeError: boom",
    );
    await expect(tiny("invoke('nobody')")).rejects.toThrow(
      "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'",
    );
    await expect(tiny("invoke('uncloneable')")).rejects.toThrow('An object could not be cloned.');
    expect(await deed('secondHandler')).toBe("Error: Attempted to register a second handler for 'echo'");
    expect(await deed('lateSandbox')).toContain('can only be called before app is ready');
  });

  test('the Content-Security-Policy of the app’s answer holds', async () => {
    expect(await page.evaluate('typeof inline')).toBe('undefined');
    expect(await page.evaluate("fetch('page.js').then(() => 'read', String)")).toContain('Failed to fetch');
    await vi.waitFor(async () => {
      const said = (await app.record()).console.join('\n');
      expect(said).toContain('Executing inline script violates');
      expect(said).toContain(
        'violates the following Content Security Policy directive: "connect-src \'none\'"',
      );
    }, patience);
  });

  test('page, tray icon and its menu follow one another', async () => {
    await page.getByRole('button', { name: 'Turn on' }).click();
    await vi.waitFor(async () => expect((await app.tray.state()).tooltip).toBe('On'), patience);
    const { icon, menu } = await app.tray.state();
    expect(icon).toContain('on.png');
    expect(menu[0]).toMatchObject({ id: 'profile', type: 'checkbox', checked: true });
    await page.getByText('on since 1970-01-01T00:00:00.000Z').waitFor();
    await app.menu.click('profile');
    await page.getByText('off since').waitFor();
    await expect(app.menu.click('policy')).rejects.toThrow('cannot be clicked');
    expect(await tiny('turn(false)')).toEqual({
      main: true,
      url: 'app://bundle/index.html#status',
      origin: 'app://bundle',
    });
  });

  test('a listener that has been taken back hears nothing more', async () => {
    await page.evaluate(
      'globalThis.heard = 0; globalThis.stop = tiny.onState(() => (heard += 1)); tiny.turn(false)',
    );
    await becomesTrue('heard === 1');
    await page.evaluate('stop(); tiny.turn(false)');
    expect(await page.evaluate('tiny.echo(1).then(() => heard)')).toBe(1);
  });

  test('a page goes nowhere, opens nothing and hands out allowed links only', async () => {
    await page.evaluate("document.querySelector('#away').click()");
    await page.evaluate("location.href = 'app://evil/'").catch(String);
    await page.getByText('Documentation').click();
    await page.evaluate("window.open('https://evil.contoso.test/popup')");
    await vi.waitFor(
      async () =>
        expect(await log()).toEqual(
          expect.arrayContaining([
            'will-navigate https://evil.contoso.test/',
            'window-open https://docs.contoso.test/',
            'window-open https://evil.contoso.test/popup',
          ]),
        ),
      patience,
    );
    expect(await app.openedLinks()).toEqual(['https://docs.contoso.test/']);
    expect(page.url()).toContain('bundle.app');
    expect(await app.windows()).toHaveLength(1);
    const { id } = (await app.windows())[0]!;
    const webview = await app.control('raise', { webContents: id }, 'will-attach-webview', {}, {});
    expect(webview).toEqual({ prevented: true });
  });

  test('the program’s own loads pass its filter of requests, and no redirection that it prevents', async () => {
    const deeds = `Promise.all(['away', 'outside'].map((name) => tiny.do(name)))`;
    expect(await page.evaluate(deeds)).toEqual([
      "Error: ERR_ABORTED (-3) loading 'app://bundle/away'",
      "Error: ERR_BLOCKED_BY_CLIENT (-20) loading 'https://outside.contoso.test/'",
    ]);
  });

  test('refuses insecure windows, and by name what it does not have', async () => {
    for (const [name, preference] of [
      ['nodeIntegration', 'nodeIntegration: true'],
      ['noIsolation', 'contextIsolation: false'],
      ['noSandbox', 'sandbox: false'],
      ['noWebSecurity', 'webSecurity: false'],
      ['webview', 'webviewTag: true'],
    ] as const) {
      expect(await deed(name)).toBe(`Error: Electron test double: it refuses webPreferences.${preference}`);
    }
    for (const [name, member] of [
      ['appMember', 'app.getAppMetrics'],
      ['windowMember', 'BrowserWindow.getMediaSourceId'],
      ['staticMember', 'Menu.sendActionToFirstResponder'],
      ['unknownEvent', "app.on('gpu-info-update')"],
    ] as const) {
      expect(await deed(name)).toBe(`Error: Electron test double: ${member} is not implemented`);
    }
    expect(await app.windows()).toHaveLength(1);
  });

  test('light and dark reach the page, without a finding of axe in either', async () => {
    const dark = (): Promise<boolean> => page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches");
    expect(await dark()).toBe(false);
    await app.theme(true);
    await becomesTrue("matchMedia('(prefers-color-scheme: dark)').matches");
    expect((await new AxeBuilder({ page }).setLegacyMode(true).analyze()).violations).toEqual([]);
    await app.theme(false);
    await becomesTrue("!matchMedia('(prefers-color-scheme: dark)').matches");
    expect(await deed('dark')).toEqual([true, false]);
    await becomesTrue("matchMedia('(prefers-color-scheme: dark)').matches");
    await deed('system');
    expect((await log()).filter((line) => line.startsWith('theme'))).toEqual([
      'theme dark',
      'theme light',
      'theme dark',
      'theme light',
    ]);
  });

  test('windows have a size and a form', async () => {
    expect(await deed('resize')).toMatchObject({ width: 300, height: 500 });
    await becomesTrue('innerWidth === 300 && innerHeight === 500');
    expect(await deed('forms')).toEqual([1920, 300]);
    expect((await log()).slice(-7)).toEqual([
      'resize 300x500',
      'minimize',
      'restore',
      'maximize',
      'resize 1920x1040',
      'unmaximize',
      'resize 300x500',
    ]);
  });

  test('notifications, dialogs, clipboard, login item and preferences', async () => {
    await deed('notify');
    expect(await app.notifications.list()).toMatchObject([{ title: 'Lost', body: 'Protection is off' }]);
    await app.notifications.click(0);
    await app.failNotifications('not signed');
    await deed('notify');
    expect((await log()).slice(-2)).toEqual(['notification click', 'notification failed not signed']);

    const saved = deed<string>('save');
    await app.dialogs.reply({ kind: 'save', file: '/tmp/chosen.zip' });
    expect(await saved).toBe('/tmp/chosen.zip');
    await app.dialogs.reply({ kind: 'message', button: 1 });
    expect(await deed('ask')).toBe(1);

    await deed('copy');
    await deed('shortcuts');
    expect(await deed('atLogin')).toBe(true);
    expect(await app.record()).toMatchObject({
      clipboard: 'details',
      loginItem: { openAtLogin: true, args: ['--background'] },
      dialogs: [{ kind: 'save', options: { defaultPath: '/home/person/log.zip' } }, { kind: 'message' }],
    });
    expect((await app.menu.application())[0]?.submenu).toMatchObject([{ role: 'copy' }, { role: 'paste' }]);
    expect(await deed('facts')).toEqual({
      packaged: false,
      languages: ['de-DE', 'en-US'],
      area: { width: 1920, height: 1040 },
      electron: '45.4.1',
    });
    expect(await deed('store')).toContain('Config schema violation: `width` must be number');
  });

  test('the operating system’s events arrive', async () => {
    await app.raise('powerMonitor', 'resume');
    await app.raise('app', 'activate');
    expect((await log()).slice(-2)).toEqual(['resume', 'activate']);
  });

  test('a second start ends, and the first hears what it was started with', async () => {
    expect(await app.secondInstance(['--diagnostics'])).toBe(3);
    await vi.waitFor(
      async () => expect((await log()).at(-1)).toBe('second-instance --diagnostics'),
      patience,
    );
  });

  test('a page that reloads speaks again; two windows do not hear one another', async () => {
    await page.reload();
    expect(await tiny('echo(3)')).toBe(3);
    await deed('second');
    const second = await app.window('second');
    await second.evaluate("tiny.note('from the second')");
    await vi.waitFor(async () => expect((await log()).at(-1)).toBe('note from the second'), patience);
    await app.closeWindow('second');
    await vi.waitFor(async () => expect(await app.windows()).toHaveLength(1), patience);
  });

  test('what a page still says while its window closes is not heard', async () => {
    await deed('second');
    const second = await app.window('second');
    await second.evaluate("setInterval(() => { for (let n = 0; n < 50; n += 1) tiny.note('late'); })");
    await vi.waitFor(async () => expect((await log()).at(-1)).toBe('note late'), patience);
    await app.closeWindow('second');
    expect(await app.windows()).toHaveLength(1);
    expect(await tiny('echo(4)')).toBe(4);
  });

  test('a renderer that crashes is told of and can be loaded again', async () => {
    const crashed = page.waitForEvent('crash');
    await app.crashRenderer('status');
    await crashed;
    page = await app.window('status');
    expect(await log()).toContain('render-process-gone crashed app://bundle/index.html#status');
  });

  test('closing hides the window; quitting asks, closes and tells, in this order', async () => {
    await app.closeWindow('status');
    expect(await app.windows()).toMatchObject([{ visible: false }]);
    const before = (await app.record()).lifecycle.slice(-1);
    expect(before).toEqual(['window 1 close prevented']);
    expect(await app.quit()).toBe(0);
    expect(app.program.stdout()).toBe('will-quit\nquit\n');
    expect(app.program.stderr()).toBe('');
  });
});
