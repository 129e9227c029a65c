// What every view must keep to, looked at in the browser: accessible, nothing cut off at the side, and a picture of it.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const folder = join(import.meta.dirname, '../../test-output/screens');

/** Whether every look of every view is taken: both themes, all widths and languages, with pictures. */
export const everyLook = process.env.OPENGSA_LOOKS === 'every';

/** The looks to try: all, or the first `enough` in the fast suite. */
export function looks<T>(all: readonly T[], enough = 1): T[] {
  return all.slice(0, everyLook ? all.length : enough);
}

/** WCAG 2.2 A and AA, and axe's best practice. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  expect(found).toEqual([]);
}

/** The page itself does not scroll sideways; a table may, inside of its card. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [wanted, given] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  expect(wanted).toBeLessThanOrEqual(given);
}

/** Puts `<name>.png` where pictures are looked at; git ignores them. */
export async function takePicture(page: Page, name: string, fullPage = false): Promise<void> {
  if (!everyLook) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
}
