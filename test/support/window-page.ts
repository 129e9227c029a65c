// The windows' page in a real browser, over a scripted program: any state, any answer, with the policy that is shipped.
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Language } from '../../protocol/language.ts';
import { pageMediaTypes, pagePolicy } from '../../protocol/page-policy.ts';
import type {
  WindowCall,
  WindowCallParams,
  WindowCallResult,
  WindowEvent,
  WindowEventValue,
  WindowSettings,
  WindowState,
} from '../../protocol/window.ts';
import type { CallAnswer, CallFault, Shell } from '../../app/shared/transport.ts';
import { exampleStatus } from './example-status.ts';
import { everyLook } from './window-look.ts';

const folder = join(import.meta.dirname, '../../dist/renderer');
const origin = 'https://bundle.app.invalid';
/** As the desktop program serves it. */
const policy = pagePolicy("'none'");

type Answers = {
  readonly [C in WindowCall]?: (
    params: WindowCallParams<C>,
  ) => WindowCallResult<C> | CallFault | Promise<WindowCallResult<C> | CallFault>;
};

export type WindowPageSetup = {
  /** What stands after the page's address: `view=diagnostics&tab=traffic`. */
  readonly query?: string;
  readonly state?: WindowState;
  readonly settings?: Partial<WindowSettings>;
  readonly answers?: Answers;
  readonly language?: Language;
  readonly dark?: boolean;
  readonly size?: { readonly width: number; readonly height: number };
  readonly shell?: Shell['kind'];
  /** What the page's clock says at first, ISO; it runs on from there, and tests can put it forward. */
  readonly at?: string;
};

export type WindowPage = {
  readonly page: Page;
  readonly calls: readonly { readonly call: WindowCall; readonly params: unknown }[];
  readonly emit: <E extends WindowEvent>(event: E, value: WindowEventValue<E>) => Promise<void>;
  /** What the page said on its console, policy violations included; a good page says nothing. */
  readonly console: readonly string[];
};

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
}

/** One page at a time: the one before it, whose clocks would go on, is closed. */
export async function openWindowPage(browser: Browser, setup: WindowPageSetup = {}): Promise<WindowPage> {
  await Promise.all(browser.contexts().map((older) => older.close()));
  const { page, said } = await newPage(browser, setup);
  const calls: { call: WindowCall; params: unknown }[] = [];
  if (setup.at !== undefined) await page.clock.install({ time: setup.at });
  const answers = answersOf(setup);
  await page.exposeFunction('scriptedCall', async (call: WindowCall, params: unknown) => {
    calls.push({ call, params });
    const answer = answers[call] as ((asked: unknown) => unknown) | undefined;
    if (answer === undefined) return fault({ code: 'internal', message: `nothing answers ${call} here` });
    const result = await answer(params);
    return isFault(result) ? fault(result) : { ok: true, result };
  });
  const shell: Shell = {
    kind: setup.shell ?? 'desktop',
    version: '0.1.0',
    systemLanguage: setup.language ?? 'en',
  };
  await page.addInitScript(scriptedBridge, shell);
  await page.goto(`${origin}/?${setup.query ?? 'view=status'}`);
  await page.waitForSelector('#root > *');
  return {
    ...{ page, calls, console: said },
    emit: (event, value) =>
      page.evaluate(([name, news]) => (globalThis as unknown as Emitter).scriptedEmit(name, news), [
        event,
        value,
      ] as const),
  };
}

/** The page as a browser shows it that was not let in: no program answers. */
export async function openPageNotLetIn(
  browser: Browser,
  setup: Pick<WindowPageSetup, 'dark' | 'language' | 'size'> = {},
): Promise<Pick<WindowPage, 'page' | 'console'>> {
  const { page, said } = await newPage(browser, setup);
  await page.goto(`${origin}/?view=status`);
  await page.waitForSelector('#root > *');
  return { page, console: said };
}

async function newPage(
  browser: Browser,
  { dark, size, language }: WindowPageSetup,
): Promise<{ page: Page; said: string[] }> {
  const context = await browser.newContext({
    colorScheme: dark === true ? 'dark' : 'light',
    viewport: size ?? { width: 420, height: 600 },
    locale: language ?? 'en',
    // Pictures are for eyes; behaviour needs a quarter of the points.
    deviceScaleFactor: everyLook ? 2 : 1,
  });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  await context.route('**/*', async (route) => {
    const { pathname } = new URL(route.request().url());
    const name = pathname === '/' ? '/index.html' : pathname;
    const contentType = pageMediaTypes[extname(name)];
    if (contentType === undefined) return route.abort();
    const headers = { 'content-security-policy': policy };
    return route.fulfill({ contentType, headers, body: await readFile(join(folder, name)) });
  });
  return { page, said };
}

type Emitter = { scriptedEmit: (event: string, value: unknown) => void };
type BridgePage = Emitter & {
  scriptedCall: (call: string, params: unknown) => Promise<CallAnswer<WindowCall>>;
  opengsa: unknown;
};

/** Runs in the page, before its own script. */
function scriptedBridge(shell: Shell): void {
  const page = globalThis as unknown as BridgePage;
  const listeners = new Map<string, Set<(value: unknown) => void>>();
  page.scriptedEmit = (event, value) => listeners.get(event)?.forEach((listener) => listener(value));
  page.opengsa = {
    shell,
    call: (call: string, params: unknown) => page.scriptedCall(call, params),
    on(event: string, listener: (value: unknown) => void) {
      const known = listeners.get(event) ?? new Set();
      listeners.set(event, known.add(listener));
      return () => known.delete(listener);
    },
  };
}

function answersOf({ state, settings, answers }: WindowPageSetup): Answers {
  const chosen: WindowSettings = {
    ...{ theme: 'system', language: 'system', startAtLogin: true, notifications: true },
    ...settings,
  };
  return {
    'state.get': () => state ?? { link: { kind: 'live' }, status: exampleStatus() },
    'settings.get': () => chosen,
    'settings.set': (changes) => ({ ...chosen, ...(changes as Partial<WindowSettings>) }),
    'flows.follow': () => ({}),
    'window.open': () => ({}),
    'window.close': () => ({}),
    'link.open': () => ({}),
    'text.copy': () => ({}),
    ...answers,
  };
}

function isFault(result: unknown): result is CallFault {
  return typeof result === 'object' && result !== null && 'code' in result && 'message' in result;
}

function fault(cause: CallFault): { ok: false; fault: CallFault } {
  return { ok: false, fault: cause };
}
