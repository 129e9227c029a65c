// How a page in the browser is let in: by the code in its own address, exchanged once for a key that this tab keeps.
import { askOwnServer } from './own-server.ts';

/** Kept over a reload, for this tab and this port alone. */
export type BrowserSession = { readonly token: string; readonly version: string };

const storageKey = 'opengsa-session';

/** Null where the page was not let in: no code, a used one, and no key from before. */
export async function enterBrowserSession(page: Window): Promise<BrowserSession | null> {
  const code = /^#k=(?<code>[\w-]+)$/.exec(page.location.hash)?.groups?.code;
  if (code === undefined) return keptSession(page);
  // Before anything else: an address is shown, kept in the history and sent to other devices.
  page.history.replaceState(null, '', page.location.pathname + page.location.search);
  const session = await exchange(code);
  if (session !== null) page.sessionStorage.setItem(storageKey, JSON.stringify(session));
  return session;
}

/** The key is good no more. */
export function forgetBrowserSession(page: Window): void {
  page.sessionStorage.removeItem(storageKey);
}

async function exchange(code: string): Promise<BrowserSession | null> {
  try {
    const response = await askOwnServer('/api/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    return response.ok ? ((await response.json()) as BrowserSession) : null;
  } catch {
    // Nobody listens there any more; the page says what to do.
    return null;
  }
}

function keptSession({ sessionStorage }: Window): BrowserSession | null {
  const kept = sessionStorage.getItem(storageKey);
  return kept === null ? null : (JSON.parse(kept) as BrowserSession);
}
