// The tab traffic: live rows that hold still while they are read, details, keyboard, exports, and 100,000 rows.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import type { SeenAs } from '../../protocol/seen-as.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { exampleFlow } from '../support/example-flow.ts';
import { exampleSeenAs } from '../support/example-seen-as.ts';
import { exampleStatus } from '../support/example-status.ts';
import { eventually } from '../support/eventually.ts';
import { measurePageCpu } from '../support/page-cpu.ts';
import { launchBrowser, openWindowPage, type WindowPageSetup } from '../support/window-page.ts';
import { everyLook, expectAccessible, looks, takePicture } from '../support/window-look.ts';

/** Judging a whole page takes axe seconds, in ms. */
const patience = 60_000;

describe.skipIf(installedProgram('chromium') === null)('the tab traffic (Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test.each(
    looks([
      ['light', 'en', 1280],
      ['dark', 'en', 1280],
      ['light', 'de', 1280],
      ['light', 'en', 420],
    ] as const),
  )(
    'shows flows and details, accessible, in %s, %s, %d px wide',
    async (theme, language, width) => {
      const { page, emit, console } = await openTraffic({
        ...{ dark: theme === 'dark', language },
        size: { width, height: 800 },
      });
      await emit('flows', manyKinds());
      await eventually(() => rowTexts(page)).toHaveLength(12);
      await page
        .getByRole('row', { name: /login\.contoso\.test/ })
        .first()
        .click();
      await eventually(() => page.getByRole('complementary').textContent()).toContain('203.0.113.7');
      await takePicture(page, `traffic-${language}-${width}-${theme}`);
      // Before axe, which tries what the page's policy forbids.
      expect(console).toEqual([]);
      await expectAccessible(page);
    },
    patience,
  );

  test('newer flows come on top, hold still while somebody points at them, and come when they leave', async () => {
    const { page, emit } = await openTraffic();
    await emit('flows', [flow(1)]);
    await eventually(() => names(page)).toEqual(['host-1.example.test:443']);
    await emit('flows', [flow(2)]);
    await eventually(() => names(page)).toEqual(['host-2.example.test:443', 'host-1.example.test:443']);
    await page.getByRole('grid').hover();
    await eventually(() => page.locator('.foot').textContent()).toContain('Held still');
    await emit('flows', [flow(3)]);
    expect(await names(page)).toHaveLength(2);
    await page.mouse.move(2, 2);
    await eventually(() => names(page)).toHaveLength(3);
    await page.getByRole('button', { name: 'Freeze' }).click();
    await emit('flows', [flow(4)]);
    expect(await names(page)).toHaveLength(3);
    await page.getByRole('button', { name: 'Resume' }).click();
    await eventually(() => names(page)).toHaveLength(4);
  });

  test('the keyboard reaches every row, opens and leaves the details, copies and searches', async () => {
    const { page, emit, calls } = await openTraffic();
    await emit(
      'flows',
      Array.from({ length: 500 }, (_, i) => flow(i + 1)),
    );
    await eventually(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('501');
    const chosen = () => page.locator('tr[aria-selected=true]').getAttribute('aria-rowindex');
    await page.getByRole('grid').focus();
    for (const [key, row] of [
      ['ArrowDown', '2'],
      ['ArrowDown', '3'],
      ['End', '501'],
      ['ArrowUp', '500'],
      ['Home', '2'],
    ] as const) {
      await page.keyboard.press(key);
      await eventually(chosen).toBe(row);
    }
    await page.keyboard.press('PageDown');
    await eventually(async () => Number(await chosen())).toBeGreaterThan(10);
    const active = await page.getByRole('grid').getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${active}"]`).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Enter');
    await eventually(() => page.getByRole('complementary').count()).toBe(1);
    await page.keyboard.press('Escape');
    await eventually(() => page.getByRole('complementary').count()).toBe(0);
    await eventually(() => page.locator('table:focus').count()).toBe(1);
    await page.keyboard.press('Control+c');
    await eventually(() => calls.some(({ call }) => call === 'text.copy')).toBe(true);
    await page.keyboard.press('Control+f');
    await page.keyboard.type('host-77.');
    await eventually(() => names(page)).toEqual(['host-77.example.test:443']);
    await page.getByRole('searchbox').fill('no such host');
    await page.getByRole('button', { name: 'Show all flows' }).click();
    await eventually(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('501');
  });

  test('filters, columns and sorting', async () => {
    const { page, emit } = await openTraffic();
    await emit('flows', manyKinds());
    await page.getByRole('button', { name: 'Action', exact: true }).first().click();
    await page.getByRole('button', { name: 'Block' }).click();
    await eventually(() => names(page)).toEqual(['outlook.office365.com:443']);
    await page.getByRole('button', { name: 'Remove filter: Block' }).click();
    await eventually(() => names(page)).toHaveLength(12);
    await page.getByRole('button', { name: 'Received' }).click();
    await eventually(async () => (await names(page))[0]).toBe('onedrive.example.test:443');
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('descending');
    await page.getByRole('button', { name: 'Choose columns' }).click();
    await page.getByRole('checkbox', { name: 'Process' }).uncheck();
    await eventually(() => page.getByRole('columnheader', { name: 'Process' }).count()).toBe(0);
  });

  test('exports what is shown as CSV and JSON, with nothing that a spreadsheet would run', async () => {
    const { page, emit, calls } = await openTraffic();
    await emit('flows', [exampleFlow({ destination: '=cmd.example.test:443' })]);
    await eventually(() => names(page)).toHaveLength(1);
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'As CSV' }).click();
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'As JSON' }).click();
    const saved = () => calls.filter(({ call }) => call === 'file.save').map(({ params }) => params);
    await eventually(saved).toHaveLength(2);
    expect(saved()).toMatchObject([
      { name: 'opengsa-traffic.csv', text: expect.stringContaining("'=cmd.example.test:443") as string },
      { name: 'opengsa-traffic.json', text: expect.stringContaining('"bytesSent": 4134') as string },
    ]);
    await eventually(() => page.locator('.foot').textContent()).toContain('/home/ann/export');
  });

  test('says why there is nothing', async () => {
    const { page, emit } = await openTraffic();
    await eventually(() => page.locator('.empty').textContent()).toContain('No program has opened');
    await takePicture(page, 'traffic-empty-light');
    await emit('state', { link: { kind: 'absent', since: '2026-11-21T09:40:00.000Z' }, status: null });
    await eventually(() => page.locator('.empty').textContent()).toContain('does not answer');
    await emit('flows', [flow(1)]);
    await eventually(() => page.locator('.foot').textContent()).toContain('The service does not answer');
  });

  test('a table that scrolls uses its rows again, and draws no more of them than are seen', async () => {
    const { page } = await openTraffic();
    await page.evaluate(fillPage, { base: flow(1), count: 5_000 });
    await page.waitForSelector('[aria-rowcount="5001"]');
    const rows = "[...document.querySelectorAll('tbody tr:not(.spacer)')]";
    await page.evaluate(`globalThis.first = ${rows}`);
    const before = await names(page);
    await page.evaluate("void (document.querySelector('.data-table').scrollTop = 70_000)");
    await eventually(async () => Number(await rowIndex(page))).toBeGreaterThan(2_000);
    expect(await names(page)).not.toEqual(before);
    expect(await page.evaluate('first.every((row) => row.isConnected)')).toBe(true);
    expect(await page.locator('tbody tr').count()).toBeLessThan(60);
  });

  test.runIf(everyLook)(
    '100,000 rows scroll and sort',
    async () => {
      const { page, calls } = await openTraffic();
      await page.evaluate(fillPage, { base: flow(1), count: 100_000 });
      await page.waitForSelector('[aria-rowcount="100001"]');
      await eventually(() => calls.filter(({ call }) => call === 'seen-as.get').length).toBe(3);
      const cpu = await measurePageCpu(browser, page);
      const before = await cpu();
      const scroll = await page.evaluate(measureScroll);
      const after = await cpu();
      const sortMs = await page.evaluate(measureSort);
      expect(await page.locator('tbody tr').count()).toBeLessThan(60);
      const perFrame = (seconds: number) => Number(((1000 * seconds) / 60).toFixed(1));
      const mainMs = perFrame(after.main - before.main);
      const processMs = perFrame(after.process - before.process);
      report('100,000 rows, a jump in every frame', { ...scroll, mainMs, processMs, sortMs });
    },
    60_000,
  );

  test.runIf(everyLook)('50 live flows leave the page idle', async () => {
    const { page } = await openTraffic();
    // The first picture, which comes once.
    await page.evaluate(tellLive, { base: flow(1), seconds: 2 });
    const cpu = await measurePageCpu(browser, page);
    const seconds = 10;
    const before = await cpu();
    await page.evaluate(tellLive, { base: flow(1), seconds });
    const after = await cpu();
    const percent = (spent: number) => Number(((100 * spent) / seconds).toFixed(2));
    const main = percent(after.main - before.main);
    report('50 live flows, % of one core', { main, process: percent(after.process - before.process) });
  });

  async function openTraffic(setup: WindowPageSetup = {}) {
    const example = exampleStatus();
    const opened = await openWindowPage(browser, {
      query: 'view=diagnostics&tab=traffic',
      size: { width: 1280, height: 800 },
      state: {
        link: { kind: 'live' },
        status: {
          ...example,
          shield: 'on',
          title: 'Connected',
          device: { name: 'WS-0417', thumbprint: 'ab', certificateExpiresAt: '2027-01-01T00:00:00.000Z' },
        },
      },
      ...setup,
      answers: {
        'seen-as.get': ({ destinations }) => ({
          ...{
            at: example.at,
            connection: example.connection,
            title: '',
            organisation: null,
            mismatch: null,
          },
          ...{ egress: example.egress, edgeEgress: example.edgeEgress, locations: example.locations },
          destinations: destinations.map(seenOf),
        }),
        'file.save': ({ name }) => ({ kind: 'saved', path: `/home/ann/export/${name}` }),
        ...setup.answers,
      },
    });
    await eventually(() => opened.calls.some(({ call }) => call === 'flows.follow')).toBe(true);
    return opened;
  }
});

