// How the desktop program starts: on desktops with and without a tray, by hand and with the session, in the person's language.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { debianPrograms, installedProgram } from '../support/debian-programs.ts';
import { doubleObstacle, type DoubleDriver, launchDouble } from '../support/double-driver.ts';
import { type ProgramGroup, createProgramGroup } from '../support/processes.ts';

const main = join(import.meta.dirname, '../../dist/main/index.js');
const patience = { timeout: 10_000, interval: 20 };
const obstacle = doubleObstacle();

describe.skipIf(obstacle !== null)(`the desktop program starts ${obstacle ?? ''}`, () => {
  let group: ProgramGroup;
  beforeEach(() => {
    group = createProgramGroup();
  });
  afterEach(() => group.end());

  test('by hand: with its window, in the person’s language, although its preferences are broken', async () => {
    const preferences = join(group.folder, 'config/opengsa-desktop/preferences.json');
    mkdirSync(join(preferences, '..'), { recursive: true });
    writeFileSync(preferences, '{"settings":{"theme":"pink"}}');
    const app = await launchDouble(group, { main }, { languages: ['de-DE', 'en-US'] });
    const page = await app.window('view=status');
    await page.getByRole('heading', { name: 'Läuft nicht' }).waitFor();
    expect((await app.tray.state()).tooltip).toBe('Läuft nicht');
    await app.closeWindow('view=status');
    await vi.waitFor(
      () =>
        expect(JSON.parse(readFileSync(preferences, 'utf8'))).toMatchObject({
          settings: { theme: 'system' },
          bounds: { status: { width: 420, height: 600 } },
        }),
      patience,
    );
    // A checkout is not what a login should start.
    expect(existsSync(join(group.folder, 'config/autostart'))).toBe(false);
  });

  test('where its preferences cannot be kept, it says so and ends', async () => {
    mkdirSync(join(group.folder, 'config/opengsa-desktop/preferences.json'), { recursive: true });
    const outcome = await launchDouble(group, { main }).then(
      async ({ program }) => (await program.ended).stderr,
      (error: unknown) => String(error),
    );
    expect(outcome).toMatch(/OpenGSA cannot start: .*EISDIR/);
  });

  test('where the folder of login items takes nothing: all the same, and the setting stays as it was', async () => {
    mkdirSync(join(group.folder, 'config'), { recursive: true });
    writeFileSync(join(group.folder, 'config/autostart'), 'no folder');
    const app = await launchDouble(group, { main }, { packaged: true });
    const page = await app.window('view=status');
    await page.getByRole('heading', { name: 'Not running' }).waitFor();
    expect(app.program.stderr()).toContain('Whether the program starts at login cannot be set');
    const settings = "opengsa.call('settings.get', {})";
    const before = await page.evaluate(settings);
    expect(
      await page.evaluate("opengsa.call('settings.set', { startAtLogin: true, theme: 'dark' })"),
    ).toMatchObject({ ok: false, fault: { message: expect.stringContaining('autostart') as string } });
    expect(await page.evaluate(settings)).toEqual(before);
  });

  test('a window closes although nobody can note where it was', async () => {
    const app = await launchDouble(group, { main });
    await shown(app);
    rmSync(join(group.folder, 'config/opengsa-desktop/preferences.json'));
    mkdirSync(join(group.folder, 'config/opengsa-desktop/preferences.json'));
    await app.closeWindow('view=status');
    expect(await app.windows()).toMatchObject([{ visible: false }]);
    await vi.waitFor(
      () => expect(app.program.stderr()).toContain('Where the window status was is not kept'),
      patience,
    );
  });

  const bus = installedProgram('dbus-daemon');
  const asker = ['/usr/bin/gdbus', '/usr/bin/busctl'].find((path) => existsSync(path));
  const noBus = bus === null || asker === undefined;
  test.skipIf(noBus)(
    'where the desktop shows no tray icons: with its window, which closing leaves in reach',
    async () => {
      const daemon = group.start(debianPrograms['dbus-daemon'].path, [
        '--session',
        '--nofork',
        '--print-address',
      ]);
      const env = { DBUS_SESSION_BUS_ADDRESS: await daemon.line(/^unix:/) };
      const app = await launchDouble(group, { main, args: ['--background'], env });
      await shown(app);
      expect(app.program.stderr()).toContain('This desktop shows no tray icons');
      await app.closeWindow('view=status');
      expect(await app.windows()).toMatchObject([{ visible: true, minimized: true }]);
      expect(await app.secondInstance([])).toBe(0);
      await vi.waitFor(
        async () => expect(await app.windows()).toMatchObject([{ minimized: false }]),
        patience,
      );
    },
  );
});

/** The status window is there before it is shown. */
async function shown(app: DoubleDriver): Promise<void> {
  await app.window('view=status');
  await vi.waitFor(async () => expect(await app.windows()).toMatchObject([{ visible: true }]), patience);
}
