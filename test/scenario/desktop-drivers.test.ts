// The same look at the desktop program under the test double and under a real Electron, where there is one.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AppDriver, LaunchOptions } from '../support/app-driver.ts';
import { doubleObstacle, launchDouble } from '../support/double-driver.ts';
import { electronObstacle, launchElectron } from '../support/electron-driver.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

type Driver = {
  readonly name: string;
  readonly obstacle: string | null;
  readonly launch: (group: ProgramGroup, options: LaunchOptions) => Promise<AppDriver>;
};

const drivers: readonly Driver[] = [
  {
    name: 'the test double',
    obstacle: doubleObstacle(),
    launch: (group, options) => launchDouble(group, options, { packaged: true }),
  },
  { name: 'Electron', obstacle: electronObstacle(), launch: launchElectron },
];
const patience = { timeout: 10_000, interval: 20 };

describe.each(drivers)('under $name', ({ obstacle, launch }) => {
  describe.skipIf(obstacle !== null)(`without an agent ${obstacle ?? ''}`, () => {
    let group: ProgramGroup;
    let app: AppDriver;
    beforeAll(async () => {
      group = createProgramGroup();
      app = await launch(group, {
        main: join(import.meta.dirname, '../../dist/main/index.js'),
        args: ['--background'],
        env: {
          OPENGSA_SOCKET: join(group.folder, 'agent.sock'),
          OPENGSA_STATE_DIR: join(group.folder, 'state'),
        },
      });
    });
    afterAll(() => group.end());

    test('the tray says that nothing answers, and offers nothing that would only fail', async () => {
      await vi.waitFor(async () => {
        const { menu } = await app.tray.state();
        expect(menu.find(({ id }) => id === 'state')).toMatchObject({ label: 'Not running' });
        expect(menu.find(({ id }) => id === 'microsoft-profile')).toMatchObject({ enabled: false });
      }, patience);
    });

    test('its click opens the status window, its menu the settings', async () => {
      await app.tray.click();
      const status = await app.window('view=status');
      await status.getByRole('heading', { level: 1, name: 'Not running' }).waitFor();
      await app.menu.click('settings');
      const settings = await app.window('view=settings');
      await settings.getByRole('heading', { level: 1 }).waitFor();
    });

    test('quitting ends it', async () => {
      expect(await app.quit()).toBe(0);
    });
  });
});
