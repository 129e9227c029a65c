// What a page in the browser does itself where a desktop window asks its program: downloads, the clipboard, pages, views.
import type { WindowCall, WindowCallParams } from '../../protocol/window.ts';
import type { CallFault } from '../shared/transport.ts';

type Answer = { ok: true; result: unknown } | { ok: false; fault: CallFault };
type AskServer = (call: string, params: unknown) => Promise<Answer>;

const done: Answer = { ok: true, result: {} };

/** Null where the call is the server's. */
export async function doInBrowser(
  page: Window,
  call: WindowCall,
  params: WindowCallParams<WindowCall>,
  askServer: AskServer,
): Promise<Answer | null> {
  switch (call) {
    case 'file.save': {
      const file = params as WindowCallParams<'file.save'>;
      download(page.document, file.name, new Blob([file.text], { type: file.mediaType }));
      return { ok: true, result: { kind: 'saved', path: file.name } };
    }
    case 'bundle.save': {
      const answer = await askServer(call, params);
      if (!answer.ok) return answer;
      const { name, base64 } = answer.result as { readonly name: string; readonly base64: string };
      const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      download(page.document, name, new Blob([packed], { type: 'application/gzip' }));
      return { ok: true, result: { kind: 'saved', path: name, bytes: packed.length } };
    }
    case 'text.copy':
      return copy(page.navigator.clipboard, params as WindowCallParams<'text.copy'>);
    case 'link.open': {
      // The server knows the address: a window names a page, never an address.
      const answer = await askServer(call, params);
      if (!answer.ok) return answer;
      const { address } = answer.result as { readonly address: string };
      page.open(address, '_blank', 'noopener,noreferrer');
      return done;
    }
    case 'window.open':
      page.location.assign(addressOf(params as WindowCallParams<'window.open'>));
      return done;
    case 'window.close':
      // A browser closes only what a script has opened; one window is all that there is here.
      page.location.assign(addressOf({ view: 'status' }));
      return done;
    default:
      return null;
  }
}

/** Within the same tab: another one would not be let in. */
function addressOf(window: WindowCallParams<'window.open'>): string {
  const query = new URLSearchParams({ view: window.view });
  if (window.view === 'diagnostics' && window.tab !== null) query.set('tab', window.tab);
  return `/?${query}`;
}

function download(document: Document, name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun by then; the text need not be kept for the page's life.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

async function copy(clipboard: Clipboard, { text }: WindowCallParams<'text.copy'>): Promise<Answer> {
  try {
    await clipboard.writeText(text);
    return done;
  } catch (cause) {
    const message = `the browser does not let the page copy: ${cause instanceof Error ? cause.message : ''}`;
    return { ok: false, fault: { code: 'access-denied', message } };
  }
}