function flow(id: number, more: Partial<FlowRecord> = {}): FlowRecord {
  return exampleFlow({
    id,
    destination: `host-${id}.example.test:443`,
    startedAt: new Date(Date.UTC(2026, 10, 23, 9, 0, 0, id * 10)).toISOString(),
    ...more,
  });
}

function manyKinds(): FlowRecord[] {
  const program = (name: string) => ({ uid: 1000, pid: 4121, executable: `/usr/bin/${name}`, unknown: null });
  const kinds: Partial<FlowRecord>[] = [
    { destination: 'login.contoso.test:443' },
    { destination: 'aadcdn.msauth.net:443', bytesSent: 1_900, bytesReceived: 212_000 },
    { destination: 'login.microsoftonline.com:443', bytesReceived: 44_000 },
    {
      ...{ destination: 'outlook.office365.com:443', action: 'block', reason: 'hardening-block', edge: null },
      ...{ state: 'refused', bytesSent: 0, bytesReceived: 0, process: program('chrome') },
    },
    { destination: 'graph.microsoft.com:443', process: program('onedrive') },
    {
      ...{ destination: 'onedrive.example.test:443', action: 'direct', reason: 'rule-bypass', edge: null },
      ...{ bytesReceived: 2_400_000, process: program('onedrive'), egressObserved: null },
    },
    { destination: 'wiki.contoso.test:443', state: 'closed', endedAt: '2026-11-23T09:41:24.000Z' },
    {
      destination: 'wiki.contoso.test:443',
      state: 'refused',
      detail: 'edge-1.contoso.test: port-not-allowed',
    },
    { destination: 'outlook.office.com:443', state: 'reset', detail: 'edge-1.contoso.test: gone' },
    { destination: 'a-very-long-name-of-a-host.that-nobody-can-read.in-one-cell.example.test:443' },
    { destination: '[2001:db8::7]:8443', process: null },
    { destination: 'sts.contoso.test:443', state: 'opening', edge: null, egressObserved: null },
  ];
  return kinds.map((kind, i) =>
    exampleFlow({
      id: i + 1,
      startedAt: new Date(Date.UTC(2026, 10, 23, 9, 41, 22, -i * 900)).toISOString(),
      ...kind,
    }),
  );
}

