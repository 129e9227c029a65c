// The way to `opengsa ui` from a page in the browser: calls and events over HTTP, and what a browser does by itself.
import type { WindowCall, WindowCallParams, WindowEvent } from '../../protocol/window.ts';
import type { DiagnosticsTab } from '../../protocol/window-tabs.ts';
import { chooseLanguage } from '../../protocol/language.ts';
import type { CallAnswer, CallFault, Transport } from '../shared/transport.ts';
import { type BrowserSession, forgetBrowserSession } from './browser-session.ts';
import { doInBrowser } from './browser-deeds.ts';
import { openEventFeed } from './event-feed.ts';
import { askOwnServer } from './own-server.ts';

type AnyAnswer = { ok: true; result: unknown } | { ok: false; fault: CallFault };
type Listener = (value: unknown) => void;

/** @param ended called when the server lets this page in no more, or is gone; the page cannot go on then */
export function httpTransport(page: Window, session: BrowserSession, ended: () => void): Transport {
  const listeners = new Map<string, Set<Listener>>();
  const tell = (event: string, value: unknown): void => {
    for (const listener of listeners.get(event) ?? []) listener(value);
  };
  const end = (why: 'refused' | 'gone'): void => {
    if (why === 'refused') forgetBrowserSession(page);
    ended();
  };
  const systemLanguage = chooseLanguage(page.navigator.languages);
  const feed = openEventFeed({
    ...{ token: session.token, language: systemLanguage, told: tell, ended: end },
    // What was shown until then is known by nobody.
    lost: () => tell('state', { link: { kind: 'starting' }, status: null }),
  });

  async function askServer(call: string, params: unknown): Promise<AnyAnswer> {
    try {
      const response = await askOwnServer('/api/call', {
        method: 'POST',
        headers: { authorization: `Bearer ${session.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ call, params }),
      });
      if (response.ok) return (await response.json()) as AnyAnswer;
      if (response.status === 401) end('refused');
      return fault(await response.text());
    } catch (cause) {
      // The stream breaks as well then, and says whether it is for good.
      return fault(cause instanceof Error ? cause.message : String(cause));
    }
  }

  async function call(name: WindowCall, params: WindowCallParams<WindowCall>): Promise<AnyAnswer> {
    if (name === 'flows.follow') {
      feed.followFlows((params as WindowCallParams<'flows.follow'>).on);
      return { ok: true, result: {} };
    }
    const tab = tabOfThisPage(page, name, params);
    if (tab !== null) {
      tell('tab', tab);
      return { ok: true, result: {} };
    }
    return (await doInBrowser(page, name, params, askServer)) ?? askServer(name, params);
  }

  return {
    shell: { kind: 'browser', version: session.version, systemLanguage },
    call: call as <C extends WindowCall>(asked: C, params: WindowCallParams<C>) => Promise<CallAnswer<C>>,
    on(event: WindowEvent, listener) {
      const known = listeners.get(event) ?? new Set();
      listeners.set(event, known.add(listener as Listener));
      return () => known.delete(listener as Listener);
    },
  };
}

/** The tab of the diagnostics that is asked for while they are shown: another page would forget what this one holds. */
function tabOfThisPage(
  { location }: Window,
  call: WindowCall,
  params: WindowCallParams<WindowCall>,
): DiagnosticsTab | null {
  if (call !== 'window.open') return null;
  const asked = params as WindowCallParams<'window.open'>;
  const shown = new URLSearchParams(location.search).get('view');
  return asked.view === 'diagnostics' && shown === 'diagnostics' ? asked.tab : null;
}

function fault(message: string): AnyAnswer {
  return { ok: false, fault: { code: 'internal', message: message.trim() } };
}
