// Drives the app under the test double of Electron: the shipped bundle in a process of its own, real Chromium pages.
import { join } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import type {
  ControlCommands,
  ControlReply,
  ControlRequest,
  WindowState,
} from '../electron-double/control-protocol.ts';
import type { DesktopRecord } from '../electron-double/record.ts';
import { type DoubleSettingsInput, settingsVariable } from '../electron-double/settings.ts';
import type { AppDriver, LaunchOptions } from './app-driver.ts';
import { appears } from './appears.ts';
import { debianPrograms, installedProgram } from './debian-programs.ts';
import { type Program, type ProgramGroup, pinnedNode } from './processes.ts';

const register = join(import.meta.dirname, '../electron-double/register.ts');
export type DoubleDriver = AppDriver & {
  readonly program: Program;
  /** All that the program asked of the desktop. */
  readonly record: () => Promise<DesktopRecord>;
  /** From here on no notification is shown, as from an unsigned program on macOS; null restores. */
  readonly failNotifications: (why: string | null) => Promise<void>;
  /** Any command of the double's. */
  readonly control: Control;
};

/** Why the app cannot be run under the double here, or null. */
export function doubleObstacle(): string | null {
  return installedProgram('chromium') === null ? `no ${debianPrograms.chromium.path}` : null;
}

/** Starts the app and waits until it is ready. It ends with `group`. */
export async function launchDouble(
  group: ProgramGroup,
  { main, args = [], env = {} }: LaunchOptions,
  settings: Omit<DoubleSettingsInput, 'chromium'> = {},
): Promise<DoubleDriver> {
  const environment = {
    ...env,
    [settingsVariable]: JSON.stringify({ ...settings, chromium: debianPrograms.chromium.path }),
  };
  const command = ['--disable-warning=ExperimentalWarning', '--import', register, main];
  const { program, control } = startControlled(group, [...command, ...args], environment);
  const pageOf = createPageFinder(await control('endpoint'));
  const find = (name: string): Promise<WindowState> =>
    appears(`a window ${name}`, async () =>
      (await control('windows')).find(({ url, title }) => url.includes(name) || title.includes(name)),
    );
  return {
    program,
    control,
    record: () => control('record'),
    failNotifications: (why) => control('failNotifications', why),
    tray: {
      state: () => appears('a tray icon', async () => (await control('trays'))[0]),
      click: () => control('clickTray'),
    },
    menu: { click: (id) => control('clickTrayItem', id), application: () => control('applicationMenu') },
    async window(name) {
      const { targetId } = await find(name);
      const page = await appears(`the page of ${name}`, () => pageOf(targetId));
      await page.waitForLoadState();
      return page;
    },
    windows: () => control('windows'),
    closeWindow: async (name) => control('closeWindow', (await find(name)).id),
    notifications: {
      list: () => control('notifications'),
      click: (index) => control('clickNotification', index),
    },
    openedLinks: async () => (await control('record')).openedLinks,
    dialogs: { reply: (answer) => control('answerDialog', answer) },
    theme: (dark) => control('setSystemTheme', dark),
    async secondInstance(argv) {
      const { code } = await group.run(pinnedNode, [...command, ...argv], { env: environment });
      return code;
    },
    crashRenderer: async (name) => control('crashRenderer', (await find(name)).id),
    raise: (source, event, ...rest) => control('raise', source, event, ...rest),
    async quit() {
      // The answer to the command is lost where the program ends at once.
      await Promise.race([control('quit'), program.ended]);
      return (await program.ended).code;
    },
  };
}

export type Control = <Name extends keyof ControlCommands>(
  command: Name,
  ...args: Parameters<ControlCommands[Name]>
) => Promise<ReturnType<ControlCommands[Name]>>;

function startControlled(
  group: ProgramGroup,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): { program: Program; control: Control } {
  const waiting = new Map<number, (reply: ControlReply) => void>();
  let last = 0;
  const program = group.start(pinnedNode, command, {
    env,
    onMessage(message) {
      const reply = message as ControlReply;
      waiting.get(reply.id)?.(reply);
      waiting.delete(reply.id);
    },
  });
  const control = async (name: keyof ControlCommands, ...args: readonly unknown[]): Promise<unknown> => {
    last += 1;
    const request: ControlRequest = { id: last, command: name, args };
    const replied = new Promise<ControlReply>((resolve) => waiting.set(request.id, resolve));
    program.send(request);
    const ended = program.ended.then(({ stdout, stderr }): ControlReply => {
      return { id: request.id, error: `the app has ended\n${stdout}\n${stderr}` };
    });
    const { error, value } = await Promise.race([replied, ended]);
    if (error !== undefined) throw new Error(`${name}: ${error}`);
    return value;
  };
  return { program, control: control as Control };
}

/** Pages by what Chromium calls them, each asked once. */
function createPageFinder(endpoint: string): (targetId: string) => Promise<Page | undefined> {
  const names = new Map<Page, string>();
  let browser: Browser | null = null;
  const connect = async (): Promise<Browser> => {
    names.clear();
    return chromium.connectOverCDP(endpoint, { noDefaults: true });
  };
  /** Playwright gives up a crashed page for good, even where the program loads it again: it has to look anew. */
  const forget = (): void => {
    void browser?.close();
    browser = null;
  };
  return async (targetId) => {
    browser ??= await connect();
    for (const page of browser.contexts().flatMap((context) => context.pages())) {
      if (names.has(page)) continue;
      page.once('crash', forget);
      const session = await page.context().newCDPSession(page);
      names.set(page, (await session.send('Target.getTargetInfo')).targetInfo.targetId);
      await session.detach();
    }
    return [...names].find(([, name]) => name === targetId)?.[0];
  };
}
