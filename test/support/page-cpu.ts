// What a page takes of the processor, whatever else its machine does.
import type { Browser, Page } from 'playwright-core';

/** Seconds of one core since the page began. */
export type PageCpu = {
  /** Of the thread that runs scripts, lays out and paints. */
  readonly main: number;
  /** Of the page's process, with what scrolls and, without a graphics card, draws. */
  readonly process: number;
};

/** Of the one page that `browser` has. Chromium counts processes in hundredths of a second. */
export async function measurePageCpu(browser: Browser, page: Page): Promise<() => Promise<PageCpu>> {
  const [whole, session] = await Promise.all([
    browser.newBrowserCDPSession(),
    page.context().newCDPSession(page),
  ]);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    return {
      main: metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0,
      process: renderers.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
    };
  };
}