function seenOf(destination: string): SeenAs {
  if (/microsoft|office|msauth/.test(destination)) {
    const ipv4 = { state: 'known', address: '198.51.100.5', verdict: { kind: 'outside' } } as const;
    const ipv6 = { state: 'none', address: null, verdict: null } as const;
    return exampleSeenAs({
      destination,
      class: 'anchor',
      whose: 'edge',
      label: 'Entra ID',
      addresses: { ipv4, ipv6 },
    });
  }
  if (!destination.includes('onedrive')) return exampleSeenAs({ destination });
  const [ipv4, ipv6] = ['203.0.113.7', '2001:db8::7'].map(
    (address) => ({ state: 'known', address, verdict: { kind: 'outside' } }) as const,
  );
  return exampleSeenAs({ destination, path: 'direct', class: null, addresses: { ipv4: ipv4!, ipv6: ipv6! } });
}

function rowTexts(page: Page): Promise<string[]> {
  return page.locator('tbody tr:not(.spacer)').allTextContents();
}

function names(page: Page): Promise<string[]> {
  return page.locator('tbody th[scope=row]').allTextContents();
}

/** What the functions below use of a page; they are sent there. */
type PageGlobals = {
  readonly scriptedEmit: (event: string, value: unknown) => void;
  readonly requestAnimationFrame: (run: (at: number) => void) => void;
  readonly document: {
    readonly querySelector: (selector: string) => { scrollTop: number; readonly scrollHeight: number };
    readonly querySelectorAll: (selector: string) => Iterable<{
      readonly textContent: string;
      readonly click: () => void;
    }>;
  };
};

