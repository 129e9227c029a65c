// The desktop program as it is shipped, with a real edge and agent: tray, windows, notifications, and what pages may do.
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectToAgent, type ManagementClient } from '../../agent/management/client.ts';
import { readBundleFile } from '../support/bundle-file.ts';
import { type Contoso, startContoso } from '../support/contoso.ts';
import { type DoubleDriver, doubleObstacle, launchDouble } from '../support/double-driver.ts';
import { agentMain, createProgramGroup, pinnedNode, type ProgramGroup } from '../support/processes.ts';

const main = join(import.meta.dirname, '../../dist/main/index.js');
const obstacle = doubleObstacle();
const patience = { timeout: 10_000, interval: 20 };
/** For an agent that starts and connects. */
const slowly = { timeout: 30_000, interval: 100 };

describe.skipIf(obstacle !== null)(`the desktop program ${obstacle ?? ''}`, () => {
  let group: ProgramGroup;
  let contoso: Contoso;
  let app: DoubleDriver;
  let page: Page;
  let agent: ManagementClient | null = null;
  /** When the agent last told of a status, in ms since 1970. */
  let toldAt = 0;

  beforeAll(async () => {
    group = createProgramGroup();
    contoso = await startContoso({ group });
    app = await launchDouble(
      group,
      {
        main,
        args: ['--background'],
        env: {
          OPENGSA_SOCKET: join(group.folder, 'agent.sock'),
          OPENGSA_STATE_DIR: join(group.folder, 'agent-state'),
        },
      },
      { packaged: true },
    );
    agent = await connectToAgent({
      socketPath: join(group.folder, 'agent.sock'),
      program: 'test',
      status: () => {
        toldAt = Date.now();
      },
    });
    await agent.call('status.subscribe', {});
  });
  afterAll(async () => {
    agent?.close();
    await group.end();
  });

  const itemOf = async (id: string) => (await app.tray.state()).menu.find((item) => item.id === id);
  const icon = async () => (await app.tray.state()).icon?.split('/').at(-1);

  test('in the background it starts with a tray icon that says how things are, and no window in sight', async () => {
    await vi.waitFor(async () => expect(await itemOf('pause')).toMatchObject({ enabled: true }), patience);
    expect(await app.windows()).toMatchObject([{ visible: false, focused: false }]);
    expect((await app.tray.state()).tooltip).toBe('Connected. 1 service will see your own address');
    expect(await itemOf('state')).toMatchObject({
      label: expect.stringMatching(/^Connected through /) as string,
    });
    await vi.waitFor(async () => expect(await icon()).toBe('on-light-22.png'), patience);
    expect((await app.tray.state()).menu.map(({ id, label }) => id ?? label)).toEqual([
      ...['state', 'microsoft-profile', 'pause', ''],
      ...['status', 'diagnostics', 'collect-logs', ''],
      ...['settings', 'about', 'quit'],
    ]);
    expect(await itemOf('microsoft-profile')).toMatchObject({
      type: 'checkbox',
      checked: true,
      enabled: true,
    });
    expect(await itemOf('quit')).toMatchObject({ label: 'Quit window (routing keeps running)' });
  });

  test('a click on the icon opens the status window with the state in it', async () => {
    // The page is there before the click, so the way to it costs nothing that a person would wait for.
    page = await app.window('view=status');
    const before = performance.now();
    await app.tray.click();
    await vi.waitFor(async () => expect(await app.windows()).toMatchObject([{ visible: true }]), patience);
    await page.getByRole('heading', { level: 1 }).waitFor();
    report('window ready after', performance.now() - before);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe((await contoso.status()).title);
    await vi.waitFor(
      async () =>
        expect(await app.windows()).toMatchObject([
          { url: 'app://bundle/index.html?view=status', visible: true, bounds: { width: 420, height: 600 } },
        ]),
      patience,
    );
    expect((await app.record()).console).toEqual([]);
  });

  test('every security preference is as it must be, and nothing is granted', async () => {
    const [window] = await app.control('windows');
    expect(window?.webPreferences).toEqual({
      preload: join(import.meta.dirname, '../../dist/preload/index.cjs'),
      additionalArguments: [expect.stringMatching(/^--opengsa-window=\{"shell":\{"kind":"desktop"/)],
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
    });
    expect((await app.record()).sandboxed).toBe(true);
    for (const permission of ['geolocation', 'media', 'notifications', 'clipboard-read', 'openExternal']) {
      expect(await app.control('askPermission', permission)).toEqual({ requested: false, checked: false });
    }
  });

  test('the page has a bridge of names and nothing of Electron or Node', async () => {
    expect(
      await page.evaluate(
        '[Object.keys(opengsa).sort(), typeof require, typeof process, Object.isFrozen(opengsa)]',
      ),
    ).toEqual([['call', 'on', 'shell'], 'undefined', 'undefined', true]);
    expect(await page.evaluate('opengsa.shell')).toEqual({
      kind: 'desktop',
      version: '0.1.0',
      systemLanguage: 'en',
    });
    await expect(page.evaluate("opengsa.call('status.get', {})")).rejects.toThrow(
      'is nothing that windows are given',
    );
    await expect(page.evaluate("opengsa.on('quit', () => 1)")).rejects.toThrow(
      'is nothing that windows are given',
    );
    expect(await page.evaluate("opengsa.call('pause', { minutes: 0 })")).toMatchObject({
      ok: false,
      fault: { code: 'bad-message', message: expect.stringContaining('minutes') as string },
    });
  });

  test('a page goes nowhere: no network, no other address, no new window, no file outside of the page', async () => {
    const tried = (url: string) =>
      page.evaluate(`fetch(${JSON.stringify(url)}).then(({ status }) => status, () => 'refused')`);
    expect(await tried('https://example.org/')).toBe('refused');
    expect(await tried('http://127.0.0.1:8088/')).toBe('refused');
    await page.evaluate("void window.open('https://example.org/')");
    await page.evaluate("void (location.href = 'https://example.org/')");
    await page.evaluate("void (location.href = 'app://evil/')").catch(() => undefined);
    await vi.waitFor(
      async () => expect((await app.record()).blocked).toContain('https://example.org/'),
      patience,
    );
    expect(await app.windows()).toMatchObject([{ url: 'app://bundle/index.html?view=status' }]);
    expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
  });

  test('the profile is switched in the tray, and what the agent says is what the menu shows', async () => {
    await app.menu.click('microsoft-profile');
    await vi.waitFor(
      async () => expect(await itemOf('microsoft-profile')).toMatchObject({ checked: false }),
      patience,
    );
    expect((await contoso.status()).profiles.find(({ name }) => name === 'microsoft')).toMatchObject({
      enabled: false,
    });
    await agent?.call('profile.set', { name: 'microsoft', enabled: true });
    await vi.waitFor(
      async () => expect(await itemOf('microsoft-profile')).toMatchObject({ checked: true }),
      patience,
    );
  });

  test('a change is on the screen at once, and the tray follows', async () => {
    await page.evaluate(`void new MutationObserver(() => { globalThis.changedAt = Date.now(); })
      .observe(document.querySelector('h1'), { subtree: true, childList: true, characterData: true })`);
    await app.menu.click('pause');
    await page.getByRole('heading', { name: 'Paused' }).waitFor();
    report(
      'on the screen after the agent told',
      Number(await page.evaluate('globalThis.changedAt')) - toldAt,
    );
    await vi.waitFor(async () => {
      expect(await itemOf('resume')).toMatchObject({ label: 'Resume now', enabled: true });
      expect(await itemOf('state')).toMatchObject({
        label: expect.stringMatching(/^Paused until \d\d:\d\d$/) as string,
      });
      expect(await icon()).toBe('off-light-22.png');
    }, patience);
    await app.menu.click('resume');
    await vi.waitFor(async () => expect(await itemOf('pause')).toMatchObject({ enabled: true }), patience);
  });

  test('settings hold for windows, tray and the next start', async () => {
    await page.evaluate(
      "opengsa.call('settings.set', { language: 'de', theme: 'dark', startAtLogin: false })",
    );
    await vi.waitFor(
      async () => expect(await itemOf('settings')).toMatchObject({ label: 'Einstellungen…' }),
      patience,
    );
    await page.getByRole('heading', { name: 'Verbunden' }).waitFor();
    expect(await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")).toBe(true);
    expect(() => statSync(join(group.folder, 'config/autostart/opengsa.desktop'))).toThrow('ENOENT');
    await page.evaluate(
      "opengsa.call('settings.set', { language: 'system', theme: 'system', startAtLogin: true })",
    );
    await vi.waitFor(
      async () => expect(await itemOf('settings')).toMatchObject({ label: 'Settings…' }),
      patience,
    );
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(statSync(join(group.folder, 'config/autostart/opengsa.desktop')).isFile()).toBe(true);
  });

  test('a window that follows flows is told of a sign-in', async () => {
    await page.evaluate("globalThis.told = []; void opengsa.on('flows', (flows) => told.push(...flows))");
    await page.evaluate("opengsa.call('flows.follow', { on: true })");
    await contoso.signIn();
    const hosts = () => page.evaluate<string>('JSON.stringify(told)');
    await vi.waitFor(async () => expect(await hosts()).toContain('login.contoso.test'), patience);
    expect(await page.evaluate("opengsa.call('flows.follow', { on: false })")).toMatchObject({ ok: true });
  });

  test('a file is written where the person says, for nobody else to read; text goes to the clipboard', async () => {
    const file = join(group.folder, 'flows.csv');
    writeFileSync(file, 'older', { mode: 0o644 });
    await app.dialogs.reply({ kind: 'save', file });
    const save = "opengsa.call('file.save', { name: 'flows.csv', mediaType: 'text/csv', text: 'a,b' })";
    expect(await page.evaluate(save)).toMatchObject({ ok: true, result: { kind: 'saved', path: file } });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await page.evaluate("opengsa.call('text.copy', { text: 'edge-1' })");
    const { clipboard, dialogs } = await app.record();
    expect(clipboard).toBe('edge-1');
    expect(dialogs).toMatchObject([
      { kind: 'save', options: { defaultPath: join(group.folder, 'Downloads/flows.csv') } },
    ]);
  });

  test('a log bundle takes the place of the file that the person chose, and is shown in its folder', async () => {
    expect(await page.evaluate("opengsa.call('bundle.show', {})")).toMatchObject({
      fault: { code: 'not-found' },
    });
    const file = join(group.folder, 'logs.json.gz');
    writeFileSync(file, 'older', { mode: 0o644 });
    await app.dialogs.reply({ kind: 'save', file });
    const save = "opengsa.call('bundle.save', { redact: true, parts: ['status', 'machine'] })";
    expect(await page.evaluate(save)).toMatchObject({ ok: true, result: { kind: 'saved', path: file } });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readBundleFile(file)).toMatchObject({
      redacted: true,
      status: { connection: { kind: 'connected' } },
    });
    expect(await page.evaluate("opengsa.call('bundle.show', {})")).toMatchObject({ ok: true });
    const { dialogs, shownFiles } = await app.record();
    expect(shownFiles).toEqual([file]);
    const defaultPath = expect.stringMatching(/\/Downloads\/opengsa-logs-[\d-]+\.json\.gz$/) as string;
    expect(dialogs.at(-1)).toMatchObject({ kind: 'save', options: { defaultPath } });
  });

  test('links are opened by name, over https', async () => {
    await page.evaluate("opengsa.call('link.open', { link: 'documentation' })");
    expect(await app.openedLinks()).toEqual([expect.stringMatching(/^https:\/\//)]);
    expect(await page.evaluate("opengsa.call('link.open', { link: 'captive-portal' })")).toMatchObject({
      fault: { code: 'not-found' },
    });
  });

  test('the window is closed to the tray, and a second start of the program shows it', async () => {
    await app.closeWindow('view=status');
    expect(await app.windows()).toMatchObject([{ visible: false }]);
    expect(await app.secondInstance([])).toBe(0);
    await vi.waitFor(async () => expect(await app.windows()).toMatchObject([{ visible: true }]), patience);
  });

  test('a click on the icon closes the window that is in front, and opens it again', async () => {
    await app.tray.click();
    expect(await app.windows()).toMatchObject([{ visible: false }]);
    await app.tray.click();
    expect(await app.windows()).toMatchObject([{ visible: true, focused: true }]);
  });

  test('a crashed page is opened again', async () => {
    await app.crashRenderer('view=status');
    await vi.waitFor(() => expect(app.program.stderr()).toContain('status ended: crashed'), patience);
    page = await app.window('view=status');
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await app.windows()).toHaveLength(1);
  });

  test('a page that crashes again soon is left closed, until the person opens it', async () => {
    const crashes = () => app.program.stderr().split('status ended: crashed').length - 1;
    await app.crashRenderer('view=status');
    await vi.waitFor(() => expect(crashes()).toBe(2), patience);
    await vi.waitFor(async () => expect(await app.windows()).toEqual([]), patience);
    // The program goes on: its icon opens the window, and the window shows the truth.
    await app.tray.click();
    page = await app.window('view=status');
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(await app.windows()).toMatchObject([{ visible: true }]);
  });

  test('other windows are opened from the tray, each once', async () => {
    await app.menu.click('collect-logs');
    const diagnostics = await app.window('view=diagnostics');
    await diagnostics.getByRole('tab', { name: 'Advanced log collection', selected: true }).waitFor();
    await page.evaluate("opengsa.call('window.open', { view: 'diagnostics', tab: 'traffic' })");
    await diagnostics.getByRole('tab', { name: 'Traffic', selected: true }).waitFor();
    expect(await app.windows()).toHaveLength(2);
    await diagnostics.evaluate("void opengsa.call('window.close', {})");
    await vi.waitFor(async () => expect(await app.windows()).toHaveLength(1), patience);
  });

  test('the menu says which version this is', async () => {
    await app.dialogs.reply({ kind: 'message', button: 0 });
    await app.menu.click('about');
    await vi.waitFor(
      async () =>
        expect((await app.record()).dialogs.at(-1)).toMatchObject({
          kind: 'message',
          options: { message: 'OpenGSA 0.1.0' },
        }),
      patience,
    );
  });

  test('the agent ends: error icon and tooltip, one notification, and no older state on the screen', async () => {
    await app.closeWindow('view=status');
    contoso.programs.agent.signal('SIGKILL');
    await vi.waitFor(async () => {
      expect(await icon()).toBe('error-light-22.png');
      expect((await app.tray.state()).tooltip).toBe('Not running');
    }, patience);
    expect(await itemOf('microsoft-profile')).toMatchObject({
      label: 'Microsoft traffic profile (not running)',
      enabled: false,
    });
    await vi.waitFor(
      async () =>
        expect(await app.notifications.list()).toMatchObject([
          { title: 'Not running', body: expect.stringContaining('does not answer') as string },
        ]),
      patience,
    );
    await app.notifications.click(0);
    await page.getByRole('heading', { name: 'Not running' }).waitFor();
    expect(await app.notifications.list()).toHaveLength(1);
  });

  test('a notification that cannot be shown is a line on standard error; tray and windows say the same', async () => {
    await app.failNotifications('not signed');
    await app.closeWindow('view=status');
    const words = ['agent', '--config', 'agent.yaml', '--state-dir', 'agent-state', '--socket', 'agent.sock'];
    await group.start(pinnedNode, [agentMain, ...words]).line(/^Ready/);
    await vi.waitFor(async () => expect(await icon()).toBe('on-light-22.png'), slowly);
    await vi.waitFor(
      () => expect(app.program.stderr()).toContain('No notification is shown: not signed'),
      slowly,
    );
    expect(await app.notifications.list()).toHaveLength(1);
    await app.failNotifications(null);
    await app.tray.click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
  });

  test('it quits in order', async () => {
    // The windows are closed for good once the program ends.
    expect(await app.quit()).toBe(0);
    expect(app.program.stderr()).not.toContain('Electron test double');
  });
});

/** A figure for whoever reads the output. */
function report(what: string, ms: number): void {
  process.stdout.write(`desktop app: ${what} ${Math.round(ms)} ms\n`);
}
