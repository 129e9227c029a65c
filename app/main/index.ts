// The desktop program: it only composes.
import { join } from 'node:path';
import { app, nativeTheme, session } from 'electron';
import { systemClock } from '../../agent/clock.ts';
import { agentSocketPath, stateDirectory } from '../../agent/paths.ts';
import { callFault, createWindowDesk } from '../../agent/window-desk.ts';
import { chooseLanguage, type Language } from '../../protocol/language.ts';
import { windowCalls, windowEvents, type WindowCall, type WindowEvent } from '../../protocol/window.ts';
import { backgroundArgument } from '../shared/autostart-entry.ts';
import { timeOfDay } from '../shared/time-of-day.ts';
import { trayModel } from '../shared/tray-model.ts';
import { factsArgument } from '../shared/window-facts.ts';
import { renewAutostart, setAutostart, startsInBackground } from './autostart.ts';
import { registerPageScheme, servePage } from './bundle-protocol.ts';
import { showFault } from './fault-box.ts';
import { createFlowFollowers } from './flow-followers.ts';
import { serveCalls } from './ipc.ts';
import { createMenus } from './menus.ts';
import { createNotifications } from './notifications.ts';
import { places } from './places.ts';
import { openPreferences } from './preferences.ts';
import { lockPages, lockSession } from './security.ts';
import { shellCallHandlers } from './shell-calls.ts';
import { createTrayIcon } from './tray.ts';
import { findTraySupport } from './tray-watcher.ts';
import { createWindows, type Windows } from './windows.ts';

app.enableSandbox();
// Beside the agent's folder, not in it.
app.setPath('userData', join(app.getPath('appData'), 'opengsa-desktop'));
// The name by which Windows lets a program notify: electron-builder.yml has the same.
app.setAppUserModelId('opengsa.desktop');
registerPageScheme();
lockPages();
if (app.requestSingleInstanceLock()) run();
else app.quit();

/** Listens before it starts, which takes a while: what the system asks meanwhile is done afterwards. */
function run(): void {
  const started = app.whenReady().then(start);
  const showStatus = (): void => void started.then(({ open }) => open({ view: 'status' }), giveUp);
  app.on('second-instance', (_, argv) => {
    if (!argv.includes(backgroundArgument)) showStatus();
  });
  app.on('activate', showStatus);
  // The tray stays.
  app.on('window-all-closed', () => undefined);
  started.catch(giveUp);
}

function giveUp(error: unknown): void {
  process.stderr.write(`OpenGSA cannot start: ${callFault(error).message}\n`);
  showFault(error);
  app.exit(1);
}

/** @returns the windows, of which one is open where the person is to see one */
async function start(): Promise<Windows> {
  const preferences = openPreferences();
  const systemLanguage = chooseLanguage(app.getPreferredSystemLanguages());
  const language = (): Language => {
    const chosen = preferences.settings().language;
    return chosen === 'system' ? systemLanguage : chosen;
  };
  nativeTheme.themeSource = preferences.settings().theme;
  lockSession(session.defaultSession);
  servePage(places.renderer);

  const stop = new AbortController();
  const stateDir = stateDirectory(undefined);
  const desk = createWindowDesk({
    socketPath: agentSocketPath(undefined, stateDir, app.isPackaged),
    ...{ stateDir, environment: process.env },
    ...{ program: `OpenGSA window ${app.getVersion()}`, clock: systemClock, stop: stop.signal },
    language: language(),
  });
  const support = await findTraySupport();
  const windows = createWindows({
    preferences,
    closing: support.closing,
    facts: () =>
      factsArgument({
        shell: { kind: 'desktop', version: app.getVersion(), systemLanguage },
        calls: Object.keys(windowCalls) as WindowCall[],
        events: Object.keys(windowEvents) as WindowEvent[],
      }),
  });
  const menus = createMenus({ desk, windows, language, settled: () => tray.repaint() });
  const tray = createTrayIcon({
    clock: systemClock,
    model: () => trayModel(desk.state(), language(), timeOfDay(language())),
    clicked: windows.toggleStatus,
    chosen: menus.chooseInTray,
  });
  const considerNotice = createNotifications({
    clock: systemClock,
    state: desk.state,
    context: () => ({
      ...{ language: language(), timeOf: timeOfDay(language()) },
      ...{ wanted: preferences.settings().notifications, windowFocused: windows.isFocused() },
    }),
    clicked: () => windows.open({ view: 'status' }),
  });
  const flows = createFlowFollowers(desk);
  serveCalls(
    desk,
    shellCallHandlers({
      ...{ desk, windows, flows, settings: preferences.settings },
      changeSettings(changes) {
        // What fails changes nothing.
        if (changes.startAtLogin !== undefined) setAutostart(changes.startAtLogin);
        const settings = preferences.change(changes);
        nativeTheme.themeSource = settings.theme;
        desk.speak(language());
        menus.showApplicationMenu();
        tray.update();
        windows.tell('settings', settings);
        return settings;
      },
    }),
  );
  desk.onState((state) => {
    tray.update();
    windows.tell('state', state);
    considerNotice();
  });

  menus.showApplicationMenu();
  renewAutostart(preferences.settings().startAtLogin);
  app.on('before-quit', windows.letGo);
  app.on('will-quit', () => stop.abort());
  // The agent may have answered before anybody listened.
  considerNotice();
  if (support.opensAtStart || !startsInBackground()) windows.open({ view: 'status' });
  else windows.prepareStatus();
  return windows;
}
