// The page's entry: finds out which program shows it, and puts the view that the address names into the page.
import { createRoot, type Root } from 'react-dom/client';
import { bridgeTransport } from './bridge-transport.ts';
import { enterBrowserSession } from './browser-session.ts';
import { httpTransport } from './http-transport.ts';
import { openWindow } from './open-window.tsx';
import { SessionEnded } from './session-ended/session-ended.tsx';
import './styles/tokens.css';
import './styles/components.css';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
const bridge = bridgeTransport(window);
if (bridge === null) await showInBrowser(createRoot(root));
else createRoot(root).render(await openWindow(bridge, window.location));

async function showInBrowser(shown: Root): Promise<void> {
  const over = new AbortController();
  const end = (): void => {
    over.abort();
    shown.render(<SessionEnded page={window} />);
  };
  const session = await enterBrowserSession(window);
  if (session === null) {
    end();
    return;
  }
  const transport = httpTransport(window, session, end);
  try {
    const view = await openWindow(transport, window.location);
    // The answer and the end of the session cross.
    if (!over.signal.aborted) shown.render(view);
  } catch (error) {
    if (!over.signal.aborted) throw error;
  }
}
