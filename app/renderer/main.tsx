// The page's entry: finds out which program shows it, and puts the view that the address names into the page.
import { createRoot } from 'react-dom/client';
import { bridgeTransport } from './bridge-transport.ts';
import { openWindow } from './open-window.tsx';
import './styles/tokens.css';
import './styles/components.css';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
const transport = bridgeTransport(window);
if (transport !== null) createRoot(root).render(await openWindow(transport, window.location));
