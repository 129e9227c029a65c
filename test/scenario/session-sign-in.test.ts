// Nothing is configured in the browser: `opengsa session` leads it to the agent, and away from it again.
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runClientIn } from '../support/client-command.ts';
import { addresses, type Contoso, startContoso } from '../support/contoso.ts';
import { debianPrograms, installedProgram } from '../support/debian-programs.ts';
import { type DesktopSession, hasDesktopPrograms, startDesktopSession } from '../support/desktop-session.ts';
import { agentMain, createProgramGroup, pinnedNode, type ProgramGroup } from '../support/processes.ts';

const executablePath = installedProgram('chromium');

describe.skipIf(executablePath === null || !hasDesktopPrograms)('Chromium in GNOME', () => {
  let group: ProgramGroup;
  let contoso: Contoso;
  let desktop: DesktopSession;
  let browser: Browser | undefined;

  beforeAll(async () => {
    group = createProgramGroup();
    desktop = await startDesktopSession(group, 'GNOME');
    contoso = await startContoso({ group });
  });
  afterAll(async () => {
    await browser?.close();
    await group.end();
  });

  const socket = () => ['--socket', join(group.folder, 'agent.sock')];
  const mode = async () => {
    const args = ['get', 'org.gnome.system.proxy', 'mode'];
    return (await group.run(debianPrograms.gsettings.path, args, { env: desktop.environment })).stdout.trim();
  };

  test('a sign-in is logged under the workstation’s address, and disconnect gives the setting back', async () => {
    const words = [agentMain, 'session', '--json', ...socket()];
    const session = group.start(pinnedNode, words, { env: desktop.environment });
    await session.line(/"kind":"set"/);
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      env: { PATH: process.env.PATH ?? '', ...desktop.environment },
      args: [
        ...['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        `--ignore-certificate-errors-spki-list=${contoso.keyHash}`,
      ],
    });
    const page = await browser.newPage();
    await page.goto(`${contoso.issuer}/`);
    await page.getByLabel('User name').fill(contoso.person.username);
    await page.getByLabel('Password').fill(contoso.person.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/signed-in*');
    expect(contoso.signIns().at(-1)).toMatchObject({ ipAddress: addresses.workstation });
    expect(await mode()).toBe("'auto'");
    await runClientIn(group, ['disconnect', ...socket()]);
    await session.line(/"reason":"disconnected"/);
    expect(await mode()).toBe("'none'");
    session.signal('SIGTERM');
    expect((await session.ended).code).toBe(0);
  });
});
