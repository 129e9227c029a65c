// A real browser signs in through the agent: by its PAC file, and by a plain proxy setting.
import { type Browser, type LaunchOptions, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Contoso, addresses, startContoso } from '../support/contoso.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { type ProgramGroup, createProgramGroup } from '../support/processes.ts';

const executablePath = installedProgram('chromium');

describe.skipIf(executablePath === null)('Chromium (Debian package chromium)', () => {
  let group: ProgramGroup;
  let contoso: Contoso;
  let browser: Browser | undefined;

  beforeAll(async () => {
    group = createProgramGroup();
    contoso = await startContoso({ group });
  });
  afterEach(() => browser?.close());
  afterAll(() => group.end());

  test('by PAC: the page and the log show the workstation’s address, and only profile hosts were tunnelled', async () => {
    browser = await launch([`--proxy-pac-url=${contoso.pacUrl}`]);
    expect(await signInByHand(browser)).toContain('You are signed in');
    expect(contoso.signIns().at(-1)).toMatchObject({
      ipAddress: addresses.workstation,
      clientAppUsed: 'Browser',
      userAgent: expect.stringContaining('Chrome') as unknown,
      conditionalAccessStatus: 'success',
      userPrincipalName: contoso.person.username,
    });
    const flows = await contoso.flows();
    expect(flows.length).toBeGreaterThan(0);
    expect(new Set(flows.map(({ destination, action }) => `${action} ${destination}`))).toEqual(
      new Set(['tunnel login.contoso.test:443']),
    );
  });

  test('by proxy setting: the same', async () => {
    browser = await launch([], { proxy: { server: contoso.proxy } });
    expect(await signInByHand(browser)).toContain('You are signed in');
    expect(contoso.signIns().at(-1)).toMatchObject({ ipAddress: addresses.workstation });
  });

  test('with restoration off the person reads why the sign-in is blocked', async () => {
    await contoso.setRestoration('off');
    try {
      browser = await launch([`--proxy-pac-url=${contoso.pacUrl}`]);
      const text = await signInByHand(browser);
      expect(text).toContain('You cannot sign in from here');
      expect(text).toContain('127.20.0.1 is outside the named location "Contoso head office"');
      expect(contoso.signIns().at(-1)).toMatchObject({
        ipAddress: addresses.edge,
        conditionalAccessStatus: 'failure',
      });
    } finally {
      await contoso.setRestoration('on');
    }
  });

  /** A browser of its own for each test: connections and sessions outlive a change of the address. */
  async function launch(args: readonly string[], options: LaunchOptions = {}): Promise<Browser> {
    return chromium.launch({
      executablePath: executablePath ?? '',
      env: { PATH: process.env.PATH ?? '', HOME: group.folder },
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--ignore-certificate-errors-spki-list=${contoso.keyHash}`,
        ...args,
      ],
      ...options,
    });
  }

  async function signInByHand(from: Browser): Promise<string> {
    const page = await from.newPage();
    await page.goto(`${contoso.issuer}/`);
    await page.getByLabel('User name').fill(contoso.person.username);
    await page.getByLabel('Password').fill(contoso.person.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/signed-in*');
    return page.locator('body').innerText();
  }
});