/** Runs in the page: a hundred thousand records would take long to be sent there. */
function fillPage({ base, count }: { base: FlowRecord; count: number }): void {
  const flows = Array.from({ length: count }, (_, i) => ({
    ...base,
    id: i + 1,
    destination: `host-${(i * 7919) % 300}.example.test:443`,
    bytesSent: (i * 104_729) % 1_000_000,
    state: 'closed',
    startedAt: new Date(Date.UTC(2026, 10, 23, 9) + i).toISOString(),
    endedAt: base.startedAt,
  }));
  (globalThis as unknown as PageGlobals).scriptedEmit('flows', flows);
}

/** Runs in the page: scrolls through the whole table, a jump in every frame, and times the frames. */
async function measureScroll(): Promise<{ medianFrameMs: number; worstFrameMs: number }> {
  const window = globalThis as unknown as PageGlobals;
  const scroller = window.document.querySelector('.data-table');
  const frame = () => new Promise<number>((resolve) => window.requestAnimationFrame(resolve));
  const times: number[] = [];
  let last = await frame();
  for (let step = 1; step <= 60; step++) {
    scroller.scrollTop = (scroller.scrollHeight * step) / 60;
    const at = await frame();
    times.push(at - last);
    last = at;
  }
  times.sort((a, b) => a - b);
  return { medianFrameMs: Math.round(times[30] ?? 0), worstFrameMs: Math.round(times.at(-1) ?? 0) };
}

/** Runs in the page: from the press on a title to the next picture, in ms. */
async function measureSort(): Promise<number> {
  const window = globalThis as unknown as PageGlobals;
  const buttons = [...window.document.querySelectorAll('thead button')];
  const begin = performance.now();
  buttons.find((one) => one.textContent === 'Sent')?.click();
  await new Promise((resolve) => window.requestAnimationFrame(() => setTimeout(resolve)));
  return Math.round(performance.now() - begin);
}

/** Runs in the page: what an agent with 50 busy flows tells, four times a second. */
async function tellLive({ base, seconds }: { base: FlowRecord; seconds: number }): Promise<void> {
  for (let tick = 0; tick < seconds * 4; tick++) {
    const flows = Array.from({ length: 50 }, (_, i) => ({
      ...base,
      id: i + 1,
      destination: `host-${i}.example.test:443`,
      bytesSent: 1000 + tick * 4096 * (i + 1),
    }));
    (globalThis as unknown as PageGlobals).scriptedEmit('flows', flows);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function rowIndex(page: Page): Promise<string | null> {
  return page.locator('tbody tr:not(.spacer)').first().getAttribute('aria-rowindex');
}

/** A figure for whoever reads the output; how long something takes says as much of the machine as of the page. */
function report(what: string, figures: object): void {
  process.stdout.write(`${what}: ${JSON.stringify(figures)}\n`);
}
