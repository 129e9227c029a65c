// The diagnostics window of a running `opengsa ui` in Chromium: its tabs, what it says, and what it lets the browser download.
import { readFileSync } from 'node:fs';
import type { Browser, Download, Page } from 'playwright-core';

export type DiagnosticsWindow = {
  readonly page: Page;
  /** What the page has said on its console; nothing is right. */
  readonly said: readonly string[];
  readonly show: (tab: string) => Promise<void>;
  /** The file that the chosen tab exports. */
  readonly exported: (kind: 'CSV' | 'JSON') => Promise<string>;
  /** What comes of a click, as the browser keeps it. */
  readonly downloaded: (click: () => Promise<void>) => Promise<Download>;
  /** Opens a log bundle in place of the running agent. */
  readonly openBundle: (path: string) => Promise<void>;
};

/** @param link that `opengsa ui` has printed; it is used up */
export async function openDiagnostics(browser: Browser, link: string): Promise<DiagnosticsWindow> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  await page.goto(link);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.goto(new URL('/?view=diagnostics', link).href);
  const downloaded = async (click: () => Promise<void>): Promise<Download> => {
    const [download] = await Promise.all([page.waitForEvent('download'), click()]);
    return download;
  };
  return {
    ...{ page, said, downloaded },
    async show(tab) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel', { name: tab }).getByRole('heading', { level: 1, name: tab }).waitFor();
    },
    async exported(kind) {
      await page.getByRole('button', { name: 'Export', exact: true }).click();
      const as = page.getByRole('button', { name: `As ${kind}` });
      return readFileSync(await (await downloaded(() => as.click())).path(), 'utf8');
    },
    async openBundle(path) {
      await page.locator('input[type=file]').setInputFiles(path);
      await page.locator('.bundle-bar').waitFor();
    },
  };
}

/** The records of a CSV file by the names in its first line. */
export function readCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const [header = [], ...lines] = text
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?<=^|,)(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^,]*))(?=,|$)/g)].map(
        ({ groups }) => groups?.quoted?.replaceAll('""', '"') ?? groups?.plain ?? '',
      ),
    );
  return lines.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ''])));
}
