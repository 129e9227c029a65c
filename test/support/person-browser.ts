// A person at a browser without a window system, who signs in at a `person-issuer`: follows redirects and fills the forms in.
import { type Browser, chromium } from 'playwright-core';
import { installedProgram } from './debian-programs.ts';
import { megan } from './person-issuer.ts';

/** Null where Debian's package chromium is not installed. */
export const personBrowser = installedProgram('chromium');

export type Visit = {
  readonly url: string;
  /** What to enter first, where it is the page for codes. */
  readonly code?: string;
  /** What the person waits to read in the end. */
  readonly until: RegExp;
  /** Where the browser keeps its files. */
  readonly home: string;
};

/** @returns what the last page says */
export async function visit({ url, code, until, home }: Visit): Promise<string> {
  const browser = await chromium.launch({
    executablePath: personBrowser ?? '',
    env: { PATH: process.env.PATH ?? '', HOME: home },
    args: [
      '--no-sandbox',
      '--ignore-certificate-errors',
      '--no-first-run',
      '--disable-background-networking',
    ],
  });
  try {
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    await page.goto(url);
    if (code !== undefined) await enterCode(page, code);
    await page.fill('#username', megan.preferred_username);
    await page.fill('#password', 'correct horse');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText(until).first().waitFor();
    return await page.locator('body').innerText();
  } finally {
    await browser.close();
  }
}

async function enterCode(page: Awaited<ReturnType<Browser['newPage']>>, code: string): Promise<void> {
  await page.fill('input[name=user_code]', code);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Yes' }).click();
}
